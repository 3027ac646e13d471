"""Common parts of the three families of UnitTests: a table for each test function, a row for each check.

::

    test_foo:                          (a caption; a line of its own before 2018)
           Text   Expected   Actual   [Differs at]   [Comments]
    icon   name   1          2        1

The first heading is empty or a space, in every language and version. Values may be rendered wikitext, so they may hold
tables, errors and categories; only rows of the table itself count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from picklebot.model import Directive, Note, NoteCode, Point
from picklebot.reports.html import Element, HtmlPage, Section, classes, inner, numbers, rows, text
from picklebot.reports.limits import clip
from picklebot.reports.tally import Headline

__all__ = [
    "COLUMNS",
    "Table",
    "check",
    "counts_in",
    "died",
    "function_of",
    "name_of",
    "other_failures",
    "point",
    "quotes_error",
    "skipped",
    "strong_headline",
    "tables",
    "values",
]

COLUMNS: Final = 4
"""Columns of a table without options: icon, text, expected, actual."""

_ALIKE: Final = Note(NoteCode.VALUES_ALIKE)
_BLANK: Final = "\N{NO-BREAK SPACE} "


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one test function.

    :param function: the function's name
    :param headings: of its columns
    :param rows: without the headings, those between the rows included
    """

    element: Element
    function: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Element, list[Element]], ...]


def tables(page: HtmlPage) -> Iterator[Table]:
    """The tables of test functions."""
    for section in page.sections:
        if section.table is None or "wikitable" not in classes(section.table):
            continue
        found = list(rows(section.table))
        if not found or not _is_head(found[0][1]):
            continue
        headings = tuple(text(cell) for cell in found[0][1])
        yield Table(section.table, function_of(section), headings, tuple(found[1:]))


def _is_head(cells: Sequence[Element]) -> bool:
    if len(cells) < COLUMNS or not all(cell.tag == "th" for cell in cells):
        return False
    return not text(cells[0]).strip(_BLANK)


def function_of(section: Section) -> str:
    """The name of the function whose table ends a section."""
    caption = _caption(section.table)
    title = section.words.rpartition("\n")[2] if caption is None else text(caption)
    return title.strip().removesuffix(":").strip()


def _caption(table: Element) -> Element | None:
    """The caption above the first check: one further down comes from a value."""
    for child in table:
        if child.tag == "caption":
            return child
        if any(cell.tag == "td" for row in ([child] if child.tag == "tr" else child) for cell in row):
            break
    return None


def counts_in(words: str, *, good: bool) -> Headline:
    """The counts in the words of a headline.

    :param good: whether it says that all passed
    """
    found = numbers(words)
    if good:
        return Headline(0, found[0] if found else None)
    if len(found) > 1:
        return Headline(min(found[:2]), max(found[:2]))
    return Headline(found[0] if found else 1)


def name_of(function: str, name: str) -> str:
    """The name of a point: its function, and the check in it."""
    return clip(f"{function}: {name}" if function and name else function or name)


def values(expected: Element, actual: Element) -> tuple[str, str]:
    """The expected and actual values of a row, as HTML where they read the same and are not."""
    shown = text(expected), text(actual)
    if shown[0] == shown[1] and (len(expected) or len(actual)):
        written = inner(expected), inner(actual)
        if written[0] != written[1]:
            shown = written
    return clip(shown[0]), clip(shown[1])


def point(table: Table, cells: Sequence[Element], *, ok: bool) -> Point:
    """The point of an ordinary row: icon, text, expected, actual, and perhaps more."""
    expected, actual = values(cells[2], cells[3])
    return check(name_of(table.function, text(cells[1])), expected, actual, ok=ok)


def check(name: str, expected: str, actual: str, *, ok: bool) -> Point:
    """The point of a check. Some fail for an invisible difference: a number and its digits, two kinds of space."""
    note = _ALIKE if not ok and expected == actual else None
    return Point(ok=ok, description=name, expected=expected, actual=actual, note=note)


def strong_headline(section: Section) -> Element | None:
    """The headline of a Wiktionary's UnitTests: ``<strong class="success">`` or ``<strong class="error">``.

    A script error is such an element too; a suite may print one before its report.
    """
    for element in reversed(section.elements):
        if element.tag == "strong" and {"success", "error"} & set(classes(element)) and not quotes_error(element):
            return element
    return None


def other_failures(sections: Sequence[Section], headline: Element, bad: Callable[[Element], bool]) -> int:
    """How many failures further headlines count: a suite may print several runs. Each begins with the number.

    :param sections: where they may stand
    :param headline: the one that counts
    :param bad: whether an element looks like the headline of a run that failed
    """
    others = (
        text(element)
        for section in sections
        for element in section.elements
        if element is not headline and element.tag == headline.tag and bad(element) and not quotes_error(element)
    )
    return sum(min(numbers(words)[:2]) for words in others if words[:1].isdecimal())


def quotes_error(element: Element) -> bool:
    """Whether an element is a script error, and no headline."""
    return any("scribunto-error" in classes(child) for child in element)


def died(table: Table, element: Element) -> Point:
    """The point of a test function that threw: its message, without the traceback."""
    message = text(element)
    return Point(ok=False, description=name_of(table.function, ""), message=clip(message))


def skipped(table: Table) -> Point:
    """The point of a test function that was ignored."""
    return Point(ok=True, description=name_of(table.function, ""), directive=Directive.SKIP)
