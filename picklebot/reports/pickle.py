"""The report of the extension Pickle, as its own renderer prints it.

All on one line, numbered from 0, without a plan::

    not ok 0 Describe HelloWorld ok 1 It greets Ann  not ok 2 It greets Bob  ok 3 # skip xit

A line begins where ``ok`` or ``not ok`` is followed by a number and by a mark of Pickle's own: a name (``It``,
``Describe``…), a translation in brackets, a directive, or, with the next number, nothing. So the words "ok 3" in a
description begin none. But ``not ok`` and the next number do, whatever comes next, if no other line has that number.

A text with lines of TAP that Pickle does not print is none of its reports: under Pickle a tester may print TAP as well.

``Describe``, ``Context`` and ``Top`` sum up the lines below them and are no points of their own, except

- with a directive: Pickle gives them one only for their own result, not for those below them;
- with nothing below them: then they hold expectations themselves, for Pickle marks a part without tests as todo;
- where they are not ok and no line below them is: then something failed in them that no line shows.

Pickle catches a Lua error and prints it as a skip without a reason: ``not ok 2 It raises # skip``. Here that is a
failed point. A skip that was asked for has a reason (``# skip xit``) or is ok.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from picklebot.model import Counts, Directive, ErrorKind, Note, NoteCode, Point, Report, SuiteError
from picklebot.reports.limits import MAX_NOTABLE_POINTS, MAX_POINTS, MAX_REPORT_CHARACTERS, Notes, clip

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parse_pickle"]

_NAME: Final = r"X?(?:Top|Describe|Context|It)\b"
_LINE: Final = re.compile(
    r"(?<!\w)(not ok|ok) (\d{1,9})(?![\w.])"
    rf"(?=(?P<named>\s+{_NAME})?)(?=(?P<own>\s+(?:{_NAME}|[#(⧼])|\s*\Z)?)",
    re.ASCII | re.IGNORECASE,
)
_TAP: Final = re.compile(r"^[ \t]*(?:(?P<status>(?:not ok|ok)\b)|1\.\.\d|Bail out!)", re.IGNORECASE | re.MULTILINE)
_HEAD: Final = re.compile(
    r"(?:\s*TAP version \d+)?(?:\s*1\.\.(?P<plan>\d{1,9}))?\s*"
    rf"(?P<first>(?:not ok|ok) [01]\s+(?:\([^)\n]*\)\s+)?(?:{_NAME}|#\s*(?:skip|todo)\b))",
    re.ASCII | re.IGNORECASE,
)
_TRANSLATION: Final = re.compile(r"\s*\([^)\n]*\)")
_SUMMARY: Final = re.compile(r"(?:Top|Describe|Context)\b", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"(?:^|\s)#\s*(skip|todo)\b(?:\s*\([^)\n]*\))?\s*", re.IGNORECASE)
_MASKED: Final = Note(NoteCode.MASKED_ERROR)


@dataclass(slots=True)
class _Line:
    number: int
    ok: bool
    description: str
    directive: Directive | None
    reason: str

    @property
    def sums_up(self) -> bool:
        """Whether it may stand for the lines below it only."""
        return self.directive is None and _SUMMARY.match(self.description) is not None

    def point(self) -> Point:
        masked = self.directive is Directive.SKIP and not self.ok and not self.reason
        return Point(
            ok=self.ok,
            description=clip(self.description),
            number=self.number,
            directive=None if masked else self.directive,
            reason=clip(self.reason),
            note=_MASKED if masked else None,
        )


def parse_pickle(text: str) -> Report:
    """Read a report of Pickle's own.

    :return: a report; with an empty ``format`` if the text is not Pickle's. Nothing is raised.
    """
    head = _HEAD.match(text)
    if head is None:
        return Report(format="")
    body = text[head.start("first") : MAX_REPORT_CHARACTERS]
    starts = _starts(body)
    if _prints_tap(body, starts):
        return Report(format="")
    lines = list(_lines(body, starts))
    tests = _tests(lines)
    kept, counts = _keep(tests)
    notes = Notes()
    if len(lines) > len(tests):
        notes.add(NoteCode.LINES_SUM_UP, len(lines) - len(tests), len(lines))
    if len(kept) < len(tests):
        notes.add(NoteCode.POINTS_KEPT, len(kept), len(tests))
    return Report(
        format="pickle",
        points=kept,
        declared=counts if len(kept) < len(tests) else None,
        error=_error(text, head["plan"], len(lines)),
        notes=notes.all(),
    )


def _error(text: str, planned: str | None, ran: int) -> SuiteError | None:
    if len(text) > MAX_REPORT_CHARACTERS:
        return SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.REPORT_TOO_LONG, (MAX_REPORT_CHARACTERS,)))
    if planned is not None and int(planned) != ran:
        return SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (int(planned), ran)))
    return None


def _starts(text: str) -> list[re.Match[str]]:
    """Where lines begin."""
    named = {int(match[2]) for match in _LINE.finditer(text) if match["named"] and _apart(match)}
    starts: list[re.Match[str]] = []
    for match in _LINE.finditer(text):
        own = match["own"] is not None and _apart(match)
        failure = len(match[1]) > len("ok") and int(match[2]) not in named
        follows = bool(starts) and int(match[2]) == int(starts[-1][2]) + 1
        if not starts or (own and match["named"]) or (follows and (own or failure)):
            starts.append(match)
    return starts


def _apart(match: re.Match[str]) -> bool:
    """Whether white space stands before it, or nothing."""
    return match.start() == 0 or match.string[match.start() - 1].isspace()


def _prints_tap(text: str, starts: list[re.Match[str]]) -> bool:
    """Whether there are lines of TAP that are none of Pickle's."""
    own = {match.start() for match in starts}
    return any(match["status"] is None or match.start("status") not in own for match in _TAP.finditer(text))


