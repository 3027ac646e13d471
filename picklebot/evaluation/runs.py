"""Runs suites and makes sure of their results.

Alone is the truth (docs/architecture.md, "The run contract"). A state that differs from the last one is run again
before it is believed, and a run during which a page changed that it depended on is no run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice

from picklebot.errors import WikiError
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.stability import NO_TIME, Landmarks, saw_newest, sure_before, untold
from picklebot.evaluation.title_probe import probe_titles
from picklebot.failpoints import failpoint
from picklebot.invocation.batches import NEAR
from picklebot.model import (
    LUA_MODEL,
    BatchMiss,
    ErrorKind,
    Page,
    PlannedRun,
    Report,
    Rule,
    RuleCode,
    RunAloneReason,
    State,
    Suite,
    SuiteError,
    SuiteResult,
)
from picklebot.reports.fingerprint import as_exact_as, same_outline
from picklebot.wiki import Wiki
from picklebot.wiki.changes import RecentEdit, pages_touched, recent_edits
from picklebot.wiki.revisions import Current

__all__ = ["run_alone"]

# Suites run before their dependencies are looked up together, and committed together: two pages each, their own, and
# pages that many share fit one question.
_GROUP = 20
# A suite whose pages keep changing under it, or whose server is behind the others, waits for the next harvest; seconds.
_PAUSES = (0.0, 0.0, 1.0, 2.0)
# Limits of size depend on the neighbours in a batch, too.
_BY_LIMITS = (ErrorKind.TIME, ErrorKind.MEMORY, ErrorKind.OUTPUT)
# After so many suites in a row without an answer the wiki is taken to be down; the rest is not tried.
_SILENCE = 5


@dataclass(slots=True)
class _Patience:
    """Counts suites in a row to which the wiki gave no answer."""

    silent: int = 0

    @property
    def over(self) -> bool:
        return self.silent >= _SILENCE

    def saw(self, result: SuiteResult) -> None:
        self.silent = self.silent + 1 if result.inconclusive else 0


def run_alone(context: RunContext, planned: Iterable[PlannedRun]) -> Iterator[list[RunOutcome]]:
    """Run suites alone, and yield their outcomes a few at a time."""
    patience = _Patience()
    iterator = iter(planned)
    landmarks: Landmarks | None = None
    while group := list(islice(iterator, max(_GROUP, 2 * context.concurrency))):
        landmarks = landmarks or _landmarks(context.wiki)
        landmarks.add(_own_edits(group))
        yield _run_group(context, group, patience, landmarks)


def _run_group(
    context: RunContext, group: Sequence[PlannedRun], patience: _Patience, landmarks: Landmarks
) -> list[RunOutcome]:
    """Run a few suites until their pages stay as they are, or it is time to give up."""
    pending = {each.tester_id: each for each in group}
    outcomes: dict[int, RunOutcome] = {}
    seen: dict[str, int] = {}
    for pause in _PAUSES:
        if pending and pause < context.wiki.deadline.left:
            with context.progress.waiting_for("the wiki, which changes or lags behind"):
                time.sleep(pause if outcomes or seen else 0)
            runs = _run_some(context, list(pending.values()), patience, landmarks.titles)
            pending = _accept_stable_runs(context.wiki, runs, outcomes, seen, landmarks)
    for each in pending.values():
        reason = "pages that it depends on kept changing while it ran, or its server did not have them yet"
        outcomes[each.tester_id] = RunOutcome.of(each, SuiteResult(each.suite, inconclusive=reason))
    return list(outcomes.values())


def _landmarks(wiki: Wiki) -> Landmarks:
    """The newest edits of a wiki; none where it does not say: then each new page is asked about."""
    try:
        return Landmarks(recent_edits(wiki))
    except WikiError:
        return Landmarks()


def _own_edits(group: Iterable[PlannedRun]) -> Iterator[RecentEdit]:
    """The revisions that the suites' own pages are known to have: what an import leaves is in no recent changes."""
    for each in group:
        for page in (each.suite.tester, each.suite.testee):
            if page.exists:
                yield RecentEdit(page.title, page.revision, NO_TIME)


