"""YAML diagnostics of a test point, read as YAML 1.2 (TAP 14, "YAML diagnostics") without trust.

Only mappings, sequences and plain scalars are read, so that a report holds nothing that JSON could not: no tags, no
aliases (which can grow a few lines to gigabytes), bounded depth. The size is the caller's to bound.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import yaml

from picklebot.model import Note, NoteCode
from picklebot.reports.limits import MAX_QUOTE_CHARACTERS, MAX_YAML_DEPTH, MAX_YAML_NUMBER_CHARACTERS, clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Diagnosis", "read_yaml"]

_EXPECTED: Final = ("expected", "expect", "wanted", "want")
_ACTUAL: Final = ("actual", "got", "found", "received")
_MESSAGE: Final = ("message", "error")
_NESTED: Final = "data"
_TAGS: Final = Note(NoteCode.YAML_TAGS)
_STRING_TAGS: Final = (None, "!", "tag:yaml.org,2002:str")


def _finite(text: str) -> object:
    number = float(text)
    return number if math.isfinite(number) else text


# YAML 1.2's core schema: PyYAML's own resolver is 1.1's, where ``no`` is false and ``1:30`` is ninety.
_SCHEMA: Final[tuple[tuple[re.Pattern[str], Callable[[str], object]], ...]] = (
    (re.compile(r"(?:~|null|Null|NULL|)\Z"), lambda _: None),
    (re.compile(r"(?:true|True|TRUE)\Z"), lambda _: True),
    (re.compile(r"(?:false|False|FALSE)\Z"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+\Z", re.ASCII), int),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII), _finite),
)


class _Events(Protocol):
    def get_event(self) -> object: ...
    def dispose(self) -> None: ...


# The parser in C is not in every build of PyYAML; both give the same events.
_load_events: Final[Callable[[str], _Events]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The diagnostics of a point in a YAML block; see :class:`picklebot.model.Point`."""

    data: Mapping[str, object]
    expected: str | None = None
    actual: str | None = None
    message: str | None = None


class _RefusedError(Exception):
    """The block uses a part of YAML that is not read; the note names it."""

    def __init__(self, note: Note) -> None:
        super().__init__(note.code)
        self.note = note


def read_yaml(text: str) -> Diagnosis | Note:
    """Read a YAML block; a note where that is not possible."""
    try:
        value = _load(text)
    except _RefusedError as error:
        return error.note
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        return Note(NoteCode.YAML_INVALID, (clip(str(problem), MAX_QUOTE_CHARACTERS),))
    data = value if isinstance(value, dict) else {_NESTED: value}
    return Diagnosis(data, _pick(data, _EXPECTED), _pick(data, _ACTUAL), _pick(data, _MESSAGE))


def _pick(data: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """Find the first of these keys, in the block itself or under ``data`` as in the specification's examples."""
    nested = data.get(_NESTED)
    for place in (data, nested if isinstance(nested, dict) else {}):
        for name in names:
            if name in place:
                value = place[name]
                return clip(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return None


def _load(text: str) -> object:
    events = _load_events(text)
    try:
        return _build(events)
    finally:
        events.dispose()


def _build(events: _Events) -> object:
    """Build plain values from the parser's events, which it gives without recursion."""
    root: list[object] = []
    open_: list[tuple[bool, list[object]]] = []  # collections begun: is it a mapping, and the values it has so far
    while True:
        event = events.get_event()
        value: object
        if isinstance(event, yaml.CollectionStartEvent):
            if event.tag is not None:
                raise _RefusedError(_TAGS)
            if len(open_) >= MAX_YAML_DEPTH:
                raise _RefusedError(Note(NoteCode.YAML_TOO_DEEP))
            open_.append((isinstance(event, yaml.MappingStartEvent), []))
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            is_mapping, values = open_.pop()
            value = _mapping(values) if is_mapping else values
        elif isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            raise _RefusedError(Note(NoteCode.YAML_ALIASES))
        elif isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
            return root[0] if root else None
        else:
            continue
        (open_[-1][1] if open_ else root).append(value)


def _mapping(values: list[object]) -> dict[str, object]:
    keys = (key if isinstance(key, str) else json.dumps(key, ensure_ascii=False) for key in values[::2])
    return dict(zip(keys, values[1::2], strict=True))


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    if event.tag not in _STRING_TAGS:
        raise _RefusedError(_TAGS)
    plain = event.tag is None and event.implicit[0]
    if plain and len(text) <= MAX_YAML_NUMBER_CHARACTERS:
        for pattern, read in _SCHEMA:
            if pattern.match(text):
                return read(text)
    return text
