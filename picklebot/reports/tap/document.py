"""One TAP document: the report as a whole, or a subtest of it (TAP 14, "Subtests")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from picklebot.model import Counts, Directive, Note, NoteCode, Plan, Point
from picklebot.reports.limits import MAX_NOTABLE_POINTS, MAX_NUMBERS, MAX_POINTS

if TYPE_CHECKING:
    from picklebot.reports.limits import Notes
    from picklebot.reports.tap.lines import PlanLine, TestLine, VersionLine
    from picklebot.reports.tap.yamlblock import Diagnosis

__all__ = ["Document", "Room"]

_VERSIONS: Final = (13, 14)
_NO_NUMBER: Final = 10**15
"""Stands for a test number that is too long to be one."""
_MIDDLE: Final = Note(NoteCode.PLAN_IN_MIDDLE)
_COMPARISON: Final = re.compile(r"(?:(got|actual)|(expected))\s*:\s*(.*)\Z", re.DOTALL)


class Room:
    """How many points the whole report may still keep; shared by all its documents."""

    def __init__(self) -> None:
        self._any = MAX_POINTS
        self._of_note = MAX_NOTABLE_POINTS

    def take(self, line: TestLine) -> bool:
        """Whether there is room for this point: first for any, then for all but plain passes."""
        if self._any:
            self._any -= 1
            return True
        if self._of_note and not (line.ok and line.directive is None):
            self._of_note -= 1
            return True
        return False


class _Tally:
    """How many points there were, and of which kinds."""

    def __init__(self) -> None:
        self.total = self.failed = self.skipped = self.todo = 0

    def add(self, line: TestLine) -> None:
        self.total += 1
        self.failed += not line.ok and line.directive is None
        self.skipped += line.directive is Directive.SKIP
        self.todo += line.directive is Directive.TODO

    def less(self, other: _Tally) -> None:
        self.total -= other.total
        self.failed -= other.failed
        self.skipped -= other.skipped
        self.todo -= other.todo


class _Talk(_Tally):
    """Lines that may be sentences rather than test points."""

    def __init__(self) -> None:
        super().__init__()
        self.behind_plan = False
        """Whether one of them comes after a plan that comes after points."""
        self.kept: set[int] = set()
        """Where they stand among the document's points."""


