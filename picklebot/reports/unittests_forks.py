"""Reports of forks of UnitTests that look like none of the three families: other classes, headings, colours.

Nothing but the source tells the kind of such a suite, so a page is read only where every row of its tables has its
mark: an icon, a sign, a coloured or classed cell or row, a word such as "passed" in the first column. Rows without a
mark, marks that contradict each other, and numbers that may count anything make the page unreadable rather than good.

Of headline and rows the worse stands. Headlines are coloured or classed words before or behind the tables; where there
are none, the lines before the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from picklebot.model import Point, Report
from picklebot.reports.colours import named
from picklebot.reports.html import (
    Element,
    HtmlPage,
    Section,
    background,
    classes,
    colour,
    drawn,
    mark,
    numbers,
    read_html,
    rows,
    signature,
    text,
)
from picklebot.reports.icons import meaning
from picklebot.reports.limits import clip
from picklebot.reports.tally import Headline, settle
from picklebot.reports.unittests import check, counts_in, function_of, name_of, quotes_error, values
from picklebot.reports.unittests_enwiki import parse_unittests_enwiki
from picklebot.reports.unittests_frwiktionary import parse_unittests_frwiktionary
from picklebot.reports.unittests_wiktionary import parse_unittests_wiktionary
from picklebot.reports.words import says_passed

__all__ = ["parse_unittests_forks"]

FORMAT: Final = "unittests-forks"
_FAMILIES: Final = (parse_unittests_enwiki, parse_unittests_wiktionary, parse_unittests_frwiktionary)
_FOREIGN: Final = "scribunto-test-table"
_MIN_COLUMNS: Final = 3
"""Columns of the smallest table of tests: a mark, a name, a value."""
_MAX_MARK_CHARACTERS: Final = 40
"""Characters of a mark in words."""
_SPAN: Final = re.compile(r"[1-9]\d?")
_IMAGE: Final = re.compile(r"[^:]{1,60}:.{1,240}\.(?:svg|png|gif|jpe?g|webp)", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_WORDS: Final = {
    **dict.fromkeys(("ok", "pass", "passed", "success", "good"), True),
    **dict.fromkeys(("fail", "failed", "failure", "error", "not ok", "bad", "ko"), False),
}
_PICTURES: Final = {
    **dict.fromkeys(("yes", "tick", "check", "checked", "ok", "pass", "passed", "success", "support", "true"), True),
    **dict.fromkeys(("no", "cross", "x", "fail", "failed", "failure", "error", "oppose", "false", "wrong"), False),
}
"""Words in names and descriptions of images."""


_HEADINGS: Final = re.compile(
    "result|status|verdict|outcome|passed|ergebnis|résultat|statut|resultado|estado|risultato|resultaat|wynik|resultat"
    "|результат|結果|结果|결과",
    re.IGNORECASE,
)
"""Of a last column whose words are marks, not values."""
_ORDINAL: Final = re.compile(r"\s*\d{1,6}\s*[.)]?\s*")


class _UnreadableError(Exception):
    """A row has no mark, or one that contradicts itself; a number may count anything."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table of tests.

    :param first: the outcome that its first cell marks, ``last`` the last cell, ``own`` the row itself
    """

    cells: list[Element]
    first: bool | None
    last: bool | None
    own: bool | None

    @classmethod
    def of(cls, row: Element, cells: list[Element], *, at_end: bool) -> _Row:
        return cls(cells, _verdict(cells[0], words=True), _verdict(cells[-1], words=at_end), _look(row))

    @property
    def whole(self) -> bool:
        return len(self.cells) >= _MIN_COLUMNS

    def verdict(self, *, at_end: bool) -> bool | None:
        """The outcome by its marks, of its column and of the row; None where they say nothing, or both."""
        return _one({self.last if at_end else self.first, self.own})


def parse_unittests_forks(html: str) -> Report:
    """Read a page of a fork of UnitTests.

    :param html: the content of the element that the parser makes of ``{{#invoke:Tester|run_tests}}``
    :return: a report; with an empty ``format`` if not every row has its mark, or the page is one of the three
        families'. Nothing is raised.
    """
    page = read_html(html)
    foreign = any(section.table is not None and _FOREIGN in classes(section.table) for section in page.sections)
    if foreign or any(parse(html).recognised for parse in _FAMILIES):
        return Report(format="")
    points: list[Point] = []
    read: set[tuple[str, ...]] = set()
    others: set[tuple[str, ...]] = set()
    try:
        for section in page.sections:
            headings, found = _table(section)
            points += found
            (read if found else others).add(headings)
        if not read or read & others:
            return Report(format="")  # no tests, or tests without any mark beside others with marks
        headline = _headline(page, points)
    except _UnreadableError:
        return Report(format="")
    return settle(FORMAT, points, headline, page)


def _table(section: Section) -> tuple[tuple[str, ...], list[Point]]:
    """Headings and points of the table that ends a section; no points if it is none of tests.

    :raises _UnreadableError: some of its rows have a mark, others have none
    """
    found = [] if section.table is None else list(_unspanned(section.table))
    heads = [cells for _, cells in found if len(cells) >= _MIN_COLUMNS and all(cell.tag == "th" for cell in cells)]
    headings = tuple(text(cell) for cell in heads[0]) if heads else ()
    verdicts = bool(headings and _HEADINGS.fullmatch(headings[-1].strip(" ?:")))
    listed = _unnumbered([(row, cells) for row, cells in found if any(cell.tag == "td" for cell in cells)])
    body = [_Row.of(row, cells, at_end=verdicts) for row, cells in listed]
    whole = [row for row in body if row.whole]
    marked = any(mark is not None for row in body for mark in (row.first, row.last, row.own))
    if not (headings and whole and marked):
        return headings, []
    at_end = any(row.first is None for row in whole) and all(row.last is not None for row in whole)
    function = _function(section)
    points = (_point(function, row, row.verdict(at_end=at_end), at_end=at_end) for row in body)
    return headings, [point for point in points if point is not None]


def _unnumbered(found: list[tuple[Element, list[Element]]]) -> list[tuple[Element, list[Element]]]:
    """The rows without their numbers, where every row has one and its mark behind it."""
    whole = [cells for _, cells in found if len(cells) > _MIN_COLUMNS]
    numbered = (_ORDINAL.fullmatch(text(each[0])) and _verdict(each[1], words=True) is not None for each in whole)
    if not (whole and all(numbered)):
        return found
    return [(row, cells[1:] if len(cells) > _MIN_COLUMNS else cells) for row, cells in found]


def _function(section: Section) -> str:
    """The function of a table: the lead of the first one may be the headline."""
    titled = section.words.endswith(":") or any(child.tag == "caption" for child in section.table)
    return function_of(section) if titled else ""


def _unspanned(table: Element) -> Iterator[tuple[Element, list[Element]]]:
    """The rows of a table, without continuations of the row above (its first cell's ``rowspan``)."""
    left = 0
    for row, cells in rows(table):
        left -= 1
        if left < 1 and cells:
            span = cells[0].get("rowspan", "1")
            left = int(span) if _SPAN.fullmatch(span) else 1
            yield row, cells


def _point(function: str, row: _Row, verdict: bool | None, *, at_end: bool) -> Point | None:
    """The point of a row; None for a title across the table.

    :raises _UnreadableError: it is neither
    """
    cells = row.cells
    if row.whole and verdict is not None:
        told = cells[:-1] if at_end else cells[1:] if row.first is not None else cells
        name = name_of(function, text(told[0]))
        if len(told) < _MIN_COLUMNS:
            return Point(ok=verdict, description=name, actual=clip(text(told[-1])))
        return check(name, *values(told[1], told[2]), ok=verdict)
    words = " ".join(text(cell) for cell in cells)
    if not row.whole and (False in (row.first, row.last, row.own) or says_passed(words) is False):
        return Point(ok=False, description=name_of(function, ""), message=clip(words))
    if len(cells) == 1 and cells[0].get("colspan") and not row.whole:
        return None
    raise _UnreadableError


def _verdict(cell: Element, *, words: bool) -> bool | None:
    """The outcome that a cell marks: by its looks, by the looks of its content, and by its words if they may be a mark.

    In columns of values words are values.
    """
    written = signature(cell)
    said = {_look(cell), background(written)}
    if words or drawn(written) or not _LETTERS.search(written):
        said.add(meaning(written))
    for element in cell.iter():
        if element is not cell and isinstance(element.tag, str):
            said |= {named(element.get("class", "")), _picture(element)}
    if words and not drawn(written) and len(written) <= _MAX_MARK_CHARACTERS:
        said |= {_WORDS.get(written.strip(" .!:").lower()), says_passed(written)}
    return _one(said)


def _look(element: Element) -> bool | None:
    """The outcome by colour, background and classes of an element itself."""
    written = mark(element)
    return _one({colour(written), background(written), named(element.get("class", ""))})


def _picture(element: Element) -> bool | None:
    """The outcome by the name and description of an image; a missing one is a link with its name."""
    if element.tag == "img":
        words = " ".join((element.get("alt", ""), element.get("title", ""), element.get("src", "").rpartition("/")[2]))
    elif element.tag == "a" and _IMAGE.fullmatch(text(element)):
        words = text(element)
    else:
        return None
    return _one({_PICTURES.get(word) for word in _LETTERS.findall(clip(words).lower())})


def _one(said: set[bool | None]) -> bool | None:
    """The one thing that several marks say; None where they say nothing, or both."""
    said = said - {None}
    return said.pop() if len(said) == 1 else None


def _headline(page: HtmlPage, points: Sequence[Point]) -> Headline:
    """The counts of the headlines, those of failures before others.

    The headline of a run is the last coloured one before its table, or that below where none stands before. Others
    count only if they say in words that tests failed: red words may be anything.

    :raises _UnreadableError: there is none, but lines with numbers that may count anything
    """
    shaded = [list(_shaded(section)) for section in page.sections]
    last = [some[-1] for section, some in zip(page.sections, shaded, strict=True) if some and section.table is not None]
    last = last or shaded[-1][-1:]
    failed = {words for words, good in last if not good} | {
        words for some in shaded for words, _ in some if _says(words)
    }
    if failures := [found for words in failed if (found := _failures(words))]:
        return Headline(sum(failures))
    if passed := [words for words, good in last if good]:
        return counts_in(passed[0], good=True)
    return _plain(page.sections[0], points)


def _shaded(section: Section) -> Iterator[tuple[str, bool]]:
    """Words in green or red, by colour, background or class, and which it is. Script errors are no headlines."""
    for element in section.elements:
        good = _look(element)
        error = quotes_error(element) or "scribunto-error" in classes(element)
        if good is not None and not error and (words := text(element)):
            yield words, good


def _says(words: str) -> bool:
    return says_passed(words) is False


def _failures(words: str) -> int:
    """How many failures red words count; 0 for ``Failed: 0``."""
    found = numbers(words)
    if len(found) == 1 and not found[0]:
        return 0
    return max(1, counts_in(words, good=False).failed or 0)


def _plain(lead: Section, points: Sequence[Point]) -> Headline:
    """The outcome by lines without colour, if they say anything."""
    lines = [line for line in lead.words.split("\n") if line.strip()]
    if failed := [_failures(line) for line in lines if _says(line)]:
        return Headline(max(failed))
    bad = sum(point.failed for point in points)
    explained = {0, len(points), len(points) - bad, bad}
    if any(number not in explained for line in lines for number in numbers(line)):
        raise _UnreadableError
    return Headline()
