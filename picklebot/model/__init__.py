"""The nouns of picklebot: frozen values without I/O.

Times are UTC, durations milliseconds, revisions integers, titles as the wiki normalises them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from picklebot.model.calls import NOWHERE, Call, Candidate, Offer, Origin

__all__ = [
    "NOWHERE",
    "Call",
    "Candidate",
    "Cause",
    "ChangedPage",
    "Counts",
    "Directive",
    "ErrorKind",
    "Marks",
    "ModuleStatus",
    "Offer",
    "Origin",
    "OtherVerdict",
    "Page",
    "Plan",
    "Point",
    "Report",
    "State",
    "Suite",
    "SuiteError",
    "SuiteStatus",
    "Transition",
    "worst",
]


class State(StrEnum):
    """What a report comes to, the state that stands highest for a module first (DESIGN, "States")."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    MISSING = "missing"
    PENDING = "pending"
    TODO_FAIL = "todo-fail"
    TODO_GOOD = "todo-good"
    SKIP_FAIL = "skip-fail"
    SKIP_GOOD = "skip-good"
    GOOD = "good"

    @property
    def passing(self) -> bool:
        """Whether nothing about this state needs mending."""
        return self not in (State.FAIL, State.UNKNOWN, State.MISSING, State.PENDING)


_RANK = {state: rank for rank, state in enumerate(State)}


def worst(*states: State) -> State:
    """The state that stands highest in the table: the state of a module with these suites."""
    return min(states, key=_RANK.__getitem__)


class Directive(StrEnum):
    """What a point says of itself (TAP 14, "Directives")."""

    TODO = "TODO"
    SKIP = "SKIP"


@dataclass(frozen=True, slots=True)
class Point:
    """One test point: what was tested, and how it went.

    :param ok: as the report says it, before any directive is taken into account
    :param number: as the report says it, or None
    :param reason: the text behind the directive
    :param data: a YAML block, read safely
    :param subtests: the points of a subtest that this point sums up; they do not count on their own
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
    """What ended a suite, in the wiki's or the report's own words."""

    kind: ErrorKind
    message: str


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


class Marks(StrEnum):
    """Whether the marks of a page leave no doubt that its tests passed; said of pages that show no failure."""

    CLEAR = "clear"
    #: Nothing speaks of failures, but failed tests might look the same: what the framework counts stands beside.
    ALIKE = "alike"
    #: Something speaks of failures: without the framework's own counts there is no verdict.
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of a suite said.

    :param format: the report format that read it (``tap``, ``scribuntounit``…); empty when none recognised it
    :param points: in the order of the report
    :param declared: counts from a headline, where the report does not show every point
    :param error: what ended the whole suite, or None
    :param notes: what the reader of the report should know: lines that could not be read, what was cut
    :param marks: whether passed tests can be told from failed ones
    """

    format: str
    points: tuple[Point, ...] = ()
    plan: Plan | None = None
    declared: Counts | None = None
    error: SuiteError | None = None
    diagnostics: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    marks: Marks = Marks.CLEAR

    @property
    def recognised(self) -> bool:
        """Whether a report format made sense of the output, or the wiki said how the suite ended."""
        return bool(self.format) or self.error is not None

    @property
    def counts(self) -> Counts:
        """What the report says of its points as a whole."""
        return self.declared if self.declared is not None else Counts.of(self.points)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a wiki at one revision. ``page_id`` and ``revision`` are 0 for a page that does not exist."""

    title: str
    page_id: int = 0
    revision: int = 0
    content_model: str = ""

    @property
    def exists(self) -> bool:
        """Whether the wiki has this page."""
        return self.page_id > 0


@dataclass(frozen=True, slots=True)
class Suite:
    """A testee, its tester, and the strategies that may run it.

    :param testee: the module under test; it may not exist (a tester without a module)
    :param candidates: in the order in which they are tried; empty where no strategy knows how to run it
    :param functions: what the tester offers, where it had to be asked; None without candidates: the wiki did not say
    :param why: how it came to this testee and these candidates, for people
    :param data: whether it had to be asked, and holds something else than functions
    :param elsewhere: whether the tester stands elsewhere than below the testee: no module is above it, or a redirect
    :param watched: titles of pages of which its runs are to tell the revisions that they saw
    """

    testee: Page
    tester: Page
    candidates: tuple[Candidate, ...]
    functions: frozenset[str] | None = None
    why: tuple[str, ...] = ()
    data: bool = False
    elsewhere: bool = False
    watched: tuple[str, ...] = ()

    def other_titles(self, call: Call) -> list[str]:
        """Titles to see under whether a call's own matters: of the page on which editors make it, and others."""
        titles = (call.found_on, self.testee.title, NOWHERE)
        return [title for title in dict.fromkeys(titles) if title not in ("", call.title)]


