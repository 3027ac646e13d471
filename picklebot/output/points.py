"""The values that a failed point compares, shown so that a reader sees their difference."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import takewhile

from picklebot.model import Point
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import point_message

__all__ = ["value_lines"]

# Characters shown before the first difference, where two long values differ only behind the shown part.
_COMMON_CHARACTERS_SHOWN = 40
_VALUE_CHARACTERS_SHOWN = 200


def value_lines(point: Point, indent: str, say: Messages = ENGLISH) -> Iterator[str]:
    """A line for each value of a point, and one for its message."""
    expected, actual = point.expected, point.actual
    shown = [None if value is None else plain(value) for value in (expected, actual)]
    if expected is not None and actual is not None and expected != actual and _seen(expected) == _seen(actual):
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(expected, actual, strict=False)))
        start = max(alike - _COMMON_CHARACTERS_SHOWN, 0)
        shown = [_exact(value, start) for value in (expected, actual)]
    message = point_message(point, say)
    shown.append(None if message is None else plain(message))
    for name, value in zip(("expected", "actual", "message"), shown, strict=True):
        if value is not None:
            yield f"{indent}{say.of('frame', name)}: {value}"


def _seen(value: str) -> str:
    """The visible text of a value, on a line."""
    return "".join(char for char in plain(value) if unicodedata.category(char) != "Cf")


def _exact(value: str, start: int) -> str:
    """A value in quotes, from a character on, with escapes for characters that are invisible or look like a space."""
    part = "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else char.encode("unicode_escape").decode()
        for char in value[start : start + _VALUE_CHARACTERS_SHOWN]
    )
    return f'{"…" * (start > 0)}"{part}"'
