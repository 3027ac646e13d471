"""Runs suites and makes sure of what they say.

Alone is the truth; a batch may only confirm it (docs/architecture.md, "The run contract"). A state that differs from
the last one is run again before it is believed, and a run during which a page changed that it depended on is no run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from picklebot.errors import WikiError
from picklebot.faults import fault
from picklebot.invocation.batches import BatchItem, Limits, pack, run_batch
from picklebot.judgement import Judge
from picklebot.model import SuiteResult
from picklebot.records import SuiteRecord
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import current_pages

__all__ = ["Selected", "Verdict", "confirm_in_batches", "item_of", "may_be_confirmed", "run_alone"]

# Suites run before their dependencies are looked up together, and committed together: two pages each, their own, and
# those that many share fit one question.
_GROUP = 20
# A suite whose pages keep changing under it waits for the next harvest.
_ATTEMPTS = 3
# The wiki's clock shows whole seconds: an edit of the same second may have come before the run, or after it.
_ATTEMPT_PAUSE = 1.1
# After so many suites in a row without an answer the wiki is taken to be down; the rest is not tried.
_SILENCE = 5


@dataclass(frozen=True, slots=True)
class Selected:
    """A suite that is to run, and why."""

    record: SuiteRecord
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a suite came to.

    :param result: of the last run; None where a batch confirmed the state that it had
    :param dependencies: titles and revisions of the pages that the run depended on; None where it was not alone
    :param flaky: whether it disagreed with its own repetition
    :param solo: why it never runs in a batch any more, where that was found out
    """

    selected: Selected
    result: SuiteResult | None
    dependencies: Mapping[str, int] | None = None
    flaky: bool = False
    solo: str | None = None


@dataclass(slots=True)
class _Patience:
    """Counts suites in a row to which the wiki gave no answer."""

    silent: int = 0

    @property
    def over(self) -> bool:
        return self.silent >= _SILENCE

    def saw(self, result: SuiteResult) -> None:
        self.silent = self.silent + 1 if result.inconclusive else 0


def may_be_confirmed(selected: Selected) -> bool:
    """Whether an answer is expected to stand, and can be seen to stand beside others'.

    Not a suite that depended on what changed, nor one that is not passing, flaky, or known to need a page of its own.
    """
    record = selected.record
    state = record.status.state
    return (
        record.reason is None
        and record.ran_at is not None
        and state is not None
        and state.passing
        and record.shown is not None
        and not record.flaky
        and record.solo is None
        and record.status.title_dependent is not True
    )


def confirm_in_batches(
    wiki: Wiki, site: Site, judge: Judge, selected: Iterable[Selected], stop: Callable[[], bool]
) -> Iterator[tuple[list[Verdict], list[Selected]]]:
    """Yield for each request the suites that it confirmed, and those that it did not and that must run alone."""
    limits = Limits()
    by_item = {item_of(each, judge): each for each in selected}
    for batch in pack(by_item, limits):
        if stop():
            return
        try:
            outputs, found = run_batch(wiki, site, batch)
        except WikiError:
            yield [], [by_item[item] for item in batch]  # alone each has its own tries, and its own reason
            continue
        limits = found or limits
        confirmed: list[Selected] = []
        alone: list[Selected] = []
        for item, output in zip(batch, outputs, strict=True):
            each = by_item[item]
            strategy = judge.strategies[each.record.status.strategy]
            report = judge.read(output, strategy) if output else None
            same = report is not None and report.error is None and report.counts == each.record.shown
            (confirmed if same else alone).append(each)
        yield [Verdict(each, None) for each in confirmed], alone


def item_of(selected: Selected, judge: Judge) -> BatchItem:
    """How a suite is put into a batch."""
    record = selected.record
    mine = [c for c in record.candidates if c.strategy == record.status.strategy] or record.candidates
    page = judge.strategies[record.status.strategy].invoke.output == "page"
    return BatchItem(record.status.tester, mine[0].call, page, record.cost)


