"""Wikitext that authors put around a report, or its parts, so that it looks right on a page."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["unwrap"]

_WRAPPERS: Final = r"(?:pre|nowiki|syntaxhighlight|source|code|poem|div|p|samp|tt)\b"
_OPENED: Final = re.compile(rf"\s*<({_WRAPPERS})[^<>]{{0,200}}>", re.IGNORECASE)
_MAX_NESTING: Final = 4
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BREAK_AT_END: Final = re.compile(r"<br\s*/?>[ \t]*(?=\n|\Z)", re.IGNORECASE)
# The beginning of a line of TAP that must not be lost.
_LINE: Final = r"(?:not ok\b|ok\b|1\.\.\d|TAP version \d|Bail out!)"
_BREAK_BEFORE: Final = re.compile(r"<br\s*/?>[ \t]*(?=(?:not )?ok[ \t]+[\d-]|Bail out!)", re.IGNORECASE)
# Marks that authors put before points to make them stand out: inline tags, bold type, bullets, crosses and ticks. An
# undoubted point has to follow.
_INLINE: Final = r"</?(?:span|b|i|em|strong|font|big|small|u|s|del|ins|mark|kbd|var|ul|ol|li)\b[^<>\n]{0,200}>"
_MARKS: Final = "[✔✓✅☑✘✗❌✖☒⛔🔴🟢]"
_DECORATION: Final = re.compile(
    rf"^(?:{_INLINE}|'{{2,5}}|\*|:|{_MARKS})(?:{_INLINE}|['*: \t\ufe0f]|{_MARKS})*+(?=(?:not )?ok[ \t]+[\d-])",
    re.IGNORECASE | re.MULTILINE,
)
_UNSEEN: Final = r"[\u200b\u200e\u200f\u2060\ufeff]"
_TAGS_BEFORE: Final = re.compile(
    rf"^([ \t]*){_UNSEEN}*+(?:</?{_WRAPPERS}[^<>\n]{{0,200}}>[ \t]*)++(?={_UNSEEN}*+\xa0?{_LINE}|$)",
    re.IGNORECASE | re.MULTILINE,
)
_TAGS_BEHIND_PLAN: Final = re.compile(rf"^([ \t]*1\.\.\d+)[ \t]*</{_WRAPPERS}[^\n]*", re.IGNORECASE | re.MULTILINE)
_UNSEEN_BEFORE: Final = re.compile(rf"^(?:{_UNSEEN}++\xa0?|\xa0)(?={_LINE})", re.IGNORECASE | re.MULTILINE)


def unwrap(text: str) -> str:
    """Take away tags around the whole text or its parts, such as ``<pre>``, and ``<br>`` at the end of lines.

    A line that only a tag or an invisible character keeps from being TAP is TAP: else a failure could be lost.
    Anywhere else a tag belongs to a description.
    """
    if "<" in text:
        text = _untagged(_whole(text))
    text = text if text.isascii() else _UNSEEN_BEFORE.sub("", text)
    return _DECORATION.sub("", text)


def _untagged(text: str) -> str:
    text = _BREAK.sub("\n", text) if "\n" not in text.strip() else _broken(_BREAK_AT_END.sub("", text))
    return _TAGS_BEHIND_PLAN.sub(r"\1", _TAGS_BEFORE.sub(r"\1", text))


def _broken(text: str) -> str:
    """With points behind ``<br>`` on lines of their own, indented as the line before: YAML may quote them."""
    if _BREAK_BEFORE.search(text) is None:
        return text
    lines = text.split("\n")
    return "\n".join(_BREAK_BEFORE.sub(f"\n{line[: len(line) - len(line.lstrip())]}", line) for line in lines)


def _whole(text: str) -> str:
    """Without the tags around all of it."""
    for _ in range(_MAX_NESTING):
        opened = _OPENED.match(text)
        if opened is None:
            break
        closing = f"</{opened[1].lower()}>"
        body = text[opened.end() :].rstrip()
        if body[-len(closing) :].lower() != closing:
            break
        text = body[: -len(closing)]
    return text
