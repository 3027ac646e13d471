"""Lines of dots and F's, such as ``..F. 4 tests``: a dot for each test that passed, an F for each that failed."""

from __future__ import annotations

import re
from typing import Final

from picklebot.model import NoteCode, Point, Report
from picklebot.reports.limits import MAX_POINTS, MAX_REPORT_CHARACTERS, Notes

__all__ = ["parse_dots"]

_LINE: Final = re.compile(r"^([.F]++) (\d{1,9}) tests?$", re.MULTILINE)


def parse_dots(text: str) -> Report:
    """Read the first line of dots; a text without one is of another format."""
    found = _LINE.search(text[:MAX_REPORT_CHARACTERS])
    if found is None:
        return Report("")
    notes = Notes()
    if len(found[1]) != int(found[2]):
        notes.add(NoteCode.HEADLINE_TOTAL, int(found[2]), len(found[1]))
    points = tuple(Point(ok=mark == ".") for mark in found[1][:MAX_POINTS])
    return Report("dots", points=points, notes=notes.all())
