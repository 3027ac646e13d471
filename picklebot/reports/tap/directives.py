r"""Directives and escapes of TAP lines.

The first unescaped ``#`` with white space around it ends the description; the rest is a directive only when it
begins with TODO or SKIP, else it belongs to the description and nothing further is a directive either (TAP 14,
"Directive", "Escaping examples"). So that older reports are understood, a ``#`` needs white space on one side only:
``#skip`` and ``this# skip`` are directives, ``page.html#skip`` is not.

``\#`` and ``\\`` stand for ``#`` and ``\`` in every version: TAP 12 and 13 say nothing about them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from picklebot.model import Directive

__all__ = ["Tail", "plan_reason", "split", "unescape"]

# Everything behind ``(TODO|SKIP)\S*\s+`` is the reason (TAP 14, "Backwards compatibility and parsing notes").
_DIRECTIVE: Final = re.compile(r"#\s*(todo|skip)\S*(?:\s+|\Z)(.*)\Z", re.IGNORECASE | re.DOTALL)
_HASH: Final = re.compile(r"(?<![^\s\\])#|#(?=\s|\Z)")
_ESCAPE: Final = re.compile(r"\\([\\#])")
_SKIP_ALL: Final = re.compile(r"skip\S*(?:\s+|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tail:
    """The text behind status and number."""

    description: str
    directive: Directive | None = None
    reason: str = ""
    loose: bool = False


def unescape(text: str) -> str:
    r"""Turn ``\#`` and ``\\`` into ``#`` and ``\`` (TAP 14, "Escaping")."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def plan_reason(comment: str) -> str:
    """Take the reason from the comment of a plan, with or without SKIP in front of it (TAP 14, "Plan")."""
    comment = comment.strip()
    if match := _SKIP_ALL.match(comment):
        comment = comment[match.end() :]
    return unescape(comment)


def split(text: str) -> Tail:
    """Split description and directive; the description keeps its escapes."""
    for match in _HASH.finditer(text):
        at = match.start()
        slashes = _backslashes(text, at)
        if slashes % 2:
            continue
        spaced_before = at == 0 or slashes > 0 or text[at - 1].isspace()
        spaced_after = at + 1 == len(text) or text[at + 1].isspace()
        if found := _DIRECTIVE.match(text, at):
            return Tail(
                text[:at].strip(),
                Directive(found[1].upper()),
                unescape(found[2].strip()),
                loose=not (spaced_before and spaced_after),
            )
        if spaced_before and spaced_after:
            break
    return Tail(text.strip())


def _backslashes(text: str, end: int) -> int:
    start = end
    while start and text[start - 1] == "\\":
        start -= 1
    return end - start
