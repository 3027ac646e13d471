"""Suites and modules as they are known between two harvests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from picklebot.model.baseline import Baseline
from picklebot.model.reasons import Inconclusive
from picklebot.model.report import Counts, Point, SuiteError
from picklebot.model.result import DisregardedCall
from picklebot.model.schedule import Schedule
from picklebot.model.state import State
from picklebot.model.suite import Page, Suite

__all__ = ["Knowledge", "ModuleStatus", "SuiteRecord", "SuiteStatus"]


@dataclass(frozen=True, slots=True)
class SuiteStatus:
    """How the last run of a suite looked, for people.

    :param failing: the points that make the suite fail
    :param inconclusive: why this harvest came to no state; the rest is then from before
    :param ran: whether it ran in this harvest and came to a state
    :param revision: the testee's revision that was tested
    :param other: the result of another call, where it differs
    """

    counts: Counts = field(default_factory=Counts)
    error: SuiteError | None = None
    failing: tuple[Point, ...] = ()
    inconclusive: Inconclusive | None = None
    ran: bool = False
    revision: int = 0
    duration_ms: int = 0
    other: DisregardedCall | None = None


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """All that is known of a suite.

    :param suite: its pages carry the newest known revisions
    :param stands_alone: whether its tester is elsewhere than below the testee, and does not decide the testee's state:
        that has testers of its own
    """

    suite: Suite
    baseline: Baseline = field(default_factory=Baseline)
    schedule: Schedule = field(default_factory=Schedule)
    status: SuiteStatus = field(default_factory=SuiteStatus)
    stands_alone: bool = False

    @property
    def tester_id(self) -> int:
        """The page id of the tester, which tells suites of one wiki apart."""
        return self.suite.tester.page_id

    @property
    def state(self) -> State | None:
        """The last state that the suite came to; None where no run ever did."""
        return self.baseline.state

    @property
    def subject(self) -> Page:
        """The page that the state is recorded on: the testee, or the tester where there is none, or stands alone."""
        return self.suite.testee if self.suite.testee.exists and not self.stands_alone else self.suite.tester


@dataclass(frozen=True, slots=True)
class ModuleStatus:
    """The status of a module (or of a tester without one) after a harvest."""

    page: Page
    state: State
    previous: State | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The knowledge of a wiki: suites by their tester's page id, modules by page id."""

    suites: Mapping[int, SuiteRecord] = field(default_factory=dict)
    modules: Mapping[int, ModuleStatus] = field(default_factory=dict)
