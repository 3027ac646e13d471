"""Confirms in batches that suites stand, whatever their state: what none confirms must run alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from picklebot.errors import WikiError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.runs import BatchMiss, Selected, Verdict
from picklebot.invocation import Output
from picklebot.invocation.batches import BatchItem, Limits, Part, Replay, page_for, run_batch, take_batch
from picklebot.model import Call, Candidate, Page, Reason, Report, RunReason, Suite, SuiteRecord
from picklebot.reports.fingerprint import fingerprint, says_the_same
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki

__all__ = ["confirm_in_batches", "item_of", "may_be_confirmed", "needs_title_probe"]

# Up to so much Lua time a suite that passes is run once more, in a batch, to see whether its title matters.
_LIGHT_MS = 100
# Of a suite whose output no strategy made sense of.
_UNREAD = fingerprint(Report(""))


def may_be_confirmed(selected: Selected, strategies: Strategies) -> bool:
    """Whether an answer is expected to stand, and can be seen to stand.

    Not a suite that depended on what changed, nor one that is flaky, nor one whose strategy is no longer given.
    """
    record = selected.record
    return (
        record.reason is None
        and record.status.strategy in strategies
        and bool(record.candidates)
        and record.ran_at is not None
        and record.status.state is not None
        and record.fingerprint != ""
        and not record.flaky
    )


def needs_title_probe(record: SuiteRecord, strategies: Strategies) -> Selected | None:
    """A suite that has just passed, for a batch: whether it passes under another title too.

    One that takes long has to wait until a batch is made for another reason.
    """
    state, untold = record.status.state, record.status.title_dependent is None
    if state is None or not (
        state.passing and untold and record.run_alone_reason is None and record.cost.lua_ms <= _LIGHT_MS
    ):
        return None
    selected = Selected(record, Reason(RunReason.TITLE_PROBE))
    return selected if may_be_confirmed(selected, strategies) else None


def confirm_in_batches(
    wiki: Wiki, site: Site, evaluator: SuiteEvaluator, selected: Iterable[Selected], stop: Callable[[], bool]
) -> Iterator[tuple[list[Verdict], list[Selected]]]:
    """Yield for each request the suites that it confirmed, and those that it did not and that must run alone."""
    limits = Limits()
    lone: list[Selected] = []
    together: list[Selected] = []
    for each in selected:
        (together if each.record.run_alone_reason is None else lone).append(each)
    by_item = {item_of(each, evaluator): each for each in together}
    todo = list(by_item)
    while todo and not stop():
        batch, todo = take_batch(todo, limits)
        try:
            run = run_batch(wiki, site, batch, page_for(batch) or evaluator.runner.elsewhere)
        except WikiError:
            # Alone each has its own tries, and its own reason.
            yield [], [replace(by_item[item], batch_miss=BatchMiss.UNREADABLE) for item in batch]
            continue
        limits = run.limits or limits
        if run.broken is not None:
            todo += batch[run.broken + 1 :]
            batch = batch[: run.broken + 1]
        confirmed: list[Verdict] = []
        alone: list[Selected] = []
        for n, (item, outputs) in enumerate(zip(batch, run.outputs, strict=False)):
            each = by_item[item]
            if outputs is not None and _confirms(outputs, each, evaluator):
                confirmed.append(Verdict(each, None))
            elif outputs is not None or n == run.broken:
                alone.append(replace(each, batch_miss=BatchMiss.DIFFERENT_OUTPUT))
            else:
                alone.append(replace(each, batch_miss=BatchMiss.TIMED_OUT if run.timed_out else BatchMiss.UNREADABLE))
        yield confirmed, alone
    for each in lone:
        if stop():
            return
        result = evaluator.evaluate(_as_it_ended(each.record), detail=False)
        stands = says_the_same(result.fingerprint, each.record.fingerprint)
        yield ([Verdict(each, None)], []) if stands else ([], [each])


def item_of(selected: Selected, evaluator: SuiteEvaluator) -> BatchItem:
    """How a suite is put into a batch: with the calls whose outputs make it what it is."""
    record = selected.record
    suite = _as_it_ended(record)
    parts: dict[tuple[Call, bool], Part] = {}
    for candidate in suite.candidates:
        if candidate.strategy in evaluator.strategies:
            strategy = evaluator.strategies[candidate.strategy]
            key = candidate.call, strategy.invoke.output == "page"
            parts.setdefault(key, Part(suite.tester, *key, logs=strategy.console.decides == "when-empty"))
    title = next(part.call.title or suite.tester.title for part in parts.values())
    dependent = record.status.title_dependent
    return BatchItem(
        tuple(parts.values()),
        record.cost,
        next((page for page in (suite.tester, suite.testee) if page.title == title), Page(title)),
        title_dependent=dependent is True,
        title_free=dependent is False,
        silent=record.page_counts is None or record.fingerprint == _UNREAD,
    )


def _as_it_ended(record: SuiteRecord) -> Suite:
    """A suite with what decided how it ended: one strategy knew its report, or none of them did."""
    suite, strategy = record.suite, record.status.strategy
    if record.fingerprint != _UNREAD:
        mine = [candidate for candidate in suite.candidates if candidate.strategy == strategy]
        return replace(suite, candidates=tuple(mine[:1]) or (Candidate(strategy, suite.candidates[0].call),))
    return suite


def _confirms(outputs: Mapping[Part, Output], selected: Selected, evaluator: SuiteEvaluator) -> bool:
    """Whether calls printed what they printed when the suite last ran alone, point by point."""
    record = selected.record
    result = replace(evaluator, runner=Replay(outputs)).evaluate(_as_it_ended(record), detail=False)
    return says_the_same(result.fingerprint, record.fingerprint)