def _lines(text: str, starts: list[re.Match[str]]) -> Iterator[_Line]:
    """Split the report where lines begin."""
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends, strict=True):
        yield _line(match, text[match.end() : end])


def _line(match: re.Match[str], rest: str) -> _Line:
    if translation := _TRANSLATION.match(rest):
        rest = rest[translation.end() :]
    found = _DIRECTIVE.search(rest)
    description = rest[: found.start()] if found else rest
    return _Line(
        number=int(match[2]),
        ok=match[1].lower() == "ok",
        description=description.strip(),
        directive=Directive(found[1].upper()) if found else None,
        reason=_reason(rest[found.end() :].strip()) if found else "",
    )


def _reason(text: str) -> str:
    """Leave out the second directive of ``# skip todo``: it is no reason for the first."""
    return "" if text.lower() == "todo" or text.lower().startswith("todo ") else text


def _tests(lines: list[_Line]) -> list[_Line]:
    """Leave out lines that only sum up others."""
    tests: list[_Line] = []
    broken_below = False
    last = len(lines) - 1
    for position in range(last, -1, -1):
        line = lines[position]
        if line.sums_up and position < last and (line.ok or broken_below):
            continue
        tests.append(line)
        broken_below = broken_below or not line.ok
    return tests[::-1]


def _keep(tests: list[_Line]) -> tuple[tuple[Point, ...], Counts]:
    """Make points, as many as may be kept, and count all."""
    kept: list[Point] = []
    total = failed = skipped = todo = 0
    for test in tests:
        point = test.point()
        total += 1
        failed += point.failed
        skipped += point.directive is Directive.SKIP
        todo += point.directive is Directive.TODO
        plain = point.ok and point.directive is None
        if len(kept) < MAX_POINTS or (not plain and len(kept) < MAX_POINTS + MAX_NOTABLE_POINTS):
            kept.append(point)
    return tuple(kept), Counts(total, total - failed - skipped - todo, failed, skipped, todo)
