"""Reports of UnitTests of English Wikipedia, and of its copies on other wikis (also ``Dev:UnitTests`` of Fandom).

The headline is green or red in every version and language:

- 2012: ``<font color="#008000">'''All tests passed.'''</font>``, ``<font color="#800000">'''2 tests failed.'''</font>``
- 2013: the same in ``<span style="color:#008000">``; 2018: in ``<b style=…>``
- 2023: ``All 18 tests passed.``, ``3 of 10 tests failed.``, and ``<b>No tests were run.</b>``
- 2025, ``displayMode=short``: ``success: 7, error: 3``, within ``<span class="error">`` if there is an error

Rows carry the wiki's own icons (``{{Tick}}``, ``{{Cross}}``) and nothing else that says how they went, so the count of
the headline tells which icon is which. A test that throws leaves nothing but a script error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from picklebot.model import Point, Report
from picklebot.reports.html import (
    PERCENTAGE,
    Element,
    HtmlPage,
    background,
    classes,
    colour,
    is_heading,
    mark,
    numbers,
    read_html,
    short_form,
    signature,
    text,
)
from picklebot.reports.icons import checks, which_failed
from picklebot.reports.limits import clip
from picklebot.reports.tally import Headline, settle
from picklebot.reports.unittests import (
    COLUMNS,
    Table,
    counts_in,
    name_of,
    other_failures,
    point,
    strong_headline,
    tables,
    values,
)

__all__ = ["parse_unittests_enwiki"]

FORMAT: Final = "unittests-enwiki"
_CLASS: Final = "unit-tests-result"
"""Of the tables since 2023."""
_FOREIGN: Final = {"unit-tests", "scribunto-test-table"}
_HIGHLIGHT: Final = "#fc0"
_HEADLINE_NUMBERS: Final = 2
_SANDBOX: Final = "sandbox"
"""A heading of the tables that compare a module with its sandbox, in all languages seen."""


@dataclass(frozen=True, slots=True)
class _Row:
    table: Table
    cells: list[Element]
    below: list[Element]
    """The second row of the option ``combined``: expected and actual as they are written."""

    @property
    def icon(self) -> str:
        return signature(self.cells[0])

    @property
    def whole(self) -> bool:
        """Whether it has all that a row has without options."""
        return len(self.cells) >= COLUMNS

    @property
    def highlighted(self) -> bool:
        return _HIGHLIGHT in self.cells[0].get("style", "")

    @property
    def compares(self) -> bool:
        """Whether it shows live, sandbox and expected (``preprocess_equals_compare``, 2023)."""
        width, wide = len(self.cells), len(self.table.headings)
        return width > COLUMNS and (width > wide or any(_SANDBOX in heading.lower() for heading in self.table.headings))

    def point(self, *, ok: bool) -> Point:
        if self.compares:
            live, sandbox, expected = (clip(text(cell)) for cell in self.cells[2:5])
            name = name_of(self.table.function, text(self.cells[1]))
            actual = live if live == sandbox else f"live: {live}\nsandbox: {sandbox}"
            return Point(ok=ok, description=name, expected=expected, actual=actual)
        if not self.whole:
            return Point(ok=ok, description=name_of(self.table.function, text(self.cells[1])))
        return point(self.table, [*self.cells[:2], *self._values()], ok=ok)

    def differs(self) -> bool:
        if self.compares:
            return len({text(cell) for cell in self.cells[2:5]}) > 1
        if not self.whole:
            return False
        expected, actual = self._values()
        return len(set(values(expected, actual))) > 1

    def _values(self) -> list[Element]:
        return self.below[:2] if len(self.below) > 1 else self.cells[2:4]


def parse_unittests_enwiki(html: str) -> Report:
    """Read a page of English Wikipedia's UnitTests.

    :param html: the content of the element that the parser makes of ``{{#invoke:Tester|run_tests}}``
    :return: a report; with an empty ``format`` if the page is not of this family. Nothing is raised.
    """
    page = read_html(html)
    found = list(tables(page))
    lead = page.sections[0]
    if strong_headline(lead) is not None or any(_FOREIGN & set(classes(table.element)) for table in found):
        return Report(format="")
    headline = _headline(page, alone=not found) if found or len(page.sections) == 1 else None
    if headline is None and len(page.sections) == 1:
        headline = _none_or_short(page)
    if headline is None and any(_CLASS in classes(table.element) for table in found):
        headline = Headline()
    return Report(format="") if headline is None else _settle_found(found, headline, page)


def _settle_found(found: Sequence[Table], headline: Headline, page: HtmlPage) -> Report:
    if not found:
        return settle(FORMAT, None, headline, page)
    checks = _checks([row for table in found for row in _rows(table)])
    told = headline.failed
    failed = which_failed([row.icon for row in checks], [row.differs() for row in checks], told)
    failed = [bad or row.highlighted for bad, row in zip(failed, checks, strict=True)]
    points = (row.point(ok=not bad) for row, bad in zip(checks, failed, strict=True))
    return settle(FORMAT, points, headline, page)


def _rows(table: Table) -> list[_Row]:
    found: list[_Row] = []
    continued = False
    for _element, cells in table.rows:
        if is_heading(cells):
            continued = False
        elif continued:
            found[-1].below.extend(cells)
            continued = False
        elif len(cells) > 1:
            found.append(_Row(table, cells, []))
            continued = cells[0].get("rowspan", "1") != "1"
    return found


def _checks(found: Sequence[_Row]) -> list[_Row]:
    """Leave out rows that are no checks: a value may break its table, so that its own rows follow.

    A check, also one that is cut short by its value, is told by its icon.
    """
    kept = checks([(row.icon, row.whole) for row in found])
    return [row for row, is_check in zip(found, kept, strict=True) if is_check]


def _headline(page: HtmlPage, *, alone: bool) -> Headline | None:
    """The counts of the headline: the coloured words next to the tables, whatever a suite prints before.

    Forks colour the part behind the words, if not the words.

    :param alone: there is no table, so the headline must be all there is
    """
    return next((found for shade in (colour, background) if (found := _coloured(page, shade, alone=alone))), None)


def _coloured(page: HtmlPage, shade: Callable[[str], bool | None], *, alone: bool) -> Headline | None:
    lead = page.sections[0]
    for element in reversed(lead.elements):
        good = shade(mark(element))
        if good is None:
            continue
        words = text(element)
        if alone and (words != lead.words or (good and PERCENTAGE.search(words) and not numbers(words))):
            break
        found = counts_in(words, good=good)
        # Red words may be anything, but for those right above a table.
        runs = [section for section in page.sections[1:] if section.table is not None]
        others = other_failures(runs, element, lambda other: shade(mark(other)) is False)
        return (
            replace(found, failed=found.failed + others, total=None) if others and found.failed is not None else found
        )
    return None


def _none_or_short(page: HtmlPage) -> Headline | None:
    """The counts of a page without tables and without a coloured headline."""
    if short := short_form(page, _HEADLINE_NUMBERS):
        return Headline(short[1], sum(short))
    lead = page.sections[0]
    bold = [element for element in lead.elements if element.tag == "b"]
    none = len(bold) == 1 and text(bold[0]) == lead.words and not (numbers(lead.words) or PERCENTAGE.search(lead.words))
    return Headline(0, 0) if none else None