def _asking(planned: PlannedRun, landmarks: tuple[str, ...]) -> Suite:
    """The suite as it is run, telling of pages that it is known to depend on, the doubtful ones first.

    :param landmarks: titles of recent edits, of which it is to tell whether its server has them
    """
    suite = planned.suite
    own = (page.title for page in (suite.tester, suite.testee) if page.exists)
    watched = dict.fromkeys((*own, *planned.doubtful, *planned.baseline.dependencies))
    return replace(suite, watched=tuple(watched), landmarks=landmarks)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run, with its repetition.

    :param torn: whether the repetition saw other revisions of the pages
    """

    planned: PlannedRun
    result: SuiteResult
    flaky: bool
    started: datetime
    torn: bool = False


def _run_some(
    context: RunContext, some: Sequence[PlannedRun], patience: _Patience, landmarks: tuple[str, ...]
) -> list[_Run]:
    """Run suites, as many at a time as is allowed, until it is time to stop."""
    run = partial(_run_in_time, context, patience, landmarks)
    if context.concurrency == 1:
        return [done for done in map(run, some) if done is not None]
    with ThreadPoolExecutor(context.concurrency) as pool:
        return [done for done in pool.map(run, some) if done is not None]


def _run_in_time(
    context: RunContext, patience: _Patience, landmarks: tuple[str, ...], planned: PlannedRun
) -> _Run | None:
    """One run; None where it is time to stop."""
    if context.over:
        return None
    with context.progress.waiting_for(planned.suite.tester.title):
        run = _run_once(context, planned, patience, landmarks)
    context.progress.finished(planned.tester_id, run.result.state)
    return run


def _run_once(context: RunContext, planned: PlannedRun, patience: _Patience, landmarks: tuple[str, ...]) -> _Run:
    """One run, with its repetition where the state differs from the last one."""
    baseline, evaluator = planned.baseline, context.evaluator
    started = context.wiki.clock
    if patience.over:
        silence = SuiteResult(planned.suite, inconclusive="not tried: the wiki stopped answering")
        return _Run(planned, silence, flaky=False, started=started)
    suite = _asking(planned, landmarks)
    result = evaluator.evaluate(suite)
    patience.saw(result)
    flaky = result.state is not None and _contradicts(planned, result)
    torn = False
    if not flaky and result.state is not None and _to_repeat(planned, result):
        again = evaluator.evaluate(suite)
        if again.inconclusive:
            result = again
        elif _saw_others(again, result):
            torn = True
        else:
            flaky = again.state != result.state
    if result.state is not None and _title_may_matter(planned, result):
        result = probe_titles(evaluator, result)
    elif result.state == baseline.state:
        result = replace(
            result,
            title_dependent=None if planned.schedule.must_run else baseline.title_dependent,
            fingerprint=as_exact_as(baseline.fingerprint, result.fingerprint),
        )
    failpoint("mid-run")
    return _Run(planned, result, flaky, started, torn)


def _title_may_matter(planned: PlannedRun, result: SuiteResult) -> bool:
    """Whether to run a suite under other titles as well.

    Where it fails for the first time, where it ended otherwise in a batch, which is under another title, and where its
    title mattered the last time. Of others that pass a batch tells, if there is one that can (`confirming`).
    """
    baseline = planned.baseline
    lone = result.page_counts is None or result.limit_usage >= NEAR
    if result.state != baseline.state:
        return result.state is not None and (lone or not result.state.passing)
    if planned.batch_miss is BatchMiss.DIFFERENT_OUTPUT:
        return same_outline(result.fingerprint, baseline.fingerprint)
    known = baseline.title_dependent
    return known is True or (known is None and lone)


def _contradicts(planned: PlannedRun, result: SuiteResult) -> bool:
    """Whether a suite that came to a state in this very harvest came to another one: it tosses a coin."""
    return planned.ran_before and result.state != planned.baseline.state


def _to_repeat(planned: PlannedRun, result: SuiteResult) -> bool:
    """Whether a state must be seen once more to be believed."""
    last = planned.baseline.state
    if planned.baseline.flaky:
        return True
    # A suite whose batch ran out of time, and that alone does so too, has been seen twice.
    error = result.report.error if result.report else None
    if planned.batch_miss is BatchMiss.TIMED_OUT and error is not None and error.kind is ErrorKind.TIME:
        return False
    return last is not None and result.state != last


def _saw_others(one: SuiteResult, other: SuiteResult) -> bool:
    """Whether two runs saw different revisions of a page: their servers were not alike, or the page changed."""
    return any(one.seen[title] != other.seen[title] for title in one.seen.keys() & other.seen.keys())


def _accept_stable_runs(
    wiki: Wiki, runs: Sequence[_Run], outcomes: dict[int, RunOutcome], seen: dict[str, int], landmarks: Landmarks
) -> dict[int, PlannedRun]:
    """Take the runs that saw the pages as they are now; the others come back, to be run again, by their tester.

    A suite whose tester or module is another page by now, or none, has no outcome: it is made anew by the next harvest.

    :param seen: revisions by title as they were before these runs; they are brought up to date
    :param landmarks: brought up to date, too
    """
    again: dict[int, PlannedRun] = {}
    titles = dict.fromkeys(
        title for run in runs for title in (*(page.title for page in _own_pages(run)), *run.result.depends_on)
    )
    try:
        touched = pages_touched(wiki, titles, sure_before(min((run.started for run in runs), default=wiki.clock)))
    except WikiError as error:
        for run in runs:
            lost = SuiteResult(run.planned.suite, inconclusive=f"its dependencies could not be read: {error}")
            outcomes[run.planned.tester_id] = RunOutcome.of(run.planned, lost)
        return again
    current = touched.current
    landmarks.add(touched.edits)
    for run in runs:
        tester_id = run.planned.tester_id
        mine = {title: current[title].page for title in run.result.depends_on if title in current}
        planned = run.planned
        doubtful, must_ask = untold(run.result, mine, planned.baseline.dependencies, planned.doubtful)
        changed = {title for title, at in touched.at.items() if at >= sure_before(run.started)}
        if run.torn or must_ask or not saw_newest(run.result, mine, changed, seen):
            again[tester_id] = replace(planned, doubtful=(*doubtful, *planned.doubtful))
            continue
        if any(_is_another(current[page.title].page, page) for page in _own_pages(run) if page.title in current):
            lost = SuiteResult(
                run.result.suite, inconclusive="its test page or its module was moved or deleted meanwhile"
            )
            outcomes[tester_id] = RunOutcome.of(run.planned, lost)
            continue
        dependencies = None
        if run.result.state is not None:
            dependencies = {title: page.revision for title, page in mine.items()}
        result = replace(run.result, suite=_as_tested(run.result.suite, mine))
        if result.state is not None:
            result = _with_model(result, current)
        run_alone = _run_alone_reason(run.planned, result, flaky=run.flaky)
        outcomes[tester_id] = RunOutcome(
            run.planned.suite, run.planned.reason, result, dependencies, flaky=run.flaky, run_alone=run_alone
        )
    seen.update({title: each.page.revision for title, each in current.items()})
    return again


def _own_pages(run: _Run) -> tuple[Page, Page]:
    """The pages that a suite was made of."""
    return run.result.suite.tester, run.result.suite.testee


def _with_model(result: SuiteResult, current: Mapping[str, Current]) -> SuiteResult:
    """A result as it stands where the module itself is no Lua any more: then nothing that it says is tested."""
    testee = result.suite.testee
    now = current[testee.title].page if testee.title in current else testee
    if not testee.exists or now.content_model in ("", LUA_MODEL):
        return result
    message = f"the content model of {testee.title} is {now.content_model}: it holds no Lua"
    report = Report("", error=SuiteError(ErrorKind.SCRIPT, message))
    rule = Rule(RuleCode.ERROR, error=ErrorKind.SCRIPT, detail=message)
    return replace(result, report=report, state=State.FAIL, rule=rule, page_counts=None)


def _is_another(now: Page, made_of: Page) -> bool:
    """Whether a page is not the one that it was, or only leads to another by now: a redirect has no content model."""
    if made_of.exists:
        return now.page_id != made_of.page_id or not now.content_model
    return now.content_model == LUA_MODEL


def _as_tested(suite: Suite, pages: Mapping[str, Page]) -> Suite:
    """A suite with the revisions that its run saw: its pages may have changed since they were listed."""

    def newest(page: Page) -> Page:
        now = pages.get(page.title)
        return replace(page, revision=now.revision) if now and now.page_id == page.page_id and page.exists else page

    return replace(suite, testee=newest(suite.testee), tester=newest(suite.tester))


def _run_alone_reason(planned: PlannedRun, result: SuiteResult, *, flaky: bool) -> RunAloneReason | None:
    """Why a suite that has run alone does not run beside others from now on, until its pages change."""
    baseline, before = planned.baseline, planned.schedule.run_alone
    if result.state is None or flaky:
        return before
    error = result.report.error if result.report else None
    if result.limit_usage >= NEAR or (error is not None and error.kind in _BY_LIMITS):
        return RunAloneReason.NEAR_LIMIT
    as_it_was = result.state == baseline.state and result.fingerprint == baseline.fingerprint
    if planned.batch_miss is BatchMiss.DIFFERENT_OUTPUT and as_it_was and not result.title_dependent:
        return RunAloneReason.DIFFERENT_OUTPUT
    # Near a limit it would have been found again; other reasons to run alone hold until its pages change.
    kept = before is not RunAloneReason.NEAR_LIMIT and planned.schedule.must_run is None
    return before if kept else None
