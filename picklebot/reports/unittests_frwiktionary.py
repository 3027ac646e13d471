"""Reports of French Wiktionary's UnitTests since 2020; earlier ones are those of English Wiktionary's.

- ``<strong class="success">Tous les tests ont réussi</strong>`` (also if there are none, or all were ignored),
  ``<strong class="error">15 tests ont échoué</strong>``; then perhaps ``, <em>18 tests ignorés</em>``
- rows have icons, no classes; the icon of an ignored test says ``alt=Failed``
- an ignored test function is one row across the table, ``<strong>Test(s) ignoré(s)</strong>``, whatever it holds
- one that throws is one row across the table, ``<strong class="error">Erreur de script pendant le test : …</strong>``
  and a traceback; its checks are lost
- ``summarize``: ``<strong class="error">38/40 tests réussis</strong>, <em>2 tests ignorés</em>``, those ignored not
  among the 40
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from picklebot.model import Point, Report
from picklebot.reports.html import Element, Section, classes, is_heading, numbers, read_html, signature, text
from picklebot.reports.icons import checks, which_failed
from picklebot.reports.tally import Headline, settle
from picklebot.reports.unittests import (
    COLUMNS,
    Table,
    died,
    name_of,
    other_failures,
    point,
    skipped,
    strong_headline,
    tables,
    values,
)

__all__ = ["parse_unittests_frwiktionary"]

FORMAT: Final = "unittests-frwiktionary"
_SUMMARY: Final = re.compile(r"(\d{1,9})/(\d{1,9}) tests? réussis?")
_HEADLINE: Final = re.compile(r"tests ont réussi|tests? (?:a|ont) échoué")
"""Words of a headline without tables: it has no other mark of its own."""


@dataclass(frozen=True, slots=True)
class _Check:
    table: Table
    cells: list[Element]

    @property
    def whole(self) -> bool:
        """Whether it has all its cells: a line break in a value swallows one."""
        return len(self.cells) >= COLUMNS

    def differs(self) -> bool:
        return self.whole and len(set(values(self.cells[2], self.cells[3]))) > 1

    def point(self, *, ok: bool) -> Point:
        if not self.whole:
            return Point(ok=ok, description=name_of(self.table.function, text(self.cells[1])))
        return point(self.table, self.cells, ok=ok)

    @property
    def icon(self) -> str:
        return signature(self.cells[0])


def parse_unittests_frwiktionary(html: str) -> Report:
    """Read a page of French Wiktionary's UnitTests.

    :param html: the content of the element that the parser makes of ``{{#invoke:Tester|run_tests}}``
    :return: a report; with an empty ``format`` if the page is not of this family. Nothing is raised.
    """
    page = read_html(html)
    found = list(tables(page))
    lead = page.sections[0]
    strong = strong_headline(lead)
    if strong is None or any("unit-tests" in name for element in lead.elements for name in classes(element)):
        return Report(format="")
    if any(classes(table.element) != ["wikitable"] or _has_classes(table) for table in found):
        return Report(format="")
    headline = _headline(lead, strong, alone=not found)
    if headline is None:
        return Report(format="")
    if others := other_failures(page.sections, strong, lambda element: "error" in classes(element)):
        headline = replace(headline, failed=(headline.failed or 0) + others)
    rows = [row for table in found for row in _rows(table)]
    points = _rows_as_points(rows, headline) if found else None
    return settle(FORMAT, points, headline, page)


def _has_classes(table: Table) -> bool:
    """Whether rows are marked as English Wiktionary's are."""
    return any(name.startswith("unit-test") for row, _ in table.rows for name in classes(row))


def _rows(table: Table) -> list[_Check | Point]:
    found: list[_Check | Point] = []
    for _row, cells in table.rows:
        if is_heading(cells):
            continue
        if len(cells) == 2 and (strong := _strong(cells[1])) is not None:  # noqa: PLR2004
            found.append(died(table, strong) if "error" in classes(strong) else skipped(table))
        elif len(cells) > 1:
            found.append(_Check(table, cells))
    kept = iter(checks([(row.icon, row.whole) for row in found if isinstance(row, _Check)]))
    return [row for row in found if isinstance(row, Point) or next(kept)]


def _strong(cell: Element) -> Element | None:
    return next((child for child in cell if child.tag == "strong"), None)


def _rows_as_points(rows: Sequence[_Check | Point], headline: Headline) -> list[Point]:
    mine = [row for row in rows if isinstance(row, _Check)]
    threw = sum(row.failed for row in rows if isinstance(row, Point))
    told = None if headline.failed is None else max(0, headline.failed - threw)
    failed = iter(which_failed([check.icon for check in mine], [check.differs() for check in mine], told))
    return [row if isinstance(row, Point) else row.point(ok=not next(failed)) for row in rows]


def _headline(lead: Section, strong: Element, *, alone: bool) -> Headline | None:
    words = text(strong)
    ignored = next((numbers(text(element)) for element in lead.elements if element.tag == "em"), [])
    skipped_ = ignored[0] if ignored else 0
    counted = numbers(words)
    good = "error" not in classes(strong)
    if summary := _SUMMARY.fullmatch(words):
        passed, total = int(summary[1]), int(summary[2])
        return Headline(total - passed if good else max(1, total - passed), total + skipped_, skipped_)
    if alone and not _HEADLINE.search(words):
        return None
    if good:
        return Headline(0, None, skipped_)
    return Headline(counted[0] if counted else 1, None, skipped_)
