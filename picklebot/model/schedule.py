"""When suites run, and the runs that are planned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from picklebot.model.baseline import Baseline
from picklebot.model.changes import Dependencies
from picklebot.model.reasons import Reason, RunAloneReason
from picklebot.model.suite import Suite

__all__ = ["BatchMiss", "PlannedRun", "Schedule"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a suite runs, and beside which others.

    :param ran_at: when it last came to a state, or was confirmed in one, UTC; None where it never did
    :param must_run: why it must run again, or None
    :param run_alone: why it has no place in a batch, or None
    """

    ran_at: datetime | None = None
    must_run: Reason | None = None
    run_alone: RunAloneReason | None = None


class BatchMiss(Enum):
    """Why a batch did not confirm a suite."""

    #: Its output is not the expected one, or not in its place.
    DIFFERENT_OUTPUT = auto()
    #: Lua's time or memory did not suffice for it behind the others.
    ENDED_BY_LIMIT = auto()
    #: Nothing can be said of it.
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A suite that is to run, the reason, and the baseline that its run is compared with.

    :param reason: why it is to run
    :param batch_miss: how it fared in a batch that did not confirm it
    :param ran_before: whether the baseline is of this very harvest
    :param doubtful: titles of pages whose known revision is not the newest, and of which a run did not tell
    """

    suite: Suite
    baseline: Baseline
    schedule: Schedule
    reason: Reason
    batch_miss: BatchMiss | None = None
    ran_before: bool = False
    doubtful: tuple[str, ...] = ()

    @property
    def tester_id(self) -> int:
        """The page id of the tester, which tells suites of one wiki apart."""
        return self.suite.tester.page_id

    def depending_on(self, pages: Dependencies) -> PlannedRun:
        """The same with the pages that the last run depended on, by title with their revisions."""
        return replace(self, baseline=replace(self.baseline, dependencies=pages))
