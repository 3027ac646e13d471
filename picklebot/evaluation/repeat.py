"""One run of a suite that is planned, repeated where its state must be seen twice to be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.title_probe import (
    needs_lone_probe,
    probe_titles,
    run_under,
    same_outcome,
    title_to_repeat_under,
    waits_for_batch,
    with_known_title,
    worded_under,
)
from picklebot.model import BatchMiss, ErrorKind, PlannedRun, RunResult, Suite

__all__ = ["RepeatedRun", "run_repeated"]


@dataclass(frozen=True, slots=True)
class RepeatedRun:
    """A run, with its repetition.

    :param started: when the first of them began, by the wiki's clock
    :param flaky: whether they came to different states
    :param torn: whether they saw different revisions of a page
    :param title_open: whether a batch is to tell whether the suite's title matters
    """

    planned: PlannedRun
    result: RunResult
    started: datetime
    flaky: bool = False
    torn: bool = False
    title_open: bool = False


def run_repeated(
    evaluator: SuiteEvaluator,
    planned: PlannedRun,
    started: datetime,
    *,
    landmarks: tuple[str, ...] = (),
    batches_follow: bool,
) -> RepeatedRun:
    """Run a suite, repeat it where that is needed, and see whether its title matters.

    :param started: the time now, by the wiki's clock
    :param landmarks: titles of recent edits, of which the run is to tell whether its server has them
    :param batches_follow: whether a batch can tell later on whether its title matters
    """
    suite = _watching(planned, landmarks)
    result = evaluator.evaluate(suite)
    run = RepeatedRun(planned, result, started)
    if result.state is None:
        return run
    if planned.ran_before and result.state != planned.baseline.state:
        return replace(run, flaky=True)  # it came to another state in this very harvest: it tosses a coin
    title = title_to_repeat_under(planned, result) if batches_follow else None
    if title is not None:
        return _repeat_under(evaluator, run, suite, title)
    return _repeat_at_home(evaluator, run, suite, batches_follow=batches_follow)


def _repeat_under(evaluator: SuiteEvaluator, run: RepeatedRun, suite: Suite, title: str) -> RepeatedRun:
    """Repeat a run under another title; where that ends differently, its own title must tell why."""
    away = run_under(evaluator, title, run.result)
    if _saw_others(away, run.result):
        return replace(run, torn=True)
    if same_outcome(away, run.result):
        return replace(run, result=worded_under(evaluator, away, run.result), title_open=True)
    return _repeat_at_home(evaluator, run, suite, away=away)


def _repeat_at_home(
    evaluator: SuiteEvaluator,
    run: RepeatedRun,
    suite: Suite,
    *,
    away: RunResult | None = None,
    batches_follow: bool = False,
) -> RepeatedRun:
    """Repeat a run under its own title where its state must be seen twice, then under others where no batch does so.

    :param away: a run under another title that there was already
    """
    if _must_repeat(run.planned, run.result):
        run = _repeat(evaluator, run, suite)
    result = run.result
    if run.flaky or run.torn or result.state is None:
        return run
    if needs_lone_probe(run.planned, result):
        probed = probe_titles(evaluator, result, away)
        return replace(run, result=probed.result, flaky=probed.flaky and run.planned.baseline.state is not None)
    result = with_known_title(run.planned, result)
    return replace(run, result=result, title_open=batches_follow and waits_for_batch(result))


def _watching(planned: PlannedRun, landmarks: tuple[str, ...]) -> Suite:
    """The suite as it is run, telling of pages that it is known to depend on, the doubtful ones first."""
    suite = planned.suite
    own = (page.title for page in (suite.tester, suite.testee) if page.exists)
    watched = dict.fromkeys((*own, *planned.doubtful, *planned.baseline.dependencies))
    return replace(suite, watched=tuple(watched), landmarks=landmarks)


def _must_repeat(planned: PlannedRun, result: RunResult) -> bool:
    """Whether a state must be seen once more to be believed."""
    last = planned.baseline.state
    if planned.baseline.flaky:
        return True
    # A suite that ran out of time in a batch, and alone does so too, has been seen twice.
    error = result.report.error if result.report else None
    if planned.batch_miss is BatchMiss.ENDED_BY_LIMIT and error is not None and error.kind is ErrorKind.TIME:
        return False
    return last is not None and result.state != last


def _repeat(evaluator: SuiteEvaluator, run: RepeatedRun, suite: Suite) -> RepeatedRun:
    """A run that is made once more under the same title."""
    again = evaluator.evaluate(suite)
    if again.inconclusive:
        return replace(run, result=again)
    if _saw_others(again, run.result):
        return replace(run, torn=True)
    return replace(run, flaky=again.state != run.result.state)


def _saw_others(one: RunResult, other: RunResult) -> bool:
    """Whether two runs saw different revisions of a page: their servers were not alike, or the page changed."""
    return any(one.seen[title] != other.seen[title] for title in one.seen.keys() & other.seen.keys())
