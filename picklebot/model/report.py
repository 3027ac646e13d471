"""Reports: the results of runs, read from their outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from picklebot.model.notes import Note

__all__ = ["Counts", "Directive", "ErrorKind", "Marks", "Plan", "Point", "Report", "SuiteError"]


class Directive(StrEnum):
    """The directive of a point (TAP 14, "Directives")."""

    TODO = "TODO"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Point:
    """One test of a report, and its result.

    :param ok: as the report says it, before any directive is taken into account
    :param number: as the report says it, or None
    :param reason: the text behind the directive
    :param data: a YAML block, read safely
    :param message: the report's further words
    :param subtests: the points of a subtest that this point sums up; they do not count on their own
    :param note: a finding of picklebot's own, in place of a message
    """

    ok: bool
    description: str = ""
    number: int | None = None
    directive: Directive | None = None
    reason: str = ""
    expected: str | None = None
    actual: str | None = None
    message: str | None = None
    data: Mapping[str, object] | None = None
    subtests: tuple[Point, ...] = ()
    note: Note | None = None

    @property
    def failed(self) -> bool:
        """Whether this point makes its suite fail: not ok, and neither TODO nor SKIP."""
        return not self.ok and self.directive is None


@dataclass(frozen=True, slots=True)
class Plan:
    """How many points a report promises (TAP 14, "Plan")."""

    count: int
    skip_all: bool = False
    reason: str = ""


class ErrorKind(StrEnum):
    """How a suite as a whole went wrong."""

    SCRIPT = "script"
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    BAIL_OUT = "bail-out"
    PLAN = "plan"
    SYNTAX = "syntax"


@dataclass(frozen=True, slots=True)
class SuiteError:
    """The error that ended a suite.

    :param message: the wiki's or the report's own words
    :param note: a finding of picklebot's own, in place of a message
    """

    kind: ErrorKind
    message: str = ""
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Points by how they went; every point is counted once: a directive before ok and not ok."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    todo: int = 0

    @classmethod
    def of(cls, points: tuple[Point, ...]) -> Counts:
        """Count points; those of subtests are not counted on their own."""
        skipped = sum(1 for p in points if p.directive is Directive.SKIP)
        todo = sum(1 for p in points if p.directive is Directive.TODO)
        failed = sum(1 for p in points if p.failed)
        total = len(points)
        return cls(total, total - skipped - todo - failed, failed, skipped, todo)

    @classmethod
    def sum(cls, counts: Iterable[Counts]) -> Counts:
        """Counts taken together, as those of all suites of a module."""
        rows = [(each.total, each.passed, each.failed, each.skipped, each.todo) for each in counts]
        return cls(*map(sum, zip(*rows, strict=True))) if rows else cls()


class Marks(StrEnum):
    """Whether the marks of a page leave no doubt that its tests passed; said of pages that show no failure."""

    CLEAR = "clear"
    #: Nothing speaks of failures, but failed tests might look the same: the framework's own counts stand beside.
    ALIKE = "alike"
    #: Something speaks of failures: without the framework's own counts there is no state.
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a run of a suite.

    :param format: the report format that read it (``tap``, ``scribuntounit``…); empty when none recognised it
    :param points: in the order of the report
    :param declared: counts from a headline, where the report does not show every point
    :param error: the error that ended the whole suite, or None
    :param notes: for readers of the report: lines that could not be read, parts that were cut
    :param marks: whether passed tests can be told from failed ones
    """

    format: str
    points: tuple[Point, ...] = ()
    plan: Plan | None = None
    declared: Counts | None = None
    error: SuiteError | None = None
    diagnostics: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    marks: Marks = Marks.CLEAR

    @property
    def recognised(self) -> bool:
        """Whether a report format made sense of the output, or the wiki said how the suite ended."""
        return bool(self.format) or self.error is not None

    @property
    def counts(self) -> Counts:
        """The counts of the report's points, from its headline where it has one."""
        return self.declared if self.declared is not None else Counts.of(self.points)
