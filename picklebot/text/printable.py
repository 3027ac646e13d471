"""Text of strangers, made fit for files that programs read. Pure."""

from __future__ import annotations

import re

__all__ = ["encodable", "xml_text"]

# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def encodable(text: str) -> str:
    """Text that UTF-8 can encode: a half of a character becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def xml_text(text: str) -> str:
    """Text that XML can hold: all other characters become their escapes, as a program would write them."""
    return _NOT_IN_XML.sub(lambda match: ascii(match[0])[1:-1], text)
