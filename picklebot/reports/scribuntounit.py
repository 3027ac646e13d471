"""Reports of ScribuntoUnit, on mediawiki.org, English Wikipedia and most wikis.

``displayMode`` ``table`` (all versions, 2012 to 2026: ``displayResultsAsTable``)::

    <icon> All tests passed.            or   <icon> [category] 3 tests failed.
    icon   name               expected  actual
    <icon> testFoo
    <icon> testBar            1         2
    <icon> testBaz            Module:Foo/testcases:12: Failed to assert…   (two columns)

Words and icons are the wiki's own (``Module:ScribuntoUnit/config``), the class of the table never is. A row passed if
it says nothing in its last two cells: a failed one holds values or a message. A failed test whose values look empty is
told by its icon. A skipped test looks like a passed one, and a suite without tests says that all passed.

Where no row says anything, a wiki's own words and icons may mean either: a headline without number in a language that
is not known, or of a part of the tests, one image for both icons, no headline. Then the report says so (`Marks`), and
the console's count of failures counts as well.

``displayMode`` ``short``: ``success: 1, error: 0, skipped: 2`` (``shortResultsFormat``: words may differ, the three
numbers and their order may not), within ``<span class="error">`` if there is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from picklebot.model import Marks, Point, Report
from picklebot.reports.html import (
    PERCENTAGE,
    Element,
    HtmlPage,
    Section,
    classes,
    is_heading,
    numbers,
    read_html,
    rows,
    short_form,
    signature,
    text,
    unmarked,
)
from picklebot.reports.icons import meaning
from picklebot.reports.limits import clip
from picklebot.reports.tally import Headline, settle
from picklebot.reports.words import says_all, says_passed

__all__ = ["parse_scribuntounit"]

FORMAT: Final = "scribuntounit"
_CLASS: Final = "scribunto-test-table"
_HEADLINE_NUMBERS: Final = 3
_ERROR_COLUMNS: Final = 3
_DOUBT: Final = [Marks.CLEAR, Marks.ALIKE, Marks.AGAINST]
_SIGN: Final = re.compile("(?:\x02[^\x03]*\x03|[^\\w\x02])*")
"""The mark before the words of a headline."""


@dataclass(frozen=True, slots=True)
class _Row:
    icon: str
    name: str
    expected: str | None = None
    actual: str | None = None
    message: str | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing but its icon can say that it failed."""
        return not (self.expected or self.actual or self.message is not None)

    def point(self, *, ok: bool) -> Point:
        name = clip(self.name)
        if ok:
            return Point(ok=True, description=name)
        return Point(ok=False, description=name, expected=self.expected, actual=self.actual, message=self.message)


def parse_scribuntounit(html: str) -> Report:
    """Read a page of ScribuntoUnit.

    :param html: the content of the element that the parser makes of ``{{#invoke:Tester|run}}``
    :return: a report; with an empty ``format`` if the page is not ScribuntoUnit's. Nothing is raised.
    """
    page = read_html(html)
    sections = [section for section in page.sections if section.table is not None and _ours(section)]
    if not sections:
        counted = short_form(page, _HEADLINE_NUMBERS)
        return Report(format="") if counted is None else _short(page, *counted)
    points: list[Point] = []
    failed: int | None = None
    marks = Marks.CLEAR
    for section in sections:
        found, told, clear = _read(section)
        points += found
        failed = failed if told is None else (failed or 0) + told
        marks = max(marks, clear, key=_DOUBT.index)
    # Every test has a row: failed ones of the headline are among them.
    total = len(points) if failed and failed <= len(points) else None
    return replace(settle(FORMAT, points, Headline(failed, total), page), marks=marks)


def _ours(section: Section) -> bool:
    return _CLASS in classes(section.table)