@dataclass(frozen=True, slots=True)
class OtherVerdict:
    """The state that a suite comes to by a call that editors wrote down, where that is not the one that counts."""

    call: Call
    state: State


@dataclass(frozen=True, slots=True)
class SuiteStatus:
    """What is known of a suite after a harvest: from its last run, in this harvest or before.

    :param state: None where no run ever came to a state
    :param failing: the points that make the suite fail
    :param inconclusive: why this harvest came to no verdict; the rest is then from before
    :param flaky: whether its last two runs disagreed, so that its state stayed as it was
    :param ran: whether it ran in this harvest and came to a verdict
    :param revision: the testee's revision that was tested
    :param title_dependent: whether it ends otherwise under another title; None where that was not tried
    :param other: what another call comes to, where that differs
    :param elsewhere: whether the tester stands elsewhere than below the testee: no module is above it, or a redirect
    :param stands_alone: whether it is elsewhere, and does not decide the testee's state: that has testers of its own
    """

    testee: Page
    tester: Page
    strategy: str
    state: State | None = None
    counts: Counts = field(default_factory=Counts)
    error: SuiteError | None = None
    failing: tuple[Point, ...] = ()
    inconclusive: str | None = None
    ran: bool = False
    flaky: bool = False
    revision: int = 0
    duration_ms: int = 0
    title_dependent: bool | None = None
    other: OtherVerdict | None = None
    elsewhere: bool = False
    stands_alone: bool = False

    @property
    def subject(self) -> Page:
        """The page that the state is recorded on: the testee, or the tester where there is none, or stands alone."""
        return self.testee if self.testee.exists and not self.stands_alone else self.tester


@dataclass(frozen=True, slots=True)
class ModuleStatus:
    """What is known of a module (or of a tester without one) after a harvest."""

    page: Page
    state: State
    previous: State | None = None


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page that a suite depended on, and that changed between two runs. Revisions are 0 where it did not exist.

    :param user: who made the newest change, and ``at`` when (ISO 8601, UTC); empty where that is hidden or unknown
    """

    title: str
    old: int
    new: int
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What changed between the last run in the old state and this one.

    :param pages: the likeliest first
    :param software: the wiki's software before and now, where it changed, and the bot's
    """

    pages: tuple[ChangedPage, ...] = ()
    software: tuple[str, str] | None = None

    @property
    def whose_software(self) -> str:
        """What to call the software that changed: the bot's own, if nothing else did, is called ``picklebot``."""
        ours = self.software is not None and self.software[1].startswith("picklebot ")
        return "the bot" if ours else "the wiki's software"

    def to_json(self) -> dict[str, Any]:
        """As values that JSON knows."""
        return {"pages": [asdict(page) for page in self.pages], "software": self.software}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Cause:
        """The reverse of `to_json`."""
        software = data["software"]
        pages = tuple(ChangedPage(**page) for page in data["pages"])
        return cls(pages, (software[0], software[1]) if software else None)


@dataclass(frozen=True, slots=True)
class Transition:
    """A module's state that differs from the last one.

    :param old: None when the module is first seen
    :param new: None when the page is no longer followed: a tester that stood alone and no longer does
    :param summary: the counts behind the new state, in words
    :param testers: titles of the testers that the state comes from
    :param cause: None where there was no earlier state
    """

    page: Page
    old: State | None
    new: State | None
    summary: str = ""
    testers: tuple[str, ...] = ()
    cause: Cause | None = None
