"""HTML that a wiki sent, read with lxml, which is imported with the first text: most commands read none."""

from __future__ import annotations

from typing import Any

__all__ = ["fragments", "in_div", "parse_html", "source"]

# The stubs name no type for the values of these functions.
_Element = Any


def parse_html(text: str) -> _Element:
    """The root of a whole document; that of an empty text has nothing in it."""
    from lxml import html

    return html.document_fromstring(text or "<p></p>")


def fragments(text: str) -> list[_Element]:
    """The elements that a text consists of, in order; the first may be a string. Empty where it is no HTML."""
    from lxml import html
    from lxml.etree import ParserError

    try:
        return list(html.fragments_fromstring(text))
    except ParserError:
        return []


def in_div(text: str) -> _Element:
    """A ``div`` around all that a text consists of."""
    from lxml import html

    return html.fragment_fromstring(text, create_parent="div")


def source(element: _Element) -> str:
    """An element written as HTML, with the text behind it."""
    from lxml import html

    return str(html.tostring(element, encoding="unicode"))
