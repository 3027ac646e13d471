"""The outcome of a planned run."""

from __future__ import annotations

from dataclasses import dataclass

from picklebot.model import Baseline, Dependencies, PlannedRun, Reason, RunAloneReason, RunResult, Suite

__all__ = ["RunOutcome"]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The outcome of a planned run.

    :param reason: why it ran
    :param result: of the last run; None where a batch confirmed the baseline
    :param dependencies: revisions by title of the pages that the run depended on; None where it was not alone
    :param flaky: whether it disagreed with its own repetition
    :param run_alone: why it does not run in a batch from now on, or None
    :param title_dependent: of one that a batch confirmed: whether it ends differently under another title
    :param title_open: whether a batch is to tell that
    """

    suite: Suite
    reason: Reason
    result: RunResult | None
    dependencies: Dependencies | None = None
    flaky: bool = False
    run_alone: RunAloneReason | None = None
    title_dependent: bool | None = None
    title_open: bool = False

    @classmethod
    def of(cls, planned: PlannedRun, result: RunResult | None) -> RunOutcome:
        """The outcome of a run of which nothing more is known; the suite runs beside others, or does not, as before."""
        return cls(planned.suite, planned.reason, result, run_alone=planned.schedule.run_alone)

    @property
    def tester_id(self) -> int:
        """The page id of the tester, which tells suites of one wiki apart."""
        return self.suite.tester.page_id

    @property
    def conclusive(self) -> bool:
        """Whether the suite came to a state, or was confirmed in one."""
        return self.result is None or self.result.state is not None

    def baseline(self, software: str) -> Baseline:
        """The state that this run came to, for another one to be compared with.

        :param software: digest of the wiki's software
        :raises ValueError: it came to none
        """
        if self.result is None or self.result.state is None:
            raise ValueError(f"the run of {self.suite.tester.title} came to no state of its own")
        return Baseline.of(self.result, software, flaky=self.flaky, dependencies=self.dependencies)
