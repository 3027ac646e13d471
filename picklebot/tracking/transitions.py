"""Compares outcomes of runs with earlier states. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from picklebot.model import (
    Baseline,
    Basis,
    Cause,
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    ModuleStatus,
    Page,
    Reason,
    RunReason,
    RunResult,
    State,
    SuiteRecord,
    SuiteStatus,
    Transition,
    worst,
)

__all__ = ["ModuleChange", "counts_of_suites", "module_changes", "updated"]

_NO_REPORT = Inconclusive(InconclusiveCode.NO_REPORT)


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """The change of a module: its new status (None when it is followed no more), and the transition, if any."""

    page_id: int
    status: ModuleStatus | None
    transition: Transition | None


def updated(
    record: SuiteRecord, result: RunResult, now: datetime, software: str, *, flaky: bool = False
) -> SuiteRecord:
    """A suite's record after a run.

    :param now: UTC
    :param software: digest of the wiki's software
    :param flaky: whether the run disagreed with its own repetition: the state then stays as it was
    """
    if result.report is None or result.state is None:
        return replace(
            record,
            suite=replace(record.suite, testee=result.suite.testee, tester=result.suite.tester),
            schedule=replace(record.schedule, must_run=Reason(RunReason.INCONCLUSIVE)),
            status=replace(record.status, ran=False, inconclusive=result.inconclusive or _NO_REPORT),
        )
    baseline = Baseline.of(result, software, flaky=flaky)
    status = SuiteStatus(
        counts=result.report.counts,
        error=result.report.error,
        failing=tuple(point for point in result.report.points if point.failed),
        ran=True,
        revision=result.suite.testee.revision,
        duration_ms=result.duration_ms,
        other=result.other,
    )
    before = record.baseline
    if flaky and before.state is not None:
        baseline = replace(
            baseline,
            state=before.state,
            strategy=before.strategy,
            call=before.call,
            title_dependent=before.title_dependent,
        )
        status = replace(record.status, ran=True)
    return replace(
        record,
        suite=replace(result.suite, why=(), watched=(), landmarks=(), elsewhere=record.suite.elsewhere),
        baseline=baseline,
        schedule=replace(record.schedule, ran_at=now, must_run=None),
        status=status,
    )


def module_changes(
    suites: Iterable[SuiteRecord],
    before: Mapping[int, ModuleStatus],
    affected: Collection[int],
    pages: Mapping[int, Page],
    causes: Mapping[int, Cause],
    stood_alone: Collection[int],
    removals: Mapping[int, Cause] = MappingProxyType({}),
    waiting: Collection[int] = (),
) -> list[ModuleChange]:
    """The changes of modules whose suites changed.

    :param suites: all suites as they are now
    :param before: modules as they were, by page id
    :param affected: page ids to look at
    :param pages: affected pages that have no suite any more, as they are now, where they exist
    :param causes: by the page id of a tester, the changes since its last state
    :param stood_alone: page ids of testers without a module: without suites they are nothing
    :param removals: by the page id of a module, the deletions and moves of testers that it has no more
    :param waiting: page ids of testers whose last state may be true no more: they must run
    """
    by_subject: dict[int, list[SuiteRecord]] = {page_id: [] for page_id in affected}
    for suite in suites:
        if suite.subject.page_id in by_subject:
            by_subject[suite.subject.page_id].append(suite)
    changes = [
        _change(
            page_id,
            mine,
            before.get(page_id),
            pages.get(page_id),
            _cause(mine, causes) or removals.get(page_id),
            alone=page_id in stood_alone,
            waiting=waiting,
        )
        for page_id, mine in by_subject.items()
    ]
    return sorted(changes, key=lambda change: change.transition.page.title if change.transition else "")


def _change(
    page_id: int,
    suites: list[SuiteRecord],
    before: ModuleStatus | None,
    page: Page | None,
    cause: Cause | None,
    *,
    alone: bool,
    waiting: Collection[int],
) -> ModuleChange:
    if suites:
        page = max((suite.subject for suite in suites), key=lambda subject: subject.revision)
    if page is None:
        return ModuleChange(page_id, None, None)  # the page is gone, and nothing can be recorded on it
    old = before.state if before else None
    new = old if any(suite.tester_id in waiting for suite in suites) else _state(suites, old, alone=alone)
    status = None
    if new is not None:
        status = ModuleStatus(page, new, before.previous if before and new == old else old)
    if new == old:
        return ModuleChange(page_id, status, None)
    cause = cause if old else None
    if suites:
        testers = tuple(record.suite.tester.title for record in suites)
        transition = Transition(page, old, new, *counts_of_suites(suites), testers, cause)
    else:
        transition = Transition(page, old, new, cause=cause, basis=Basis.NO_TEST_PAGE)
    return ModuleChange(page_id, status, transition)


def _cause(suites: Iterable[SuiteRecord], causes: Mapping[int, Cause]) -> Cause | None:
    return next((causes[suite.tester_id] for suite in suites if suite.tester_id in causes), None)


def _state(suites: Collection[SuiteRecord], old: State | None, *, alone: bool) -> State | None:
    if not suites:
        return None if alone or old is None else State.MISSING
    states = [suite.state for suite in suites if suite.state is not None]
    # A suite of which nothing is known yet may be the worst of them: no state until it came to one.
    return worst(*states) if len(states) == len(suites) else old


def counts_of_suites(suites: Collection[SuiteRecord]) -> tuple[Counts, tuple[ErrorKind, ...]]:
    """How the points of a module's suites went, and the kinds of errors that ended any of them."""
    statuses = [record.status for record in suites]
    total = Counts.sum(status.counts for status in statuses)
    return total, tuple(dict.fromkeys(status.error.kind for status in statuses if status.error))
