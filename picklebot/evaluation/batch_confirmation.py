"""Confirms the results of suites in batches, whatever their state: a suite that no batch confirms must run alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock

from picklebot.errors import WikiError
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.title_probe import title_after_batch
from picklebot.invocation import Output
from picklebot.invocation.batches import BatchRun, Replay, run_batch
from picklebot.invocation.output import Limits, omitted
from picklebot.invocation.packing import BatchItem, Part, needs_own_request, page_for, take_batch
from picklebot.model import (
    BatchMiss,
    Call,
    Candidate,
    ErrorKind,
    Page,
    PlannedRun,
    Report,
    RunAloneReason,
    RunResult,
    Suite,
    SuiteError,
)
from picklebot.reports.fingerprint import fingerprint, same_outline, says_the_same
from picklebot.strategy import Strategies

__all__ = ["Batches", "confirm_in_batches", "item_of", "may_be_confirmed"]

# Of a suite whose output no strategy made sense of.
_UNREAD = fingerprint(Report(""))
# Of suites that time or memory ended.
_ENDED = {kind: fingerprint(Report("", error=SuiteError(kind, ""))) for kind in (ErrorKind.TIME, ErrorKind.MEMORY)}
_OMITTED = fingerprint(Report("", error=omitted()))
# So often suites are put into another batch since one of theirs disturbed them.
_TRIES = 2


def may_be_confirmed(planned: PlannedRun, strategies: Strategies) -> bool:
    """Whether a state is expected to stand, and can be seen to stand.

    Not of a suite that depended on a changed page, of a flaky one, or of one whose strategy is no longer given. One
    that offers nothing to run stands as long as no page changed: no request would tell more.
    """
    baseline = planned.baseline
    if planned.schedule.must_run is not None or baseline.state is None or baseline.flaky:
        return False
    if not planned.suite.candidates:
        return planned.suite.functions is not None and baseline.call is None
    return baseline.strategy in strategies and baseline.fingerprint != ""


def confirm_in_batches(
    context: RunContext, planned: Sequence[PlannedRun]
) -> Iterator[tuple[list[RunOutcome], list[PlannedRun]]]:
    """Yield for each request the suites that it confirmed, and the others, which must run alone."""
    nothing_to_run = [each for each in planned if not each.suite.candidates]
    if nothing_to_run:
        yield [_stands(context, each) for each in nothing_to_run], []
    batches = Batches(context, [each for each in planned if each.suite.candidates])
    alone: list[PlannedRun] = []
    while (results := batches.step()) is not None:
        confirmed: list[RunOutcome] = []
        missed: list[PlannedRun] = []
        for each, result in results:
            if not isinstance(result, BatchMiss) and says_the_same(result.fingerprint, each.baseline.fingerprint):
                confirmed.append(_confirmed(context, each))
            elif _meddles(each):
                alone.append(each)
            else:
                miss = result if isinstance(result, BatchMiss) else BatchMiss.DIFFERENT_OUTPUT
                missed.append(replace(each, batch_miss=miss))
        yield confirmed, missed
    for each in [*batches.own, *alone]:
        if not context.over:
            yield _confirm_alone(context, each)


class Batches:
    """Suites that share requests, packed by the costs of their last runs. Several threads may take steps.

    A result in a batch may only confirm another, never stand by itself.

    :param in_order: whether the first suites run first; else the heaviest do, which packs better
    :ivar own: suites that no batch can confirm
    """

    def __init__(self, context: RunContext, planned: Sequence[PlannedRun], *, in_order: bool = False) -> None:
        self.own: list[PlannedRun] = []
        self._context = context
        self._runs = {item_of(each, context.evaluator): each for each in planned}
        self._in_order = in_order
        self._limits: Limits | None = None
        self._left = list(self._runs)
        self._put_back: Counter[BatchItem] = Counter()
        self._lock = Lock()

    def step(self) -> list[tuple[PlannedRun, RunResult | BatchMiss]] | None:
        """The results of one more request, as far as it tells of suites; None at the end, or when time is over."""
        while not self._context.over:
            with self._lock:
                if not self._left:
                    return None
                batch, self._left = take_batch(self._left, self._limits, in_order=self._in_order)
                if needs_own_request(batch[0], self._limits or Limits()):
                    self.own += [self._runs[item] for item in batch]
                    continue
            return [(self._runs[item], result) for item, result in self._together(batch)]
        return None

    def _together(self, batch: Sequence[BatchItem]) -> list[tuple[BatchItem, RunResult | BatchMiss]]:
        context = self._context
        try:
            with context.progress.waiting_for(f"a request that runs {len(batch)} suites"):
                under = page_for(batch) or context.evaluator.runner.elsewhere
                answered = run_batch(context.wiki, context.site, batch, under, self._is_as_it_was)
        except WikiError:
            # Alone each has its own tries, and its own reason.
            return [(item, BatchMiss.UNREADABLE) for item in batch]
        self._limits = answered.limits or self._limits or Limits()
        if answered.touched:  # of none anything can be said; the last is the heaviest
            return [(batch[-1], BatchMiss.UNREADABLE), *self._try_again(batch[:-1])]
        return self._read(batch, answered)

    def _is_as_it_was(self, item: BatchItem, outputs: Mapping[Part, Output]) -> bool:
        planned = self._runs[item]
        result = _result_in_batch(outputs, planned, self._context.evaluator)
        return says_the_same(result.fingerprint, planned.baseline.fingerprint)

    def _read(self, batch: Sequence[BatchItem], answered: BatchRun) -> list[tuple[BatchItem, RunResult | BatchMiss]]:
        """The results of a batch, up to a suite that disturbed the ones behind it: they are tried again."""
        until = min(n for n in (answered.broken, answered.ended, len(batch) - 1) if n is not None) + 1
        results: list[tuple[BatchItem, RunResult | BatchMiss]] = []
        for number, item in enumerate(batch[:until]):
            outputs = answered.outputs[number]
            if outputs is None:
                results.append((item, BatchMiss.DIFFERENT_OUTPUT))
            elif number == answered.ended and item.ended_by is None:  # alone it may have enough
                results.append((item, BatchMiss.ENDED_BY_LIMIT))
            else:
                results.append((item, _result_in_batch(outputs, self._runs[item], self._context.evaluator)))
        return results + self._try_again(batch[until:])

    def _try_again(self, items: Sequence[BatchItem]) -> list[tuple[BatchItem, RunResult | BatchMiss]]:
        """Put suites back; those with which that was done often enough must run alone."""
        with self._lock:
            self._put_back.update(items)
            self._left += [item for item in items if self._put_back[item] <= _TRIES]
        return [(item, BatchMiss.UNREADABLE) for item in items if self._put_back[item] > _TRIES]


def _confirm_alone(context: RunContext, planned: PlannedRun) -> tuple[list[RunOutcome], list[PlannedRun]]:
    """One suite in a request of its own, which costs no detail from the console."""
    with context.progress.waiting_for(planned.suite.tester.title):
        result = context.evaluator.evaluate(_as_it_ended(planned), detail=False)
    if not says_the_same(result.fingerprint, planned.baseline.fingerprint):
        return [], [planned]
    return [_confirmed(context, planned)], []


def _stands(context: RunContext, planned: PlannedRun) -> RunOutcome:
    """The outcome of a suite that is as it was."""
    context.progress.finished(planned.tester_id, planned.baseline.state)
    return replace(RunOutcome.of(planned, None), title_dependent=planned.baseline.title_dependent)


def _confirmed(context: RunContext, planned: PlannedRun) -> RunOutcome:
    """The outcome of a suite that a request showed to be as it was."""
    return replace(_stands(context, planned), title_dependent=title_after_batch(planned))


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
        near=planned.schedule.run_alone is RunAloneReason.NEAR_LIMIT,
        ended_by=_ended_by(baseline.fingerprint),
        meddles=_meddles(planned),
    )


def _meddles(planned: PlannedRun) -> bool:
    """Whether a suite is known to end otherwise beside others, though not under another title."""
    return planned.schedule.run_alone not in (None, RunAloneReason.NEAR_LIMIT)


def _ended_by(known: str) -> ErrorKind | None:
    """The limit that ended a suite, by its fingerprint, where it can be seen in a batch."""
    if known == _OMITTED:
        return ErrorKind.OUTPUT
    return next((kind for kind, ended in _ENDED.items() if same_outline(known, ended)), None)


def _as_it_ended(planned: PlannedRun) -> Suite:
    """A suite with the call that decided how it ended: one strategy knew its report, or none of them did."""
    suite, baseline = planned.suite, planned.baseline
    if baseline.fingerprint == _UNREAD or baseline.call is None:
        return suite
    mine = (each for each in suite.candidates if (each.strategy, each.call) == (baseline.strategy, baseline.call))
    return replace(suite, candidates=(next(mine, Candidate(baseline.strategy, baseline.call)),))


def _result_in_batch(outputs: Mapping[Part, Output], planned: PlannedRun, evaluator: SuiteEvaluator) -> RunResult:
    """The result of a suite by the outputs of its calls in a batch."""
    return replace(evaluator, runner=Replay(outputs)).evaluate(_as_it_ended(planned), detail=False)
