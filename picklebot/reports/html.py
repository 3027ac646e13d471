"""HTML as the formats that print a page read it: outermost tables, and the lead before each.

Quotations of a report (values of tests are rendered wikitext, tables and errors included) are reached as text only.

A **signature** is the text of an element with a mark for each element in it, so that two icons have the same one if
they look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from picklebot.reports.colours import hue_of
from picklebot.reports.limits import MAX_REPORT_CHARACTERS, clip

__all__ = [
    "PERCENTAGE",
    "Element",
    "HtmlPage",
    "Section",
    "background",
    "classes",
    "colour",
    "drawn",
    "inner",
    "is_heading",
    "mark",
    "numbers",
    "read_html",
    "rows",
    "short_form",
    "signature",
    "text",
    "unmarked",
]

Element = Any
"""An element of lxml, whose types stubs cannot tell."""

LEAD_CHARACTERS: Final = 20_000
"""Characters and elements kept of the lead before a table."""

MAX_TAG_CHARACTERS: Final = 4_000
"""Characters of a tag outside of quotes. No wiki prints as many attributes, and lxml reads many in quadratic time."""

_START: Final = re.compile(r"""<[a-z](?:[^"'>]|"[^"]*"|'[^']*'|["'])*+""", re.IGNORECASE)
_QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_END: Final = "picklebot-end"
_UNSEEN: Final = frozenset({"style", "script", "link", "meta"})
_PLAIN: Final = frozenset({"html", "body", "div", "p"})
_LOOKS: Final = ("class", "style", "color", "bgcolor", "src", "alt", "title", "href")
_TAG: Final = re.compile("\x02[^\x03]*\x03")
_CLEAN: Final = {0: "\N{REPLACEMENT CHARACTER}", 2: None, 3: None}
_SPACE: Final = " \t\r\n"
_LINE: Final = 300
_NUMBER: Final = re.compile(r"\d{1,9}")
PERCENTAGE: Final = re.compile(r"[%٪\uff05]\d{1,9}(?:[.,]\d{1,9})?|(?<!\d)\d{1,9}(?:[.,]\d{1,9})?\s?[%٪\uff05‰]")
"""A part of the tests, not how many."""
_BETWEEN: Final = re.compile(r"[,;/|·•،؛、\uff0c\uff1b\u2013\u2014]")
# A number with words around it.
_PART: Final = re.compile(r"(?=.{0,120}?[^\W\d])[^\d.]{0,60}(\d{1,9})[^\d.]{0,60}\.?")


@dataclass(slots=True)
class Section:
    """The text between two tables.

    :param table: the table that ends it; None at the end of the page
    :param elements: all elements before the table, in the order of the page
    :param written: the signature of the lead before the table
    """

    elements: list[Element] = field(default_factory=list)
    written: str = ""
    table: Element = None

    @property
    def words(self) -> str:
        """The visible text before the table."""
        return unmarked(self.written)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page, cut at the tables that stand in no other table.

    :param complete: False where the reader of HTML gave up before the end: nested too deep, or no HTML
    """

    sections: tuple[Section, ...]
    complete: bool


def read_html(html: str) -> HtmlPage:
    """Read the HTML of an output. Nothing is raised; a part that could not be read makes the page incomplete."""
    source = f"<div>{html[:MAX_REPORT_CHARACTERS].translate(_CLEAN)}</div><hr id={_END}>"
    if any(
        len(tag) > MAX_TAG_CHARACTERS and len(_QUOTED.sub("", tag)) > MAX_TAG_CHARACTERS
        for tag in _START.findall(source)
    ):
        return HtmlPage((Section(),), complete=False)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        return HtmlPage((Section(),), complete=False)
    sections = tuple(_sections(root))
    last = sections[-1].elements
    ended = bool(last) and last[-1].get("id") == _END
    if ended:
        last.pop()
    return HtmlPage(sections, complete=ended and len(html) <= MAX_REPORT_CHARACTERS)


def _sections(root: Element) -> Iterator[Section]:
    section, room = Section(), LEAD_CHARACTERS
    written: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        piece = None
        if event == "end":
            piece = element.tail
        elif element.tag == "table":
            section.table, section.written = element, "".join(written)
            yield section
            section, written, room = Section(), [], LEAD_CHARACTERS
            walker.skip_subtree()
        elif element.tag in _UNSEEN:
            walker.skip_subtree()
        elif room or element.get("id") == _END:
            section.elements.append(element)
            piece = mark(element) + (element.text or "")
        if room:
            written.append(clip(piece or "", room))
            room = max(0, room - len(written[-1]) - 1)
    section.written = "".join(written)
    yield section