class Document:
    """Collects the lines of one TAP document, in their order.

    :param depth: 0 for the report, 1 for its subtests…
    :param name: the name that a ``# Subtest`` comment gave, None where there was none
    :param strict: whether lines that are not TAP are failures (pragma ``strict``)
    """

    def __init__(self, depth: int, notes: Notes, room: Room, *, name: str | None = None, strict: bool = False) -> None:
        self.depth = depth
        self.name = name
        self.strict = strict
        self.points: list[Point] = []
        self.version: int | None = None
        self.syntax: Note | None = None
        """The first line that is not TAP where nothing else may be."""
        self.announced: str | None = None
        """The name in the last ``# Subtest`` comment, until its subtest begins or a test point comes instead."""
        self.unread = 0
        self.formal = 0
        self.bare = 0
        self._notes = notes
        self._room = room
        self._kept = False
        self._tally = _Tally()
        self._numbered = 0
        self._talk = _Talk()
        self._numbers: set[int] = set()
        self._low: int | None = None
        self._high: int | None = None
        self._plan: Plan | None = None
        self._plan_after = 0
        self._plan_error: Note | None = None
        self._held: Plan | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan; one that was no TAP by itself if there is no other (see :meth:`add_plan`)."""
        return self._plan or self._held

    @property
    def counts(self) -> Counts:
        """All points, those too that were not kept."""
        mine = self._tally
        passed = mine.total - mine.failed - mine.skipped - mine.todo
        return Counts(mine.total, passed, mine.failed, mine.skipped, mine.todo)

    @property
    def plausibly_numbered(self) -> bool:
        """Whether a point has a number that is possible, from 1 to the count of points."""
        return any(0 < number <= self._tally.total for number in self._numbers)

    def add_version(self, line: VersionLine, number: int, *, first: bool) -> None:
        """Take a version line (TAP 14, "Version"): a wrong one is noted, and further lines are TAP all the same."""
        if self.version is not None:
            self._notes.add(NoteCode.SECOND_VERSION, number)
            return
        self.version = line.version
        if not first:
            self._notes.add(NoteCode.VERSION_NOT_FIRST, number)
        if line.version not in _VERSIONS:
            self._notes.add(NoteCode.UNKNOWN_VERSION, number, line.version)

    def add_plan(self, line: PlanLine, *, held: bool) -> None:
        """Take a plan (TAP 14, "Plan"): once, before the first test point or after the last.

        :param held: it stands between a subtest and the point that ends it, and so is no TAP (TAP 14, "Subtest
            parsing rules", 12); it holds only if no other plan comes, as in TAP 13.
        """
        plan = Plan(line.count, line.count == 0, line.reason)
        if held:
            self._held = self._held or plan
        elif self._plan is not None:
            self._plan_error = Note(NoteCode.SEVERAL_PLANS)
        else:
            self._plan = plan
            self._plan_after = self._tally.total - self._talk.total

    def add_point(self, line: TestLine, subtests: tuple[Point, ...], number: int) -> None:
        """Take a test line (TAP 14, "Test points")."""
        talk = line.prose and not (subtests or self.strict)
        if self._plan_after and self._plan_after == self._tally.total - self._talk.total:
            if talk:
                self._talk.behind_plan = True
            else:
                self._plan_error = _MIDDLE
        if line.loose:
            self._notes.add(NoteCode.LOOSE_DIRECTIVE, number)
        self.announced = None
        self.formal += line.formal
        self.bare += line.bare
        self._tally.add(line)
        self._number(line, number)
        self._kept = self._room.take(line)
        if talk:
            self._talk.add(line)
        if talk and self._kept:
            self._talk.kept.add(len(self.points))
        if self._kept:
            self.points.append(
                Point(line.ok, line.description, line.number, line.directive, line.reason, subtests=subtests),
            )

    def leave_out_talk(self) -> None:
        """Decide, at the end, whether ``ok, let us go`` was a test point.

        TAP 13 takes every line for one that begins with ``ok`` as a word, the grammar of TAP 14 wants white space
        behind it. So such a line is none where the plan is fulfilled without it or, for lack of a plan, where all other
        points have numbers. Without either no failure is taken for talk.
        """
        talk = self._talk
        others = self._tally.total - talk.total
        settled = self.plan.count == others if self.plan else 0 < others == self._numbered
        settled = settled and not (talk.failed and not (self.plan and others))
        if not (talk.total and settled):
            if talk.behind_plan:
                self._plan_error = _MIDDLE
            return
        self._tally.less(talk)
        self.points = [point for index, point in enumerate(self.points) if index not in talk.kept]
        self.unread += talk.total
        self._notes.add(NoteCode.TALK, talk.total)

    def add_diagnosis(self, found: Diagnosis) -> None:
        """Give the last point its YAML block."""
        if self._kept:
            point = self.points[-1]
            self.points[-1] = replace(
                point,
                data=found.data,
                expected=point.expected if found.expected is None else found.expected,
                actual=point.actual if found.actual is None else found.actual,
                message=found.message,
            )

    def add_comment(self, text: str) -> None:
        """Give the last point the values of a comment: ``got: 1``, ``expected: 2``, as Test::More prints it."""
        if self._kept and (match := _COMPARISON.match(text)):
            point = self.points[-1]
            if match[1]:
                self.points[-1] = replace(point, actual=match[3])
            else:
                self.points[-1] = replace(point, expected=match[3])

    def plan_error(self) -> Note | None:
        """The mistake in plan and count; None where they agree or there is no plan."""
        plan = self.plan
        if plan is None or self._plan_error:
            return self._plan_error
        if plan.count != self._tally.total:
            return Note(NoteCode.PLAN_MISMATCH, (plan.count, self._tally.total))
        for number in (self._low, self._high):
            if number is not None and not 1 <= number <= plan.count:
                if number == _NO_NUMBER:
                    return Note(NoteCode.HUGE_POINT_OUTSIDE_PLAN, (plan.count,))
                return Note(NoteCode.POINT_OUTSIDE_PLAN, (number, plan.count))
        return None

    def failure(self) -> Note | None:
        """Say why this document on its own would be a failure; None if it would not."""
        if self._tally.failed:
            return Note(NoteCode.POINTS_FAILED, (self._tally.failed,))
        return self.plan_error() or self.syntax

    def gap(self) -> Note | None:
        """Whether points look missing in a document without a plan; None where they do not."""
        if self._high is not None and self._tally.total < self._high < _NO_NUMBER:
            return Note(NoteCode.POINTS_MISSING, (self._high, self._tally.total))
        return None

    def _number(self, line: TestLine, number: int) -> None:
        if not line.numbered:
            return
        self._numbered += 1
        value = _NO_NUMBER if line.number is None else line.number
        if value in self._numbers:
            # "Harnesses may warn about repeated test point IDs or treat them as a test failure" (TAP 14): they warn.
            repeated = NoteCode.HUGE_NUMBER_REPEATED if line.number is None else NoteCode.NUMBER_REPEATED
            self._notes.add(repeated, number, value)
        elif len(self._numbers) < MAX_NUMBERS:
            self._numbers.add(value)
        self._low = value if self._low is None else min(self._low, value)
        self._high = value if self._high is None else max(self._high, value)
