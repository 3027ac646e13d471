"""Confirms the results of suites in batches, whatever their state: a suite that no batch confirms must run alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from picklebot.errors import WikiError
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.title_probe import title_after_batch
from picklebot.invocation import Output
from picklebot.invocation.batches import BatchItem, BatchRun, Limits, Part, Replay, page_for, run_batch, take_batch
from picklebot.model import BatchMiss, Call, Candidate, Page, PlannedRun, Report, Suite, SuiteResult
from picklebot.reports.fingerprint import fingerprint, says_the_same
from picklebot.strategy import Strategies

__all__ = ["confirm_in_batches", "item_of", "may_be_confirmed", "run_together"]

# Of a suite whose output no strategy made sense of.
_UNREAD = fingerprint(Report(""))


def may_be_confirmed(planned: PlannedRun, strategies: Strategies) -> bool:
    """Whether a state is expected to stand, and can be seen to stand.

    Not of a suite that depended on a changed page, of a flaky one, or of one whose strategy is no longer given.
    """
    baseline = planned.baseline
    return (
        planned.schedule.must_run is None
        and baseline.strategy in strategies
        and bool(planned.suite.candidates)
        and baseline.state is not None
        and baseline.fingerprint != ""
        and not baseline.flaky
    )


def confirm_in_batches(
    context: RunContext, planned: Sequence[PlannedRun]
) -> Iterator[tuple[list[RunOutcome], list[PlannedRun]]]:
    """Yield for each request the suites that it confirmed, and the others, which must run alone."""
    yield from _confirm_together(context, [each for each in planned if each.schedule.run_alone is None])
    for each in planned:
        if each.schedule.run_alone is not None and not context.over:
            yield _confirm_alone(context, each)


def _confirm_together(
    context: RunContext, planned: Sequence[PlannedRun]
) -> Iterator[tuple[list[RunOutcome], list[PlannedRun]]]:
    """Many suites in a request."""
    for results in run_together(context, planned):
        confirmed: list[RunOutcome] = []
        missed: list[PlannedRun] = []
        for each, result in results:
            if isinstance(result, BatchMiss):
                missed.append(replace(each, batch_miss=result))
            elif says_the_same(result.fingerprint, each.baseline.fingerprint):
                confirmed.append(_confirmed(context, each))
            else:
                missed.append(replace(each, batch_miss=BatchMiss.DIFFERENT_OUTPUT))
        yield confirmed, missed


def run_together(
    context: RunContext, planned: Sequence[PlannedRun], *, in_order: bool = False
) -> Iterator[list[tuple[PlannedRun, SuiteResult | BatchMiss]]]:
    """Run suites, many in a request, packed by the costs of their last runs; yield the results of each request.

    A result in a batch may only confirm another, never stand by itself.

    :param in_order: whether the first suites run first; else the heaviest do, which packs better
    """
    limits = Limits()
    by_item = {item_of(each, context.evaluator): each for each in planned}
    left = list(by_item)
    while left and not context.over:
        batch, left = take_batch(left, limits, in_order=in_order)
        runs = [by_item[item] for item in batch]
        try:
            with context.progress.waiting_for(f"a request that runs {len(batch)} suites"):
                under = page_for(batch) or context.evaluator.runner.elsewhere
                answered = run_batch(context.wiki, context.site, batch, under)
        except WikiError:
            # Alone each has its own tries, and its own reason.
            yield [(each, BatchMiss.UNREADABLE) for each in runs]
            continue
        limits = answered.limits or limits
        if answered.broken is not None:
            left += batch[answered.broken + 1 :]
        yield _read_batch(context, runs, answered)


def _read_batch(
    context: RunContext, runs: Sequence[PlannedRun], answered: BatchRun
) -> list[tuple[PlannedRun, SuiteResult | BatchMiss]]:
    """The results of a batch, up to a suite that broke out of its place."""
    results: list[tuple[PlannedRun, SuiteResult | BatchMiss]] = []
    until = len(runs) if answered.broken is None else answered.broken + 1
    for number, (planned, outputs) in enumerate(zip(runs[:until], answered.outputs, strict=False)):
        if outputs is not None:
            results.append((planned, _result_in_batch(outputs, planned, context.evaluator)))
        elif number == answered.broken:
            results.append((planned, BatchMiss.DIFFERENT_OUTPUT))
        else:
            results.append((planned, BatchMiss.TIMED_OUT if answered.timed_out else BatchMiss.UNREADABLE))
    return results


def _confirm_alone(context: RunContext, planned: PlannedRun) -> tuple[list[RunOutcome], list[PlannedRun]]:
    """One suite in a request of its own, which costs no detail from the console."""
    with context.progress.waiting_for(planned.suite.tester.title):
        result = context.evaluator.evaluate(_as_it_ended(planned), detail=False)
    if not says_the_same(result.fingerprint, planned.baseline.fingerprint):
        return [], [planned]
    return [_confirmed(context, planned)], []


def _confirmed(context: RunContext, planned: PlannedRun) -> RunOutcome:
    """The outcome of a suite that is as it was."""
    context.progress.finished(planned.tester_id, planned.baseline.state)
    return replace(RunOutcome.of(planned, None), title_dependent=title_after_batch(planned))


def item_of(planned: PlannedRun, evaluator: SuiteEvaluator) -> BatchItem:
    """A suite as it is put into a batch: with the calls whose outputs decide its result."""
    baseline = planned.baseline
    suite = _as_it_ended(planned)
    parts: dict[tuple[Call, bool], Part] = {}
    for candidate in suite.candidates:
        if candidate.strategy in evaluator.strategies:
            strategy = evaluator.strategies[candidate.strategy]
            key = candidate.call, strategy.invoke.output == "page"
            parts.setdefault(key, Part(suite.tester, *key, logs=strategy.console.decides == "when-empty"))
    title = next(part.call.title or suite.tester.title for part in parts.values())
    dependent = baseline.title_dependent
    return BatchItem(
        tuple(parts.values()),
        baseline.cost,
        next((page for page in (suite.tester, suite.testee) if page.title == title), Page(title)),
        title_dependent=dependent is True,
        title_free=dependent is False,
        silent=baseline.page_counts is None or baseline.fingerprint == _UNREAD,
    )


def _as_it_ended(planned: PlannedRun) -> Suite:
    """A suite with the call that decided how it ended: one strategy knew its report, or none of them did."""
    suite, baseline = planned.suite, planned.baseline
    if baseline.fingerprint == _UNREAD or baseline.call is None:
        return suite
    mine = (each for each in suite.candidates if (each.strategy, each.call) == (baseline.strategy, baseline.call))
    return replace(suite, candidates=(next(mine, Candidate(baseline.strategy, baseline.call)),))


def _result_in_batch(outputs: Mapping[Part, Output], planned: PlannedRun, evaluator: SuiteEvaluator) -> SuiteResult:
    """The result of a suite by the outputs of its calls in a batch."""
    return replace(evaluator, runner=Replay(outputs)).evaluate(_as_it_ended(planned), detail=False)
