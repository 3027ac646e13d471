"""One TAP document: the report as a whole, or a subtest of it (TAP 14, "Subtests")."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from picklebot.model import Counts, Directive, Plan, Point
from picklebot.reports.limits import POINTS, POINTS_OF_NOTE, Notes
from picklebot.reports.tap.lines import PlanLine, TestLine, VersionLine
from picklebot.reports.tap.yamlblock import Diagnosis

__all__ = ["Document", "Room"]

_NUMBERS_REMEMBERED: Final = 100_000
_VERSIONS: Final = (13, 14)
_TOO_HIGH: Final = 10**15
"""Stands for a test number that is too long to be one."""


class Room:
    """How many points the whole report may still keep; shared by all its documents."""

    def __init__(self) -> None:
        self._plain = POINTS
        self._of_note = POINTS_OF_NOTE

    def take(self, point: Point) -> bool:
        """Whether there is room for this point: first for any, then for those that are no plain passes."""
        if self._plain:
            self._plain -= 1
            return True
        if self._of_note and (not point.ok or point.directive):
            self._of_note -= 1
            return True
        return False


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
        self.plan: Plan | None = None
        self.version: int | None = None
        self.syntax: str | None = None
        self.announced: str | None = None
        """The name in the last ``# Subtest`` comment, until its subtest begins or a test point comes instead."""
        self.unread = 0
        self.formal = self.bare = 0
        self._notes = notes
        self._room = room
        self._kept = False
        self._total = self._failed = self._skipped = self._todo = 0
        self._numbers: set[int] = set()
        self._low: int | None = None
        self._high: int | None = None
        self._plan_after = 0
        self._plan_fault: str | None = None
        self._held: Plan | None = None

    @property
    def counts(self) -> Counts:
        """All points, those too that were not kept."""
        passed = self._total - self._failed - self._skipped - self._todo
        return Counts(self._total, passed, self._failed, self._skipped, self._todo)

    @property
    def lowest(self) -> int | None:
        """The lowest test number above 0 that is no higher than the count of points, or None."""
        return min((n for n in self._numbers if 0 < n <= self._total), default=None)

    def add_version(self, line: VersionLine, number: int, *, first: bool) -> None:
        """Take a version line (TAP 14, "Version"): a wrong one is noted, for what follows is TAP all the same."""
        if self.version is not None:
            self._notes.add(f"line {number} is a second version line")
            return
        self.version = line.version
        if not first:
            self._notes.add(f"line {number}: the version line is not the first line")
        if line.version not in _VERSIONS:
            self._notes.add(f"line {number}: TAP version {line.version} is not known, read as version 14")

    def add_plan(self, line: PlanLine, *, held: bool) -> None:
        """Take a plan (TAP 14, "Plan"): once, before the first test point or after the last.

        :param held: it stands between a subtest and the point that ends it, and so is no TAP (TAP 14, "Subtest
            parsing rules", 12); it holds only if no other plan comes, as in TAP 13.
        """
        plan = Plan(line.count, line.count == 0, line.reason)
        if held:
            self._held = self._held or plan
        elif self.plan is not None:
            self._plan_fault = "there is more than one plan"
        else:
            self.plan = plan
            self._plan_after = self._total

    def add_point(self, line: TestLine, subtests: tuple[Point, ...], number: int) -> None:
        """Take a test line (TAP 14, "Test points")."""
        if self._plan_after and self._plan_after == self._total:
            self._plan_fault = "the plan stands in the middle of the points"
        if line.loose:
            self._notes.add(f"line {number}: a directive needs white space before and after its #")
        point = Point(line.ok, line.description, line.number, line.directive, line.reason, subtests=subtests)
        self._count(point)
        self._number(line, number)
        self.formal += line.formal
        self.bare += line.bare
        self.announced = None
        self._kept = self._room.take(point)
        if self._kept:
            self.points.append(point)

    def add_diagnosis(self, found: Diagnosis) -> None:
        """Give the last point its YAML block."""
        if self._kept:
            self.points[-1] = replace(
                self.points[-1],
                data=found.data,
                expected=found.expected,
                actual=found.actual,
                message=found.message,
            )

    def fault(self) -> str | None:
        """What is wrong with plan and count, in words; None where they agree or there is no plan."""
        if self.plan is None:
            self.plan = self._held
        plan = self.plan
        if plan is None:
            return None
        if self._plan_fault:
            return self._plan_fault
        if plan.count != self._total:
            return f"planned {plan.count}, ran {self._total}"
        for outside in (self._low, self._high):
            if outside is not None and not 1 <= outside <= plan.count:
                return f"point {outside} is outside of the plan 1..{plan.count}"
        return None

    def failure(self) -> str | None:
        """Why this document on its own would be a failure; None if it would not."""
        if self._failed:
            return f"{self._failed} of its points failed"
        return self.fault() or self.syntax

    def missing(self) -> str | None:
        """What looks missing in a document without a plan."""
        if self._high is not None and self._high > self._total:
            return f"points are numbered up to {self._high}, but there are {self._total}"
        return None

    def _count(self, point: Point) -> None:
        self._total += 1
        self._failed += point.failed
        self._skipped += point.directive is Directive.SKIP
        self._todo += point.directive is Directive.TODO

    def _number(self, line: TestLine, number: int) -> None:
        value = line.number
        if value is None:
            if line.numbered:
                self._notes.add(f"line {number}: the test number is too long")
                self._high = max(self._high or 0, _TOO_HIGH)
            return
        if value in self._numbers:
            self._notes.add(f"line {number}: test number {value} was used before")
        elif len(self._numbers) < _NUMBERS_REMEMBERED:
            self._numbers.add(value)
        self._low = value if self._low is None else min(self._low, value)
        self._high = value if self._high is None else max(self._high, value)
