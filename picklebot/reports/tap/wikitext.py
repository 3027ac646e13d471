"""What authors put around a report so that it looks right on a page."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["unwrap"]

_OPENED: Final = re.compile(
    r"\s*<(pre|nowiki|syntaxhighlight|source|code|poem|div|samp|tt)\b[^<>]{0,200}>",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BREAK_AT_END: Final = re.compile(r"<br\s*/?>[ \t]*(?=\n|\Z)", re.IGNORECASE)
_NESTED: Final = 4


def unwrap(text: str) -> str:
    """Take away tags around the whole text, such as ``<pre>``, and ``<br>`` at the end of lines or in their place.

    Anywhere else a tag belongs to a description.
    """
    for _ in range(_NESTED):
        opened = _OPENED.match(text)
        if opened is None:
            break
        closing = f"</{opened[1].lower()}>"
        body = text[opened.end() :].rstrip()
        if body[-len(closing) :].lower() != closing:
            break
        text = body[: -len(closing)]
    if "\n" in text.strip():
        return _BREAK_AT_END.sub("", text)
    return _BREAK.sub("\n", text)
