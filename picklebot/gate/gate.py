"""The gate: all wikis side by side, until they are through or the time is over, and the decision on them.

Whatever happens to the network, the answer is in time: wikis are asked in threads that nobody waits for any longer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Lock, Thread

from picklebot import log
from picklebot.deadline import Bell, Deadline
from picklebot.gate.decision import decide
from picklebot.gate.model import (
    Decision,
    GateProblem,
    JudgedSuite,
    NewlyFailing,
    ProblemCode,
    RegressionKind,
    SuiteOutcome,
    Waiver,
    WikiDecision,
)
from picklebot.gate.policy import Policy
from picklebot.gate.waivers import waive
from picklebot.gate.wiki_gate import WikiGate

__all__ = ["run_gate"]

_DRILL = NewlyFailing("a point that the drill made up", "no drill", "a drill")


class _Gate:
    """Wikis that are run side by side.

    :ivar crashes: mistakes of ours, one for each wiki that met one
    """

    def __init__(self, wikis: Sequence[WikiGate], bell: Bell) -> None:
        self._left = len(wikis)
        self._bell = bell
        self._lock = Lock()
        self.crashes: list[GateProblem] = []
        for wiki in wikis:
            Thread(target=self._run, args=(wiki,), daemon=True).start()

    def _run(self, wiki: WikiGate) -> None:
        try:
            wiki.run()
        except Exception as error:  # noqa: BLE001 (status 1 is an answer about modules, never one about us)
            words = f"the gate failed, by a mistake of its own; please report this: {log.in_short(error)}"
            self.crashes.append(GateProblem(ProblemCode.DEFECT, words, wiki.plan.name))
        finally:
            with self._lock:
                self._left -= 1
                if not self._left:
                    self._bell.ring()


def run_gate(
    wikis: Sequence[WikiGate],
    policy: Policy,
    waivers: Sequence[Waiver] = (),
    *,
    until: Deadline,
    bell: Bell,
    drill: bool = False,
) -> Decision:
    """Run all wikis, and decide on the runs when they are through.

    :param until: when the decision is made, whatever is still running
    :param bell: whoever rings it asks for the decision now
    :param drill: whether one suite is to behave as if it had regressed
    """
    started = datetime.now(UTC)
    gate = _Gate(wikis, bell)
    bell.wait(None if math.isinf(until.left) else until.left)
    found = [wiki.decision() for wiki in wikis]
    if drill:
        found, policy = _with_drill(found, policy)
    today = date.today()  # noqa: DTZ011 (waivers end with the operator's day)
    waived = [waive(wiki.suites, waivers, today) for wiki in found]
    return decide(
        policy,
        [replace(wiki, suites=each.suites) for wiki, each in zip(found, waived, strict=True)],
        tuple(gate.crashes),
        remarks=dict.fromkeys(
            (
                *(remark for wiki in found for remark in wiki.remarks),
                *(remark for each in waived for remark in each.remarks),
            )
        ),
        started=started,
        ended=datetime.now(UTC),
    )


def _with_drill(wikis: Sequence[WikiDecision], policy: Policy) -> tuple[list[WikiDecision], Policy]:
    """Wikis with the first suite that passed behaving as if it had regressed."""
    found = list(wikis)
    for number, wiki in enumerate(found):
        passed = next((suite for suite in wiki.suites if suite.outcome is SuiteOutcome.PASSED), None)
        if passed is not None:
            drilled = _drilled(passed)
            suites = tuple(drilled if suite is passed else suite for suite in wiki.suites)
            found[number] = replace(wiki, suites=suites)
            return found, replace(policy, drill=passed.tester)
    return found, policy


def _drilled(suite: JudgedSuite) -> JudgedSuite:
    return replace(
        suite,
        outcome=SuiteOutcome.REGRESSION,
        kind=RegressionKind.POINT,
        points=(_DRILL,),
        drill=True,
        checked_against_old=True,
    )
