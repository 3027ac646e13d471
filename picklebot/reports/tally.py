"""How the rows of a page and its headline come together in one report.

The frameworks count while they run and print the counts above the rows. Both should agree; where they do not (a value
that breaks the table, a suite that prints two runs), the worse of the two stands, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from picklebot.model import Counts, Directive, ErrorKind, Note, NoteCode, Point, Report, SuiteError
from picklebot.reports.html import Element, HtmlPage, classes, text
from picklebot.reports.limits import MAX_NOTABLE_POINTS, MAX_POINTS, MAX_QUOTE_CHARACTERS, Notes, clip

__all__ = ["Headline", "settle"]

_ERRORS_QUOTED: Final = 3
_MAX_COUNT: Final = 10**9
"""More tests than a wiki can run: a headline that tells of more is not believed."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The counts of a headline; None where it gives none."""

    failed: int | None = None
    total: int | None = None
    skipped: int | None = None


def settle(report_format: str, points: Iterable[Point] | None, headline: Headline, page: HtmlPage) -> Report:
    """Make the report of a page.

    :param points: None where the page lists no tests, only counts
    :param page: where they stand
    """
    notes = Notes()
    kept: list[Point] = []
    seen = failed = skipped = 0
    for point in points or ():
        seen += 1
        failed += point.failed
        skipped += point.directive is Directive.SKIP
        plain = point.ok and point.directive is None
        if len(kept) < MAX_POINTS or (not plain and len(kept) < MAX_POINTS + MAX_NOTABLE_POINTS):
            kept.append(point)
    if len(kept) < seen:
        notes.add(NoteCode.POINTS_KEPT, len(kept), seen)
    listed = Counts(seen, seen - failed - skipped, failed, skipped)
    counts = _worse(listed, headline, None if points is None else notes)
    if not counts.failed:  # else it may be a test that failed
        for element in islice(_script_errors(page), _ERRORS_QUOTED):
            notes.add(NoteCode.SCRIPT_ERROR_BESIDE, clip(text(element), MAX_QUOTE_CHARACTERS))
    return Report(
        format=report_format,
        points=tuple(kept),
        declared=None if counts == listed and len(kept) == seen else counts,
        error=None if page.complete else SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.PAGE_CUT)),
        notes=notes.all(),
    )


def _script_errors(page: HtmlPage) -> Iterator[Element]:
    """Errors outside of tables: a tester shows them beside its report, values of tests are in the tables."""
    return (element for part in page.sections for element in part.elements if "scribunto-error" in classes(element))


def _worse(listed: Counts, headline: Headline, notes: Notes | None) -> Counts:
    failed = max(listed.failed, min(headline.failed or 0, _MAX_COUNT))
    skipped = max(listed.skipped, min(headline.skipped or 0, _MAX_COUNT))
    unlisted = failed - listed.failed + skipped - listed.skipped if headline.total is None else 0
    total = max(listed.total + unlisted, min(headline.total or 0, _MAX_COUNT), failed + skipped)
    for code, told, found in (
        (NoteCode.HEADLINE_FAILED, headline.failed, listed.failed),
        (NoteCode.HEADLINE_SKIPPED, headline.skipped, listed.skipped),
        (NoteCode.HEADLINE_TOTAL, headline.total, listed.total),
    ):
        if notes is not None and told is not None and told != found:
            notes.add(code, told, found)
    return Counts(total, total - failed - skipped, failed, skipped)
