"""The board of a gate: outcomes of suites as they become known, so that there is an answer at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock

from picklebot.gate.baseline_file import BaselineSuite
from picklebot.gate.decision import combined
from picklebot.gate.model import GateProblem, InventoryLoss, JudgedSuite, MachineOutcome, Side, SuiteOutcome
from picklebot.gate.suspects import unjudged

__all__ = ["Board", "Lane"]

NO_TIME = "there was no time left"
_DECIDED = "enough regressions are known: the verdict cannot change any more"


class Lane:
    """The knowledge of one machine. Filled by its own thread, read by any."""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        self.side: Side | None = None
        self.losses: tuple[InventoryLoss, ...] = ()
        self.problems: list[GateProblem] = []
        self.remarks: list[str] = []
        self.suites: dict[str, JudgedSuite] = {}
        self.decided = False
        self._lock = Lock()

    def settle(self, suites: Iterable[JudgedSuite]) -> None:
        """Note outcomes; the first of a suite stays."""
        with self._lock:
            for suite in suites:
                self.suites.setdefault(suite.tester, suite)

    def known(self) -> Mapping[str, JudgedSuite]:
        """The outcomes so far, by the title of the tester."""
        with self._lock:
            return dict(self.suites)

    @property
    def regressions(self) -> int:
        """How many suites have regressed so far."""
        return sum(suite.outcome is SuiteOutcome.REGRESSION for suite in self.known().values())


class Board:
    """The suites of a wiki that are asked for, and one lane for each machine of the candidate."""

    def __init__(self, entries: Sequence[BaselineSuite], machines: Sequence[str]) -> None:
        self.entries = {entry.tester: entry for entry in entries}
        self.lanes = [Lane(machine) for machine in machines]

    def suites(self) -> tuple[JudgedSuite, ...]:
        """Each suite once, as far as its outcome is known, in the order of titles."""
        known = [lane.known() for lane in self.lanes]
        titles = {*self.entries, *(title for each in known for title in each)}
        return tuple(self._suite(title, [each.get(title) for each in known]) for title in sorted(titles))

    def _suite(self, title: str, found: Sequence[JudgedSuite | None]) -> JudgedSuite:
        each = [
            suite or self._not_run(title, decided=lane.decided) for suite, lane in zip(found, self.lanes, strict=True)
        ]
        outcome = combined([suite.outcome for suite in each])
        worst = next(suite for suite in each if suite.outcome is outcome)
        if len(each) == 1:
            return worst
        machines = tuple(
            MachineOutcome(lane.machine, suite.outcome, suite.why) for lane, suite in zip(self.lanes, each, strict=True)
        )
        judged = all(suite.judged for suite in each) or outcome is SuiteOutcome.REGRESSION
        return replace(worst, machines=machines, judged=judged)

    def _not_run(self, title: str, *, decided: bool) -> JudgedSuite:
        entry = self.entries.get(title)
        why = _DECIDED if decided else NO_TIME
        if entry is None:
            return JudgedSuite(title, title, SuiteOutcome.NEW, judged=False, at_stake=False)
        return unjudged(entry, SuiteOutcome.NOT_RUN, why)