def run_alone(
    wiki: Wiki,
    judge: Judge,
    selected: Iterable[Selected],
    stop: Callable[[], bool],
    *,
    unconfirmed: frozenset[int],
    concurrency: int = 1,
) -> Iterator[list[Verdict]]:
    """Run suites alone, and yield their verdicts a few at a time.

    :param stop: whether to begin no further suite
    :param unconfirmed: testers (page ids) that ran in a batch which did not confirm them
    :param concurrency: how many may run at the same time
    """
    patience = _Patience()
    iterator = iter(selected)
    while group := list(islice(iterator, max(_GROUP, 2 * concurrency))):
        pending = {each.record.status.tester.page_id: each for each in group}
        verdicts: dict[int, Verdict] = {}
        for attempt in range(_ATTEMPTS):
            if attempt and pending:
                time.sleep(_ATTEMPT_PAUSE)
            runs = _run_some(wiki, judge, list(pending.values()), patience, stop, concurrency)
            moved = _settle(wiki, runs, verdicts)
            pending = {id_: each for id_, each in pending.items() if id_ in moved}
        for each in pending.values():
            reason = "pages that it depends on kept changing while it ran"
            verdicts[each.record.status.tester.page_id] = Verdict(
                each, SuiteResult(each.record.suite, inconclusive=reason)
            )
        yield [_with_solo(verdict, unconfirmed) for verdict in verdicts.values()]


@dataclass(frozen=True, slots=True)
class _Run:
    selected: Selected
    result: SuiteResult
    flaky: bool
    started: datetime


def _run_some(
    wiki: Wiki,
    judge: Judge,
    some: Sequence[Selected],
    patience: _Patience,
    stop: Callable[[], bool],
    concurrency: int,
) -> list[_Run]:
    """Run suites, as many at a time as is allowed, until it is time to stop."""

    def run(selected: Selected) -> _Run | None:
        return None if stop() else _run_once(wiki, judge, selected, patience)

    if concurrency == 1:
        return [done for done in map(run, some) if done is not None]
    with ThreadPoolExecutor(concurrency) as pool:
        return [done for done in pool.map(run, some) if done is not None]


def _run_once(wiki: Wiki, judge: Judge, selected: Selected, patience: _Patience) -> _Run:
    """One run, with its repetition where the state differs from the last one."""
    record = selected.record
    started = wiki.clock
    if patience.over:
        silence = SuiteResult(record.suite, inconclusive="not tried: the wiki stopped answering")
        return _Run(selected, silence, flaky=False, started=started)
    result = judge.judge(record.suite)
    patience.saw(result)
    last = record.status.state
    flaky = False
    if result.state is not None and ((last is not None and result.state != last) or record.flaky):
        again = judge.judge(record.suite)
        if again.inconclusive:
            result = again
        else:
            flaky = again.state != result.state
    if result.state is not None and not result.state.passing and result.state != last:
        result = replace(result, title_dependent=judge.depends_on_title(result))
    elif result.state == last:
        result = replace(result, title_dependent=record.status.title_dependent)
    fault("mid-run")
    return _Run(selected, result, flaky, started)


def _settle(wiki: Wiki, runs: Sequence[_Run], verdicts: dict[int, Verdict]) -> set[int]:
    """Take the runs during which nothing changed; the others' testers come back, to be run again."""
    moved: set[int] = set()
    titles = dict.fromkeys(title for run in runs for title in run.result.depends_on)
    try:
        current = current_pages(wiki, titles)
    except WikiError as error:
        for run in runs:
            lost = SuiteResult(run.selected.record.suite, inconclusive=f"its dependencies could not be read: {error}")
            verdicts[run.selected.record.status.tester.page_id] = Verdict(run.selected, lost)
        return moved
    for run in runs:
        tester_id = run.selected.record.status.tester.page_id
        mine = {title: current[title] for title in run.result.depends_on if title in current}
        if any(each.edited is not None and each.edited >= run.started for each in mine.values()):
            moved.add(tester_id)
            continue
        dependencies = None
        if run.result.state is not None:
            dependencies = {title: each.page.revision for title, each in mine.items()}
        verdicts[tester_id] = Verdict(run.selected, run.result, dependencies, run.flaky)
    return moved


def _with_solo(verdict: Verdict, unconfirmed: frozenset[int]) -> Verdict:
    """A suite that a batch did not confirm, and that is as it was when alone, runs alone from now on."""
    record = verdict.selected.record
    same = verdict.result is not None and verdict.result.state == record.status.state and not verdict.flaky
    if same and record.status.tester.page_id in unconfirmed:
        return replace(verdict, solo="it ended otherwise beside others")
    return verdict
