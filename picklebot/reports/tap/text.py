"""The lines of a report, whatever ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from picklebot.reports.limits import MAX_REPORT_CHARACTERS
from picklebot.reports.tap.wikitext import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["INDENT", "Text"]

INDENT: Final = 4
"""Spaces that a subtest is indented by (TAP 14, "Subtests")."""


@dataclass(frozen=True, slots=True)
class Text:
    r"""A report's text with ``\n`` as the only line end (TAP 14, "Harness behavior") and no byte order mark.

    :param margin: spaces in front of every line, which belong to the page and not to the report: an author who writes
        preformatted wikitext puts one there. A multiple of four is no margin, but a subtest.
    :param cut: whether the end was left out
    """

    text: str
    margin: int
    cut: bool

    @classmethod
    def of(cls, raw: str) -> Text:
        """Normalise a report."""
        text = raw[:MAX_REPORT_CHARACTERS].removeprefix("\ufeff")
        cut = len(raw) > MAX_REPORT_CHARACTERS
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = unwrap(text)
        return cls(text, _margin(text), cut)

    def lines(self) -> Iterator[str]:
        """Give the lines one by one: a list of them could need a hundred times the room of the text."""
        for line in _lines(self.text):
            yield line[self.margin :] if self.margin else line


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    if start < len(text):
        yield text[start:]


def _margin(text: str) -> int:
    margin: int | None = None
    for line in _lines(text):
        pad = len(line) - len(line.lstrip(" "))
        if pad == len(line) or line.isspace():
            continue
        margin = pad if margin is None else min(margin, pad)
        if not margin:
            return 0
    return margin if margin and margin % INDENT else 0
