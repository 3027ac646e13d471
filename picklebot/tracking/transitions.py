"""Compares what runs came to with what was known. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from picklebot.model import (
    Cause,
    Counts,
    ModuleStatus,
    Page,
    Reason,
    RunReason,
    State,
    SuiteRecord,
    SuiteResult,
    SuiteStatus,
    Transition,
    worst,
)

__all__ = ["ModuleChange", "module_changes", "summarise", "updated"]


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """What became of a module: its new status (None when it is followed no more), and the transition, if any."""

    page_id: int
    status: ModuleStatus | None
    transition: Transition | None


def updated(
    record: SuiteRecord, result: SuiteResult, now: datetime, software: str, *, flaky: bool = False
) -> SuiteRecord:
    """A suite's record after a run.

    :param now: UTC
    :param software: digest of the wiki's software
    :param flaky: whether the run disagreed with its own repetition: the state then stays as it was
    """
    suite = result.suite
    if result.report is None or result.state is None:
        status = replace(
            record.status,
            testee=suite.testee,
            tester=suite.tester,
            ran=False,
            inconclusive=result.inconclusive or "no report",
        )
        return replace(record, status=status, reason=Reason(RunReason.INCONCLUSIVE))
    status = SuiteStatus(
        suite.testee,
        suite.tester,
        result.strategy,
        state=result.state,
        counts=result.report.counts,
        error=result.report.error,
        failing=tuple(point for point in result.report.points if point.failed),
        ran=True,
        flaky=flaky,
        revision=suite.testee.revision,
        duration_ms=result.duration_ms,
        title_dependent=result.title_dependent,
        other=result.other,
        elsewhere=record.status.elsewhere,
        stands_alone=record.status.stands_alone,
    )
    if flaky and record.status.state is not None:
        status = replace(record.status, testee=suite.testee, tester=suite.tester, ran=True, flaky=True)
    return replace(
        record,
        status=status,
        candidates=suite.candidates,
        functions=suite.functions,
        ran_at=now,
        software=software,
        reason=None,
        flaky=flaky,
        cost=result.cost,
        page_counts=result.page_counts,
        fingerprint=result.fingerprint,
    )


def module_changes(
    suites: Iterable[SuiteStatus],
    before: Mapping[int, ModuleStatus],
    affected: Collection[int],
    pages: Mapping[int, Page],
    causes: Mapping[int, Cause],
    stood_alone: Collection[int],
    removals: Mapping[int, Cause] = MappingProxyType({}),
    waiting: Collection[int] = (),
) -> list[ModuleChange]:
    """What becomes of the modules whose suites changed.

    :param suites: all suites as they are now
    :param before: modules as they were, by page id
    :param affected: page ids to look at
    :param pages: affected pages that have no suite any more, as they are now, where they exist
    :param causes: by the page id of a tester, what changed since its last state
    :param stood_alone: page ids of testers without a module: without suites they are nothing
    :param removals: by the page id of a module, what became of the testers that it has no more
    :param waiting: page ids of testers whose last state may be true no more: they must run
    """
    by_subject: dict[int, list[SuiteStatus]] = {page_id: [] for page_id in affected}
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
    suites: list[SuiteStatus],
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
    new = old if any(suite.tester.page_id in waiting for suite in suites) else _state(suites, old, alone=alone)
    status = None
    if new is not None:
        status = ModuleStatus(page, new, before.previous if before and new == old else old)
    if new == old:
        return ModuleChange(page_id, status, None)
    testers = tuple(suite.tester.title for suite in suites)
    transition = Transition(page, old, new, summarise(suites), testers, cause if old else None)
    return ModuleChange(page_id, status, transition)


def _cause(suites: Iterable[SuiteStatus], causes: Mapping[int, Cause]) -> Cause | None:
    return next((causes[suite.tester.page_id] for suite in suites if suite.tester.page_id in causes), None)


def _state(suites: Collection[SuiteStatus], old: State | None, *, alone: bool) -> State | None:
    if not suites:
        return None if alone or old is None else State.MISSING
    states = [suite.state for suite in suites if suite.state is not None]
    # A suite of which nothing is known yet may be the worst of them: no state until it came to one.
    return worst(*states) if len(states) == len(suites) else old


def summarise(suites: Collection[SuiteStatus]) -> str:
    """Say in a few words how the points of a module's suites went."""
    if not suites:
        return "no test page"
    names = ("total", "passed", "failed", "skipped", "todo")
    total = Counts(*(sum(getattr(s.counts, name) for s in suites) for name in names))
    words = [f"{total.passed} of {total.total} passed"]
    counted = ((total.failed, "failed"), (total.skipped, "skipped"), (total.todo, "todo"))
    words += [f"{n} {word}" for n, word in counted if n]
    words += dict.fromkeys(f"error: {suite.error.kind}" for suite in suites if suite.error)
    return ", ".join(words)