def rows(table: Element) -> Iterator[tuple[Element, list[Element]]]:
    """The rows of a table itself and their cells, not those of tables in its cells."""
    for child in table:
        for row in child if child.tag in ("tbody", "thead", "tfoot") else (child,):
            if row.tag == "tr":
                yield row, [cell for cell in row if cell.tag in ("td", "th")]


def is_heading(cells: list[Element]) -> bool:
    """Whether a row holds headings."""
    return any(cell.tag == "th" for cell in cells)


def classes(element: Element) -> list[str]:
    """The classes of an element."""
    found: list[str] = element.get("class", "").split()
    return found


def text(element: Element) -> str:
    """The visible text of an element. White space at its ends is the markup's; no-break spaces are kept."""
    return unmarked("".join(_written(element)))


def inner(element: Element) -> str:
    """The HTML within an element."""
    parts = [element.text or "", *(etree.tostring(child, encoding="unicode", method="html") for child in element)]
    return "".join(parts).strip(_SPACE)


def signature(element: Element) -> str:
    """The signature of an element's content.

    TemplateStyles writes a style the first time and a link to it from then on: neither is looked at.
    """
    return "".join(_written(element)).strip(_SPACE)


def unmarked(written: str) -> str:
    """The text in a signature."""
    return _TAG.sub("", written).strip(_SPACE)


def drawn(written: str) -> bool:
    """Whether a signature is more than text."""
    return "\x02" in written


def mark(element: Element) -> str:
    """The mark that a signature has for an element: its name and the attributes that decide about its looks."""
    if element.tag in _PLAIN:
        return ""
    looks = (f" {name}={element.get(name)}" for name in _LOOKS if element.get(name))
    return f"\x02{element.tag}{''.join(looks)}\x03"


def _written(element: Element) -> Iterator[str]:
    yield element.text or ""
    if not len(element):
        return
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, child in walker:
        if child is element:
            continue
        if event == "end":
            yield child.tail or ""
        elif child.tag in _UNSEEN:
            walker.skip_subtree()
        elif child.tag == "br":
            yield "\n"
        else:
            yield mark(child) + (child.text or "")


def numbers(words: str) -> list[int]:
    """The whole numbers in a text, in digits of any script. Percentages count nothing."""
    return [int(number) for number in _NUMBER.findall(PERCENTAGE.sub(" ", words))]


def short_form(page: HtmlPage, length: int) -> list[int] | None:
    """The numbers of a page that is one line, like ``success: 7, error: 3``; None where it is none.

    Any numbers could be anything: each has a word or two of its own, with a mark between it and the next, and the line
    stands in ``<span class="error">`` if and only if the second is not 0.

    :param length: how many numbers there must be
    """
    section = page.sections[0]
    if (
        len(page.sections) > 1
        or len(section.words) > _LINE
        or "\n" in section.words
        or PERCENTAGE.search(section.words)
    ):
        return None
    spans = [element for element in section.elements if element.tag not in _PLAIN]
    if any(element.tag != "span" or classes(element) != ["error"] for element in spans):
        return None
    parts = [_PART.fullmatch(part.strip()) for part in _BETWEEN.split(section.words)]
    found = [int(part[1]) for part in parts if part is not None]
    return found if len(found) == len(parts) == length and bool(spans) == (found[1] > 0) else None


_COLOUR: Final = re.compile(r"(?:^|[;\s=])color\s*[:=]\s*([^\x03;]+)", re.IGNORECASE)
_BACKGROUND: Final = re.compile(r"(?:^|[;\s=])(?:background(?:-color)?\s*:|bgcolor=)\s*([^\x03;]+)", re.IGNORECASE)


def colour(written: str) -> bool | None:
    """Whether the first coloured mark in a signature is green (True) or red (False); None where it is neither.

    All versions of UnitTests colour their headlines: by ``style``, in 2012 by ``<font color>``.
    """
    return _first(_COLOUR, written)


def background(written: str) -> bool | None:
    """The same for the part behind the words."""
    return _first(_BACKGROUND, written)


def _first(pattern: re.Pattern[str], written: str) -> bool | None:
    found = next((found for look in _TAG.findall(written) if (found := pattern.search(look))), None)
    return None if found is None else hue_of(found[1])
