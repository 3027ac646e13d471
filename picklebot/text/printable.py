"""Text of strangers, made fit for files that programs read. Pure."""

from __future__ import annotations

import re

from picklebot.text.terminal import json_text

__all__ = ["encodable", "json_line", "xml_text"]

# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# An escape of JSON, and not the end of an escaped backslash.
_HALF_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\(ud[89a-f][0-9a-f]{2})")


def encodable(text: str) -> str:
    """Text that UTF-8 can encode: a half of a character becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def json_line(document: object) -> str:
    """JSON on one line, in which a half of a character is the text of its escape: not every reader takes a half."""
    text = json_text(document, indent=None)
    return _HALF_ESCAPED.sub(r"\1\\\\\2", text) if "\\ud" in text else text


def xml_text(text: str) -> str:
    """Text that XML can hold: all other characters become their escapes, as a program would write them."""
    return _NOT_IN_XML.sub(lambda match: ascii(match[0])[1:-1], text)
