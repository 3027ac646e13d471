"""How much of a report is read and kept: everything a wiki says is hostile, so its size is bounded.

A limit may cost detail, never the verdict: every point counts, kept or not, and a report that was not read to its end
fails.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "DIAGNOSTICS",
    "LINES_QUOTED",
    "LINE_OF_PRAGMAS",
    "MATCH",
    "MATCHES",
    "NOTES",
    "NUMBERS",
    "POINTS",
    "POINTS_OF_NOTE",
    "QUOTE",
    "SUBTEST_DEPTH",
    "TEXT",
    "TEXT_READ",
    "YAML_BLOCK",
    "YAML_DEPTH",
    "YAML_READ",
    "YAML_SCALAR",
    "Notes",
    "clip",
]

TEXT_READ: Final = 16_000_000
"""Characters read of one report. MediaWiki's limits are lower: 2 MB for a page, 8 MB for an answer of the console."""

POINTS: Final = 20_000
"""Points kept one by one, subtests included; further ones are only counted."""

POINTS_OF_NOTE: Final = 2_000
"""Points kept beyond ``POINTS`` where they are no plain passes."""

NUMBERS: Final = 100_000
"""Test numbers remembered in one document, to see which come twice."""

TEXT: Final = 2_000
"""Characters kept of a description, a reason, an expected value…"""

QUOTE: Final = 120
"""Characters of a report quoted in a note."""

NOTES: Final = 60
"""Notes kept."""

LINES_QUOTED: Final = 20
"""Lines that are quoted in notes because they could not be read; further ones are only counted."""

LINE_OF_PRAGMAS: Final = 1_000
"""Characters of a line of pragmas; a longer one is not read."""

MATCH: Final = 16_000
"""Bytes that a match of a strategy's own pattern for points may have; a longer one may be overlooked."""

MATCHES: Final = 100_000
"""Matches of a strategy's own patterns for points in one report; one with more was not read to its end."""

DIAGNOSTICS: Final = 500
"""Diagnostic lines kept."""

SUBTEST_DEPTH: Final = 16
"""How deep subtests may be nested; what is deeper is not read."""

YAML_BLOCK: Final = 64_000
"""Characters of one YAML block; a longer one is not read."""

YAML_READ: Final = 512_000
"""Characters of YAML in one report; further blocks are not read."""

YAML_DEPTH: Final = 24
"""How deep a YAML block may be nested."""

YAML_SCALAR: Final = 40
"""Characters of a YAML scalar that may be a number; a longer one is text."""


def clip(text: str, length: int = TEXT) -> str:
    """Cut a text to a length, the cut marked by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


class Notes:
    """What the reader of a report should know, as far as there is room."""

    def __init__(self) -> None:
        self._kept: dict[str, None] = {}
        self._dropped = 0
        self._quoted = 0
        self._unread = 0

    def add(self, note: str) -> None:
        """Add a note once; without room it is only counted."""
        if note in self._kept:
            return
        if len(self._kept) < NOTES:
            self._kept[note] = None
        else:
            self._dropped += 1

    def unread(self, number: int, line: str, why: str = "is not TAP") -> None:
        """Quote a line that was not read; ``number`` counts from 1."""
        if self._quoted < LINES_QUOTED:
            self._quoted += 1
            self.add(f"line {number} {why}: {clip(line, QUOTE)}")
        else:
            self._unread += 1

    def all(self) -> tuple[str, ...]:
        """Give the notes in their order, what was left out at the end."""
        rest = []
        if self._unread:
            rest.append(f"{self._unread} more lines were not read")
        if self._dropped:
            rest.append(f"{self._dropped} more notes are not shown")
        return (*self._kept, *rest)
