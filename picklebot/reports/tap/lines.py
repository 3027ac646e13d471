r"""One line of TAP, without its indentation.

tap.py reads status, number and bail out. Put right around it:

- ``okay`` and ``ok_`` are no test lines: ``/^(not )?ok\b/`` (TAP 13, "Harness behavior").
- A number ends where the word does: ``ok 3rd try`` and ``ok 1.5 is a half`` have none.
- Numbers are ASCII digits, and may be longer than Python wants to read.
- A plan is ``1..N``, not ``1xxN``, with nothing but a comment behind it. Perl's TAP::Parser takes ``1..N # comment``
  for none, other than ``1..0 # comment`` and ``1..N # SKIP comment``; TAP 14 takes any comment.
- ``TAP version 12`` is a version line, if a wrong one, and no exception.
- "Bail out!" is case insensitive (TAP 14).
- Escapes and directives: see :mod:`picklebot.reports.tap.directives`. Pragmas: tap.py knows none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tap.parser import Parser

from picklebot.reports.limits import MAX_PRAGMA_CHARACTERS, clip
from picklebot.reports.tap.directives import plan_reason, split, unescape

if TYPE_CHECKING:
    from picklebot.model import Directive

__all__ = ["BailOut", "Comment", "Line", "PlanLine", "Pragma", "TestLine", "VersionLine", "read_line"]

_TAP_PY: Final = Parser()
_STATUS: Final = re.compile(r"(?:not )?ok\b")
_NUMBER: Final = re.compile(r"\s+(\d+)(?![\w]|[.,:]\d)", re.ASCII)
_PLAN: Final = re.compile(r"1\.\.(\d+)\s*(?:#(.*))?\Z", re.ASCII | re.DOTALL)
_SKIP: Final = re.compile(r"\s*skip\b", re.IGNORECASE)
_VERSION: Final = re.compile(r"TAP\s+version\s+(\d+)\Z", re.ASCII | re.IGNORECASE)
_BAIL_OUT: Final = re.compile(r"bail out!", re.IGNORECASE)
_PRAGMA: Final = re.compile(r"pragma\s+([+-][\w-]+(?:\s*,\s*[+-][\w-]+)*)\Z", re.ASCII)
_MAX_DIGITS: Final = 15
"""A longer number counts no tests."""


@dataclass(slots=True)
class TestLine:
    """``ok 1 - description # directive reason`` (TAP 14, "Test points").

    :param numbered: whether a number stands there, even one too long to be kept in ``number``
    :param bare: nothing, white space or ``#`` follows the status, no punctuation
    :param prose: it may go on as a sentence: ``ok, so far``; where it may be a failure, only a comma tells a sentence
    :param formal: a dash, or a directive in place of a description, follows: this is no prose
    :param loose: the directive's ``#`` lacks the white space that TAP 14 asks for
    """

    __test__ = False  # pytest takes it for a test class

    ok: bool
    number: int | None
    numbered: bool
    description: str
    directive: Directive | None
    reason: str
    bare: bool
    prose: bool
    formal: bool
    loose: bool


@dataclass(slots=True)
class PlanLine:
    """``1..N # comment`` (TAP 14, "Plan").

    :param commented: whether only TAP 14 takes it for a plan, for the comment behind it
    """

    count: int
    reason: str
    commented: bool


@dataclass(slots=True)
class VersionLine:
    """``TAP version 14`` (TAP 14, "Version")."""

    version: int


@dataclass(slots=True)
class BailOut:
    """``Bail out! reason`` (TAP 14, "Bail out!")."""

    reason: str


@dataclass(slots=True)
class Pragma:
    """``pragma +strict`` (TAP 14, "Pragmas"); several, separated by commas, as TAP::Parser takes them."""

    switches: tuple[tuple[str, bool], ...]


@dataclass(slots=True)
class Comment:
    """``# text`` (TAP 14, "Comments").

    :param subtest: the name in ``# Subtest: name``, empty for a bare ``# Subtest``, None for other comments
    """

    text: str
    subtest: str | None = None


Line = TestLine | PlanLine | VersionLine | BailOut | Pragma | Comment


def read_line(text: str) -> Line | None:
    """Read one line without indentation and line end; None where it is no TAP."""
    if _STATUS.match(text):
        return _test_line(text)
    if text.startswith("#"):
        return _comment(text[1:])
    return _other_line(text)


def _other_line(text: str) -> Line | None:
    if match := _PLAN.match(text):
        count, comment = _integer(match[1]), match[2]
        commented = bool(count) and comment is not None and _SKIP.match(comment) is None
        return PlanLine(count, clip(plan_reason(comment or "")), commented)
    if match := _VERSION.match(text):
        return VersionLine(_integer(match[1]))
    if _BAIL_OUT.match(text):
        bail = _TAP_PY.parse_line("Bail out!" + text[len("Bail out!") :])  # in that case only
        return BailOut(clip(unescape(bail.reason)))
    if len(text) <= MAX_PRAGMA_CHARACTERS and (match := _PRAGMA.match(text)):
        keys = [key.strip() for key in match[1].split(",")]
        return Pragma(tuple((key[1:], key[0] == "+") for key in keys))
    return None


def _integer(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS


def _comment(text: str) -> Comment:
    text = text.strip()
    if text == "Subtest":
        return Comment(text, "")
    if text.startswith("Subtest: "):
        return Comment(clip(text), clip(unescape(text.removeprefix("Subtest: ").strip())))
    return Comment(clip(text))


def _test_line(text: str) -> TestLine:
    status = 6 if text.startswith("not ") else 2
    number = _NUMBER.match(text, status)
    readable = number is not None and len(number[1]) <= _MAX_DIGITS
    # tap.py gets the line up to its number: it misreads the rest.
    result = _TAP_PY.parse_line(text[: number.end()] if number and readable else text[:status])
    tail = split(text[number.end() if number else status :])
    description = tail.description
    dashed = description == "-" or description.startswith("- ")
    if dashed:
        description = description[1:].lstrip()
    bare = text[status : status + 1] in {"", " ", "\t", "#"}
    return TestLine(
        ok=result.ok,
        number=result.number,
        numbered=number is not None,
        description=clip(unescape(description)),
        directive=tail.directive,
        reason=clip(tail.reason),
        bare=bare,
        prose=not bare and number is None and (result.ok or text[status] == ","),
        formal=bare and (dashed or (tail.directive is not None and not description)),
        loose=tail.loose,
    )