def _read(section: Section) -> tuple[list[Point], int | None, Marks]:
    """The points of one table, how many its headline says failed, and whether its marks are clear."""
    found = list(_rows(section))
    icon, words, sign = _headline(section, found)
    bad = {row.icon for row in found if not row.silent}
    good = {row.icon for row in found if row.silent}
    told = _told(words, icon, good, bad, len(found))
    if told is None and words and icon:
        bad.add(icon)
    # A row with the icon of a passing headline has passed: its name may hold cells that look like values.
    passed = {icon} if told == 0 and icon and meaning(icon) else set()
    failed = [not row.silent and row.icon not in passed for row in found]
    if told is None or told > sum(failed):
        bad |= {icon} if told and not bad and icon else set()
        if len(bad | good) > 1 or told == len(found):
            failed = [not row.silent or row.icon in bad for row in found]
    looks = [meaning(row.icon) for row in found]
    said = says_passed(words)
    says_failed = sign is not True and said is False
    if (any(looks) or sign or says_failed) and not (sign and said):
        # A cross is one of a failed test where others have a tick. Under a headline that passed it may be one of a
        # skipped test: the console tells.
        failed = [fails or look is False for fails, look in zip(failed, looks, strict=True)]
    if says_failed and not told:
        told = max(1, sum(failed))
    marks = Marks.CLEAR if told or any(failed) else _marks(words, sign, good, looks)
    return [row.point(ok=not fails) for row, fails in zip(found, failed, strict=True)], told, marks


def _marks(words: str, sign: bool | None, icons: set[str], looks: Sequence[bool | None]) -> Marks:
    """How clear it is that no test failed, where no row says anything.

    :param sign: the meaning of the headline's icon
    :param icons: of the rows, and ``looks`` the meaning of each
    """
    said = says_passed(words)
    crossed = sign is False or False in looks
    counted = set(numbers(words)) - {len(looks), 0}
    # Words alone may say it of a suite that failed ("Passed: one of two"), if nothing looks like passed. A wiki may
    # have one sign for all rows, that of passed ones: words must speak of all tests, or count them all.
    whole = (says_all(words) or len(looks) in numbers(words)) and not PERCENTAGE.search(words)
    if said and whole and not (crossed or counted) and (sign or all(looks)):
        return Marks.CLEAR
    torn = bool(sign) and False in looks
    against = said is False or torn or (crossed and not said) or counted or (len(icons) > 1 and not said)
    return Marks.AGAINST if against else Marks.ALIKE


def _told(words: str, icon: str, good: set[str], bad: set[str], total: int) -> int | None:
    """How many failed by a headline; None where it does not say, or says by its icon that some did.

    :param icon: of the headline
    :param good: icons of rows without a message, and ``bad`` of rows with one
    """
    counted = numbers(words)
    if not counted:
        # Of two icons of rows that say nothing a headline carries that of failed tests, unless it looks like passed.
        two = len(good) > 1 and not bad and icon in good
        return 0 if words and (meaning(icon) or (icon not in bad and not two)) else None
    if not bad and set(counted) == {total} and says_passed(words):
        return 0  # "Passed: 2 of 2"
    own_words = counted[0] and icon and not bad and good == {icon} and meaning(icon) is not False
    own_words = own_words and says_passed(words) is not False
    if own_words and (counted[0] != total or meaning(icon)):
        return 0  # a wiki's own "All 12 tests passed."
    return counted[0]


def _rows(section: Section) -> Iterator[_Row]:
    for _element, cells in rows(section.table):
        if is_heading(cells):
            continue
        if len(cells) < _ERROR_COLUMNS:
            continue
        # A name that holds cell marks has more cells than one (versions before 2025 write it as it is).
        if len(cells) == _ERROR_COLUMNS or cells[-1].get("colspan"):
            yield _Row(signature(cells[0]), _name(cells[1:-1]), message=clip(text(cells[-1])))
        else:
            expected, actual = clip(text(cells[-2])), clip(text(cells[-1]))
            yield _Row(signature(cells[0]), _name(cells[1:-2]), expected, actual)


def _name(cells: Sequence[Element]) -> str:
    return " || ".join(text(cell) for cell in cells)


def _headline(section: Section, found: Sequence[_Row]) -> tuple[str, str, bool | None]:
    """The icon and the words of a headline, which is the line before the table, and the looks of its icon.

    A number there is one of failures. The icon need not be that of a row.
    """
    written = section.written.strip().rpartition("\n")[2]
    icon = max((row.icon for row in found if written.startswith(row.icon)), key=len, default="")
    sign = _SIGN.match(written)
    return icon, unmarked(written[len(icon) :]), meaning(icon or (sign[0] if sign else ""))


def _short(page: HtmlPage, passed: int, failed: int, skipped: int) -> Report:
    headline = Headline(failed, passed + failed + skipped, skipped)
    return settle(FORMAT, None, headline, page)
