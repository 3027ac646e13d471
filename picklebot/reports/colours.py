"""Colours as frameworks use them: green for passed tests, red for failed ones, in any notation of CSS.

Any other colour (grey, blue, yellow) says nothing. A custom property says it by its name (``--color-success``), else by
its fallback where it is not defined.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable
from typing import Final

__all__ = ["hue_of", "named"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MAX_NAME_CHARACTERS: Final = 300
_MAX_NESTING: Final = 4
_CALL: Final = re.compile(r"\s*(-?[a-z][a-z-]*)\s*\(", re.IGNORECASE)
_WORD: Final = re.compile(r"\s*(#[0-9a-f]{3,8}\b|[a-z]+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(-?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9}))(%|turn|grad|rad|deg)?")
_PARTS: Final = re.compile(r"[^a-z]+")
_GOOD: Final = _words(
    "success successful succeeded pass passed passing good green ok valid correct positive constructive "
)
_BAD: Final = _words(
    "error errors fail failed failing failure bad red wrong invalid incorrect negative destructive danger "
)
_GREENS: Final = _words(
    "green lime limegreen forestgreen darkgreen lightgreen palegreen seagreen darkseagreen mediumseagreen "
    "lightseagreen springgreen mediumspringgreen lawngreen chartreuse greenyellow yellowgreen olivedrab "
    "darkolivegreen honeydew aquamarine mediumaquamarine teal "
)
_REDS: Final = _words(
    "red darkred maroon crimson firebrick indianred lightcoral coral salmon darksalmon lightsalmon orangered tomato "
    "brown mistyrose pink lightpink hotpink deeppink palevioletred mediumvioletred "
)
_TURN: Final = {"turn": 360.0, "grad": 0.9, "rad": 57.29578}
_GREEN: Final = (65.0, 182.0)
_RED: Final = (285.0, 55.0)
_GREY_CHROMA: Final = 0.12
_OKLCH_GREY_CHROMA: Final = 0.03
_OKLCH_RED: Final = (350.0, 70.0)
_OKLCH_GREEN: Final = (110.0, 190.0)
_CHANNELS: Final = 3
_Numbers = list[tuple[str, str]]
"""Numbers and their units."""


def named(words: str) -> bool | None:
    """Whether a name such as ``test-passed`` or ``--color-error`` has a word for passed or for failed tests."""
    parts = set(_PARTS.split(words[:_MAX_NAME_CHARACTERS].lower()))
    good, bad = bool(parts & _GOOD), bool(parts & _BAD)
    return None if good == bad else good


def hue_of(value: str) -> bool | None:
    """Whether a colour that CSS knows, at the beginning of a text, is green (True) or red (False); None for others."""
    return _read(value[:_MAX_NAME_CHARACTERS], _MAX_NESTING)


def _read(value: str, deep: int) -> bool | None:
    if called := _CALL.match(value):
        return _call(called[1].lower(), value[called.end() :], deep) if deep else None
    if word := _WORD.match(value):
        name = word[1].lower()
        if name.startswith("#"):
            return _hex(name[1:])
        return True if name in _GREENS else False if name in _REDS else None
    return None


def _call(name: str, inside: str, deep: int) -> bool | None:
    if name == "var":
        custom, _, instead = inside.partition(",")
        said = named(custom.partition(")")[0])
        return _read(instead, deep - 1) if said is None else said
    if name in ("light-dark", "color-mix"):
        return _read(inside if name == "light-dark" else inside.partition(",")[2], deep - 1)
    found = _NUMBER.findall(inside.partition(")")[0])[:_CHANNELS]
    reader = _SPACES.get(name)
    return None if reader is None or len(found) < _CHANNELS else reader(found)


def _from_rgb(found: _Numbers) -> bool | None:
    return _rgb(*(min(1.0, max(0.0, float(number) / (100 if unit == "%" else 255))) for number, unit in found))


def _from_hsl(found: _Numbers) -> bool | None:
    return _within(_degrees(found[0]), _GREEN, _RED) if float(found[1][0]) > 100 * _GREY_CHROMA else None


def _from_hwb(found: _Numbers) -> bool | None:
    grey = float(found[1][0]) + float(found[2][0])
    return _within(_degrees(found[0]), _GREEN, _RED) if grey < 100 * (1 - _GREY_CHROMA) else None


def _from_oklch(found: _Numbers) -> bool | None:
    chroma = float(found[1][0]) / (100 if found[1][1] else 1)
    return _within(_degrees(found[2]), _OKLCH_GREEN, _OKLCH_RED) if chroma > _OKLCH_GREY_CHROMA else None


_SPACES: Final[dict[str, Callable[[_Numbers], bool | None]]] = {
    "rgb": _from_rgb,
    "rgba": _from_rgb,
    "hsl": _from_hsl,
    "hsla": _from_hsl,
    "hwb": _from_hwb,
    "oklch": _from_oklch,
}


def _degrees(number: tuple[str, str]) -> float:
    return float(number[0]) * _TURN.get(number[1], 1.0)


def _hex(digits: str) -> bool | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8):
        return None
    return _rgb(*(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)))


def _rgb(red: float, green: float, blue: float) -> bool | None:
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    grey = saturation <= _GREY_CHROMA or max(red, green, blue) - min(red, green, blue) <= _OKLCH_GREY_CHROMA
    return None if grey else _within(hue * 360, _GREEN, _RED)


def _within(hue: float, green: tuple[float, float], red: tuple[float, float]) -> bool | None:
    hue %= 360
    if green[0] <= hue <= green[1]:
        return True
    return False if hue >= red[0] or hue <= red[1] else None
