"""Reads the source of a tester, without running it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile

import re2

__all__ = [
    "Mention",
    "MentionKind",
    "builds_names",
    "defines_any",
    "drives_tests",
    "mentioned_modules",
    "without_comments",
]


class MentionKind(Enum):
    """The use that a source makes of a module that it names."""

    CODE = auto()
    INVOKE = auto()
    DATA = auto()
    NAME = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """A module that a source names. For `MentionKind.INVOKE` the name comes without a namespace."""

    name: str
    use: MentionKind


# The beginning of a comment, a string or a long bracket, and the rest of a string. No part of either is read twice.
_MARK = re.compile(r"""--|["']|\[=*\[""")
_STRINGS = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\.)*+[{quote}\n]?", re.DOTALL) for quote in ('"', "'")}

# A title has 255 bytes at most. Without that limit each of many open quotes would be followed to the end of the source.
_QUOTED = r"""\s*\(?\s*(?:"([^"\n]{1,300})"|'([^'\n]{1,300})'|\[\[([^\]\n]{1,300})\]\])"""
# require("Module:Foo"), require 'Module:Foo', require[[Module:Foo]]; wikis have loaders of their own called import.
_CODE = re2.compile(r"\b(?:require|import)" + _QUOTED)
_BUILT = re2.compile(r"""\b(?:require|import)\s*\(?\s*(?:["'][^"'\n]{0,300}["']|[A-Za-z_][\w.:()]{0,300})\s*\.\.""")
_DATA = re2.compile(r"\b(?:loadData|loadJsonData)" + _QUOTED)
_RETURNED = re2.compile(r"\breturn\s+([A-Za-z_]\w*)\s*;?\s*\z")
# The words of Extension:Pickle.
_SPECIFIES = re2.compile(r"""\b(?:describe|context|it)\s*[("'\[]""")
_INVOKE = re2.compile(r"#invoke:\s*([^|{}\[\]\n]+?)\s*\|")
_NAME = re2.compile(r"""["']([^"'\n|{}\[\]<>#:]+:[^"'\n|{}\[\]<>#]+)["']""")


def mentioned_modules(source: str) -> Iterator[Mention]:
    """Yield the modules that a source names: loaded ones first, in order of appearance; then other full titles."""
    code = without_comments(source)
    for use, pattern in (
        (MentionKind.CODE, _CODE),
        (MentionKind.INVOKE, _INVOKE),
        (MentionKind.DATA, _DATA),
        (MentionKind.NAME, _NAME),
    ):
        for match in pattern.finditer(code):
            yield Mention(next(name for name in match.groups() if name), use)


def builds_names(source: str) -> bool:
    """Whether a source puts together the name of a module that it loads, such as ``require('Module:' .. name)``."""
    return _BUILT.search(without_comments(source)) is not None


def drives_tests(source: str) -> bool:
    """Whether a source returns functions, none of them a test: it may serve tests of other pages."""
    returned = _RETURNED.search(source)
    if returned is None or _SPECIFIES.search(source):
        return False
    name = returned[1]
    # suite[name] = …, suite.testFoo, "test" .. name: any of them may make tests
    makes = re2.search(rf"""\b{name}\s*(?:\[|[.:]\s*test)|["']test""", source)
    return makes is None and re2.search(rf"\bfunction\s+{name}[.:]", source) is not None


def defines_any(source: str, names: Collection[str]) -> bool:
    """Whether a source gives a function, or a field of a table, one of these names."""
    listed = "|".join(re.escape(name) for name in sorted(names))
    return (
        bool(names)
        and re2.search(rf"\bfunction\s+[\w.:]*[.:](?:{listed})\s*\(|\b(?:{listed})\s*=[^=]", source) is not None
    )


def without_comments(source: str, *, texts: bool = True) -> str:
    """Leave out Lua comments, keep strings (Lua 5.1 Reference Manual, §2.1). Linear in the length of the source.

    :param texts: whether to keep strings of several lines, too
    """
    kept: list[str] = []
    position = start = 0
    unclosed: set[str] = set()
    for mark in _MARK.finditer(source):
        if mark.start() < position:
            continue
        if mark.group() == "--":
            kept.append(source[start : mark.start()])
            start = position = _end_of_comment(source, mark.end(), unclosed)
        elif mark.group() in "\"'":
            string = _STRINGS[mark.group()].match(source, mark.end())
            position = string.end() if string else len(source)
        else:
            position = _end_of_bracket(source, mark.start(), unclosed) or mark.end()
            if not texts and "\n" in source[mark.end() : position]:
                kept.append(source[start : mark.end()])
                start = position - len(mark.group())
    kept.append(source[start:])
    return "".join(kept)


def _end_of_comment(source: str, position: int, unclosed: set[str]) -> int:
    if source.startswith("[", position):
        end = _end_of_bracket(source, position, unclosed)
        if end is not None:
            return end
    newline = source.find("\n", position)
    return len(source) if newline < 0 else newline


def _end_of_bracket(source: str, position: int, unclosed: set[str]) -> int | None:
    """End of a long bracket that begins here, or None. A level once found unclosed is not looked for again."""
    level = "".join(takewhile("=".__eq__, source[position + 1 : position + 64]))
    close = f"]{level}]"
    if not source.startswith("[", position + 1 + len(level)) or close in unclosed:
        return None
    end = source.find(close, position)
    if end < 0:
        unclosed.add(close)
        return None
    return end + len(close)
