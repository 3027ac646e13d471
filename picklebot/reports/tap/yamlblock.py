"""YAML diagnostics of a test point, read as YAML 1.2 (TAP 14, "YAML diagnostics") without trust.

Only mappings, sequences and plain scalars are read, so that a report holds nothing that JSON could not: no tags, no
aliases (which can grow a few lines to gigabytes), bounded depth and size.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from picklebot.reports.limits import TEXT, YAML_DEPTH, YAML_SCALAR, clip

__all__ = ["Diagnosis", "read_yaml"]

_EXPECTED: Final = ("expected", "expect", "wanted", "want")
_ACTUAL: Final = ("actual", "got", "found", "received")
_MESSAGE: Final = ("message", "error")
_NESTED: Final = "data"

# YAML 1.2's core schema: PyYAML's own resolver is 1.1's, where ``no`` is false and ``1:30`` is ninety.
_NULL: Final = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE: Final = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE: Final = re.compile(r"(?:false|False|FALSE)\Z")
_INT: Final = re.compile(r"[-+]?[0-9]+\Z", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a YAML block says of its point; see :class:`picklebot.model.Point`."""

    data: Mapping[str, object]
    expected: str | None = None
    actual: str | None = None
    message: str | None = None


class _RefusedError(Exception):
    """The block uses what is not read; the message says what."""


def read_yaml(text: str) -> Diagnosis | str:
    """Read a YAML block; where that is not possible, say why."""
    try:
        value = _load(text)
    except _RefusedError as error:
        return str(error)
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        return f"it is not YAML ({clip(str(problem), 100)})"
    data = value if isinstance(value, dict) else {_NESTED: value}
    return Diagnosis(data, _pick(data, _EXPECTED), _pick(data, _ACTUAL), _pick(data, _MESSAGE))


def _pick(data: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """The first of these keys, in the block itself or under ``data`` as in the specification's examples."""
    nested = data.get(_NESTED)
    for place in (data, nested if isinstance(nested, dict) else {}):
        for name in names:
            if name in place:
                value = place[name]
                return clip(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), TEXT)
    return None


def _load(text: str) -> object:
    """Build plain values from the parser's events, which it gives without recursion."""
    loader = _Loader(text)
    try:
        return _document(loader)
    finally:
        loader.dispose()


def _document(loader: Any) -> object:
    root: list[object] = []
    open_: list[tuple[Any, list[object]]] = []  # collections begun, each with the values it has so far
    while True:
        event = loader.get_event()
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("it uses aliases")
        if isinstance(event, yaml.CollectionStartEvent):
            if len(open_) >= YAML_DEPTH:
                raise _RefusedError("it is nested too deep")
            open_.append((event, []))
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            begun, values = open_.pop()
            value: object = values if isinstance(begun, yaml.SequenceStartEvent) else _mapping(values)
        elif isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
            return root[0] if root else None
        else:
            continue
        (open_[-1][1] if open_ else root).append(value)


def _mapping(values: list[object]) -> dict[str, object]:
    keys = (key if isinstance(key, str) else json.dumps(key, ensure_ascii=False) for key in values[::2])
    return dict(zip(keys, values[1::2], strict=True))


def _scalar(event: Any) -> object:
    text: str = event.value
    if event.tag is not None and event.tag != "!" and event.tag != "tag:yaml.org,2002:str":
        raise _RefusedError("it uses tags")
    if event.tag is not None or not event.implicit[0] or len(text) > YAML_SCALAR:
        return text
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text) and math.isfinite(number := float(text)):
        return number
    return text
