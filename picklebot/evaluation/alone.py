"""Runs suites alone, a few at a time, until their pages stay as they are.

Alone is the truth (docs/architecture.md, "The run contract").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.repeat import RepeatedRun, run_repeated
from picklebot.evaluation.stability import Landmarks, accept_stable_runs
from picklebot.failpoints import failpoint
from picklebot.model import Inconclusive, InconclusiveCode, PlannedRun, RunResult

__all__ = ["run_alone"]

# Suites run before their dependencies are looked up together, and committed together: two pages each, their own, and
# those that many share fit one question.
_SUITES_A_GROUP = 20
# A suite whose pages keep changing under it, or whose server is behind the others, waits for the next harvest; seconds.
_PAUSES_SECONDS = (0.0, 0.0, 1.0, 2.0)
# After so many suites in a row without an answer the wiki is taken to be down; the rest is not tried.
_MAX_SILENT_SUITES = 5


def run_alone(
    context: RunContext, planned: Sequence[PlannedRun], *, batches_follow: bool
) -> Iterator[list[RunOutcome]]:
    """Run suites alone, and yield their outcomes a few at a time.

    :param batches_follow: whether batches can tell later on whether their titles matter
    """
    if not planned:
        return
    runs = _LoneRuns(context, batches_follow=batches_follow)
    for group in _groups(planned, max(_SUITES_A_GROUP, 2 * context.concurrency)):
        yield runs.run_group(group)


def _groups(planned: Iterable[PlannedRun], size: int) -> Iterator[list[PlannedRun]]:
    iterator = iter(planned)
    while group := list(islice(iterator, size)):
        yield group


class _LoneRuns:
    """Runs of suites alone, one after the other or several at a time, and the changes of the wiki meanwhile."""

    def __init__(self, context: RunContext, *, batches_follow: bool) -> None:
        self._context = context
        self._batches_follow = batches_follow
        self._landmarks = Landmarks.of(context.wiki)
        self._silent = 0

    def run_group(self, group: Sequence[PlannedRun]) -> list[RunOutcome]:
        """Run a few suites until their pages stay as they are, or it is time to give up.

        A suite before which it was time to stop has no outcome.
        """
        self._landmarks.add_own_pages(group)
        outcomes: list[RunOutcome] = []
        pending = list(group)
        revisions: Mapping[str, int] = {}
        for pause in _PAUSES_SECONDS:
            if not pending or pause >= self._context.wiki.deadline.left:
                continue
            self._wait(pause if outcomes or revisions else 0)
            stable = accept_stable_runs(self._context.wiki, self._run_all(pending), revisions, self._landmarks)
            outcomes += stable.outcomes
            pending, revisions = stable.again, stable.revisions
        why = Inconclusive(InconclusiveCode.UNSTABLE)
        return outcomes + [RunOutcome.of(each, RunResult(each.suite, inconclusive=why)) for each in pending]

    def _wait(self, seconds: float) -> None:
        with self._context.progress.waiting_for("the wiki, which changes or lags behind"):
            self._context.deadline.sleep(seconds)

    def _run_all(self, planned: Sequence[PlannedRun]) -> list[RepeatedRun]:
        """Run suites, as many at a time as is allowed, until it is time to stop."""
        if self._context.concurrency == 1:
            runs = [self._run(each) for each in planned]
        else:
            with ThreadPoolExecutor(self._context.concurrency) as pool:
                runs = list(pool.map(self._run, planned))
        return [run for run in runs if run is not None]

    def _run(self, planned: PlannedRun) -> RepeatedRun | None:
        """One run; None where it is time to stop."""
        context = self._context
        if context.over:
            return None
        if self._silent >= _MAX_SILENT_SUITES:
            silence = RunResult(planned.suite, inconclusive=Inconclusive(InconclusiveCode.NOT_TRIED))
            return RepeatedRun(planned, silence, context.wiki.clock)
        with context.progress.waiting_for(planned.suite.tester.title):
            run = run_repeated(
                context.evaluator,
                planned,
                context.wiki.clock,
                landmarks=self._landmarks.titles,
                batches_follow=self._batches_follow,
            )
        failpoint("mid-run")
        self._silent = self._silent + 1 if run.result.inconclusive else 0
        context.progress.finished(planned.tester_id, run.result.state)
        return run
