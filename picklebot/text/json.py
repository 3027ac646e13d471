"""JSON from outside, made fit for all that comes after it. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Final

__all__ = ["read_json"]

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
# A value of JSON can take fifty times as much memory as its text: a wiki's largest lists have a tenth of this.
_MOST_VALUES: Final = 500_000
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BETWEEN: Final = re.compile(r"[,\[{]")
# Some wikis have a byte order mark at the beginning of a file of settings, which comes with every answer.
_AROUND: Final = "\ufeff \t\r\n"


def read_json(text: str) -> Any:  # noqa: ANN401 (JSON can be anything)
    r"""Decode JSON; half a surrogate pair, which JSON can hold (``"\ud800"``) and UTF-8 cannot, becomes a ``?``.

    Byte order marks before or after it are passed over.

    :raises ValueError: it is no JSON, or nested too deep or too much of it to be read
    """
    text = text.strip(_AROUND)
    if _values(text) > _MOST_VALUES:
        raise ValueError("too many values")
    try:
        value = json.loads(text)
        if _HALF.search(text):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _values(text: str) -> int:
    """How many values a text holds, at most; counted closely only where there may be too many."""
    most = sum(text.count(char) for char in ",[{")
    return most if most <= _MOST_VALUES else len(_BETWEEN.findall(_TEXT.sub("", text)))
