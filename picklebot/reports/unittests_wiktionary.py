"""Reports of UnitTests of English Wiktionary, 2019 to 2025, and of its copies on other Wiktionaries.

- ``<strong class="success">All tests passed.</strong>`` (also if there are none), ``<strong class="error">9 tests
  failed.</strong>``; 2025 also ``2 of 40 tests failed.``; then ``<span class="plainlinks unit-tests-refresh">``
- tables ``unit-tests``, whose rows are ``unit-test-pass`` or ``unit-test-fail``
- a test that throws leaves the rows before it, and one with neither class across the table: ``<strong
  class="error">Script error during testing: …</strong>`` and a traceback. It counts as a failure, not as a test.
- ``summarize``: only ``<strong class="error">38/40 tests passed</strong>``: the class says how it went, not the words
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklebot.model import Point, Report
from picklebot.reports.html import Element, Section, classes, numbers, read_html, text
from picklebot.reports.tally import Headline, settle
from picklebot.reports.unittests import (
    COLUMNS,
    Table,
    check,
    died,
    name_of,
    other_failures,
    strong_headline,
    tables,
    values,
)

__all__ = ["parse_unittests_wiktionary"]

FORMAT: Final = "unittests-wiktionary"
_PASS: Final = "unit-test-pass"  # noqa: S105 (a class of HTML)
_FAIL: Final = "unit-test-fail"
_MAX_ROWS_COMPARED: Final = 20
_SUMMARY: Final = re.compile(r"\s*(-?\d{1,9})/(\d{1,9})\s+(\S.*)")
_FRENCH: Final = re.compile(r"tests? réussis?\b")
"""Words of French Wiktionary's summary, which has no other mark of its own."""


def parse_unittests_wiktionary(html: str) -> Report:
    """Read a page of English Wiktionary's UnitTests.

    :param html: the content of the element that the parser makes of ``{{#invoke:Tester|run_tests}}``
    :return: a report; with an empty ``format`` if the page is not of this family. Nothing is raised.
    """
    page = read_html(html)
    found = [table for table in tables(page) if _ours(table)]
    lead = page.sections[0]
    strong = strong_headline(lead)
    if strong is None and not found:
        return Report(format="")
    if not found and not any("unit-tests-refresh" in classes(element) for element in lead.elements):
        summary = None if strong is None else _summary(lead, strong)
        return Report(format="") if summary is None else settle(FORMAT, None, summary, page)
    points = [point for table in found for point in _points_in_table(table)]
    headline = Headline() if strong is None else _headline(strong, points)
    if strong is not None and (others := other_failures(page.sections, strong, _bad)):
        headline = Headline((headline.failed or 0) + others)
    return settle(FORMAT, points, headline, page)


def _bad(element: Element) -> bool:
    return "error" in classes(element)


def _ours(table: Table) -> bool:
    return "unit-tests" in classes(table.element) or any({_PASS, _FAIL} & set(classes(row)) for row, _ in table.rows)


def _points_in_table(table: Table) -> Iterator[Point]:
    names = _names(table)
    for row, cells in table.rows:
        marks = classes(row)
        if _PASS in marks or _FAIL in marks:
            yield _check(table, cells, names, ok=_FAIL not in marks)
        if cells and len(cells) < COLUMNS and (error := _error(cells[-1])) is not None:
            yield died(table, error)


def _names(table: Table) -> int:
    """How many columns of names there are before the two values (``name_column`` as a list, 2023).

    Headings do not tell them from those of options, which come last; but the values of passed rows are the same.
    """
    passed = [cells for row, cells in table.rows if _PASS in classes(row)][:_MAX_ROWS_COMPARED]
    columns = range(1, len(table.headings) - 2)
    return next((names for names in columns if all(_equal(cells, names) for cells in passed)), 1)


def _equal(cells: list[Element], names: int) -> bool:
    return len(cells) > names + 2 and text(cells[names + 1]) == text(cells[names + 2])


def _check(table: Table, cells: list[Element], names: int, *, ok: bool) -> Point:
    """A row. One that threw before it had its values holds its icon and then the error that ended it."""
    if len(cells) < COLUMNS:
        return Point(ok, name_of(table.function, ""))
    first = min(names + 1, len(cells) - 2)
    name = ", ".join(text(cell) for cell in cells[1:first])
    expected, actual = values(cells[first], cells[first + 1])
    return check(name_of(table.function, name), expected, actual, ok=ok)


def _error(cell: Element) -> Element | None:
    return next((child for child in cell if child.tag == "strong" and "error" in classes(child)), None)


def _headline(strong: Element, points: list[Point]) -> Headline:
    if "error" not in classes(strong):
        return Headline(0)
    counted = numbers(text(strong))
    if len(counted) < 2:  # noqa: PLR2004 (2025: failures, and tests that did not throw)
        return Headline(counted[0] if counted else 1)
    failed = sum(point.failed for point in points)
    threw = sum(point.expected is None for point in points)
    first, second = counted[:2]
    failures, tests = (second, first) if second == failed != first else (first, second)
    return Headline(failures, tests + threw)


def _summary(lead: Section, strong: Element) -> Headline | None:
    words = text(strong)
    found = _SUMMARY.fullmatch(words)
    if found is None or words != lead.words or _FRENCH.search(words):
        return None
    passed, total = int(found[1]), int(found[2])
    if "error" in classes(strong):
        return Headline(max(1, total - passed), total)
    return Headline(total - passed, total)
