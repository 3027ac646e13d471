"""JSON from outside, made fit for all that comes after it. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Final

__all__ = ["read_json"]

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str) -> Any:  # noqa: ANN401 (JSON can be anything)
    r"""Decode JSON; half a surrogate pair, which JSON can hold (``"\ud800"``) and UTF-8 cannot, becomes a ``?``.

    :raises ValueError: it is no JSON, or nested too deep to be read
    """
    try:
        value = json.loads(text)
        if _HALF.search(text):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value
