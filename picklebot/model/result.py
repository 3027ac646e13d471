"""Results of runs, and what is known of suites and modules from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from picklebot.model.calls import Call, Candidate
from picklebot.model.reasons import Reason, RunAloneReason
from picklebot.model.report import Counts, Point, Report, SuiteError
from picklebot.model.state import State
from picklebot.model.suite import Page, Suite

__all__ = ["Cost", "Knowledge", "ModuleStatus", "OtherVerdict", "SuiteRecord", "SuiteResult", "SuiteStatus"]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a run for the wiki: Lua time in milliseconds, memory in bytes.

    :param permille: how much of a request's other limits (size of the answer, expensive calls…) it took, of the one
        that it came nearest
    """

    lua_ms: int = 0
    memory_bytes: int = 0
    permille: int = 0


@dataclass(frozen=True, slots=True)
class OtherVerdict:
    """The state that a suite comes to by a call that editors wrote down, where that is not the one that counts."""

    call: Call
    state: State


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One run of a suite. Either a report and a state, or the reason why none was had.

    :param strategy: name of the one whose report it is
    :param call: how it was run
    :param rule: which rule gave the state, in a few words
    :param inconclusive: why there is no verdict; never recorded, never overwrites a state
    :param depends_on: titles of the pages that the run loaded or asked about
    :param seen: revisions that the run saw, by title, as far as it tells; 0 for a page that did not exist
    :param there: titles of those of these pages that existed, whatever their revision
    :param shown: what the page alone said of its points, before the console added detail
    :param fingerprint: of what was read before the console added detail; empty where a batch cannot see the same
    :param title_dependent: whether it ends otherwise under another title; None where that was not tried
    :param strain: how much of any limit of one request it took
    :param other: what another call comes to, where that differs
    """

    suite: Suite
    strategy: str = ""
    call: Call | None = None
    report: Report | None = None
    state: State | None = None
    rule: str = ""
    inconclusive: str | None = None
    duration_ms: int = 0
    cost: Cost = field(default_factory=Cost)
    depends_on: tuple[str, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)
    there: frozenset[str] = frozenset()
    page_counts: Counts | None = None
    fingerprint: str = ""
    title_dependent: bool | None = None
    limit_usage: float = 0.0
    other: OtherVerdict | None = None


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
class SuiteRecord:
    """A suite, how it last ended, and what decides whether it runs again.

    :param status: how it last ended; its pages carry the newest known revisions
    :param ran_at: when it last came to a verdict, UTC
    :param software: digest of the wiki's software at that run
    :param reason: why it must run, or None
    :param run_alone_reason: why it never runs in a batch, or None
    :param flaky: whether its last runs disagreed without anything known having changed
    :param shown: what the page alone said of its points, before the console added detail
    :param fingerprint: of what was read then, which a batch may confirm; empty where none can
    """

    status: SuiteStatus
    candidates: tuple[Candidate, ...] = ()
    functions: frozenset[str] | None = None
    data: bool = False
    ran_at: datetime | None = None
    software: str = ""
    reason: Reason | None = None
    run_alone_reason: RunAloneReason | None = None
    flaky: bool = False
    cost: Cost = field(default_factory=Cost)
    page_counts: Counts | None = None
    fingerprint: str = ""

    @property
    def suite(self) -> Suite:
        """The suite as it can be run."""
        return Suite(
            self.status.testee,
            self.status.tester,
            self.candidates,
            self.functions,
            data=self.data,
            elsewhere=self.status.elsewhere,
        )


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a wiki: suites by their tester's page id, modules by page id."""

    suites: Mapping[int, SuiteRecord] = field(default_factory=dict)
    modules: Mapping[int, ModuleStatus] = field(default_factory=dict)
