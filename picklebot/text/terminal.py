"""Makes text of a wiki fit for a terminal."""

from __future__ import annotations

import json
import re
import unicodedata

__all__ = ["harmless", "json_text", "plain"]


def plain(text: str, longest: int = 200) -> str:
    """One line without control characters, which could drive a terminal; cut to a length in characters.

    Letters of all scripts stay, and so do the joiners that some of them need.
    """
    kept = harmless(" ".join(text[: 4 * longest].split()))
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


def harmless(line: str) -> str:
    """A line as it is, spaces included, but without characters that drive a terminal or begin another line."""
    if line.isprintable():  # most lines are, and this takes a tenth of the time
        return line
    return "".join(char for char in line if unicodedata.category(char) not in _UNSHOWN and char not in _BIDI)


def json_text(document: object, indent: int | None = 2) -> str:
    """JSON with the letters of all scripts as they are, and escapes for characters that drive a terminal."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _DRIVING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Change the direction of all that follows on a line: https://www.unicode.org/reports/tr9/
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Characters that JSON does not escape: the second set of controls, halves of characters, ends of lines, directions.
_DRIVING = re.compile(f"[\x7f-\x9f\ud800-\udfff\u2028\u2029{''.join(sorted(_BIDI))}]")
