r"""One line of TAP, without its indentation.

tap.py tells the kinds of lines apart and reads status, number, plan and bail out. Put right around it:

- ``okay`` and ``ok_`` are no test lines: ``/^(not )?ok\b/`` (TAP 13, "Harness behavior").
- A number ends where the word does: ``ok 3rd try`` and ``ok 1.5 is a half`` have none.
- Numbers are ASCII digits, and may be longer than Python wants to read.
- ``TAP version 12`` is a version line, if a wrong one, and no exception.
- A plan is ``1..N``, not ``1xxN``, with nothing but a comment behind it; any comment will do.
- "Bail out!" is case insensitive (TAP 14).
- Escapes and directives: see :mod:`picklebot.reports.tap.directives`. Pragmas: tap.py knows none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tap.parser import Parser

from picklebot.model import Directive
from picklebot.reports.limits import clip
from picklebot.reports.tap.directives import plan_reason, split, unescape

__all__ = ["BailOut", "Comment", "Line", "PlanLine", "Pragma", "TestLine", "VersionLine", "read_line"]

_PARSER: Final = Parser()
_STATUS: Final = re.compile(r"(?:not )?ok\b")
_NUMBER: Final = re.compile(r"\s+(\d+)(?![\w]|[.,:]\d)", re.ASCII)
_PLAN: Final = re.compile(r"1\.\.(\d+)\s*(?:#(.*))?\Z", re.ASCII | re.DOTALL)
_VERSION: Final = re.compile(r"TAP\s+version\s+(\d+)\Z", re.ASCII | re.IGNORECASE)
_BAIL_OUT: Final = re.compile(r"bail out!", re.IGNORECASE)
_PRAGMA: Final = re.compile(r"pragma\s+([+-][\w-]+(?:\s*,\s*[+-][\w-]+)*)\Z", re.ASCII)
_DIGITS: Final = 15
"""Longer numbers are no numbers of tests, and the store's integers end there."""


@dataclass(frozen=True, slots=True)
class TestLine:
    """``ok 1 - description # directive reason`` (TAP 14, "Test points").

    :param numbered: whether a number stands there, even one too long to be kept in ``number``
    :param bare: nothing or white space follows the status, no punctuation
    :param formal: a dash, or a directive in place of a description, follows: this is no prose
    :param loose: the directive's ``#`` lacks the white space that TAP 14 asks for
    """

    ok: bool
    number: int | None
    numbered: bool
    description: str
    directive: Directive | None
    reason: str
    bare: bool
    formal: bool
    loose: bool

    __test__ = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """``1..N # comment`` (TAP 14, "Plan")."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """``TAP version 14`` (TAP 14, "Version"); -1 for a number that is none."""

    version: int


@dataclass(frozen=True, slots=True)
class BailOut:
    """``Bail out! reason`` (TAP 14, "Bail out!")."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pragma:
    """``pragma +strict`` (TAP 14, "Pragmas"); several, separated by commas, as TAP::Parser takes them."""

    switches: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """``# text`` (TAP 14, "Comments"); ``subtest`` is the name behind ``# Subtest: ``, empty for a bare ``# Subtest``."""

    text: str
    subtest: str | None


Line = TestLine | PlanLine | VersionLine | BailOut | Pragma | Comment


def read_line(text: str) -> Line | None:
    """Read one line without indentation and line end; None where it is no TAP."""
    if text.startswith("#"):
        return _comment(text[1:])
    if _STATUS.match(text):
        return _test_line(text)
    if text.startswith("1..") and (match := _PLAN.match(text)):
        return PlanLine(_integer(match[1]), plan_reason(match[2] or ""))
    if _BAIL_OUT.match(text):
        # tap.py wants the capital letter.
        return BailOut(clip(unescape(_PARSER.parse_line("Bail" + text[4:]).reason.strip())))
    if match := _VERSION.match(text):
        return VersionLine(_integer(match[1]))
    if match := _PRAGMA.match(text):
        keys = [key.strip() for key in match[1].split(",")]
        return Pragma(tuple((key[1:], key[0] == "+") for key in keys))
    return None


def _integer(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def _comment(text: str) -> Comment:
    text = text.strip()
    subtest = None
    if text == "Subtest":
        subtest = ""
    elif text.startswith("Subtest: "):
        subtest = unescape(text.removeprefix("Subtest: ").strip())
    return Comment(clip(text), None if subtest is None else clip(subtest))


def _test_line(text: str) -> TestLine:
    status_end = 6 if text.startswith("not ") else 2
    number = _NUMBER.match(text, status_end)
    # tap.py gets the line up to its number: what follows it reads wrong.
    digits = number[1] if number else ""
    short = len(digits) <= _DIGITS
    result = _PARSER.parse_line(text[: number.end()] if number and short else text[:status_end])
    rest = text[number.end() if number else status_end :]
    tail = split(rest)
    description = tail.description
    dashed = description == "-" or description.startswith("- ")
    if dashed:
        description = description[1:].lstrip()
    bare = text[status_end : status_end + 1] in ("", " ", "\t", "#")
    return TestLine(
        ok=result.ok,
        number=result.number,
        numbered=number is not None,
        description=clip(unescape(description)),
        directive=tail.directive,
        reason=clip(tail.reason),
        bare=bare,
        formal=bare and (dashed or (tail.directive is not None and not description)),
        loose=tail.loose,
    )
