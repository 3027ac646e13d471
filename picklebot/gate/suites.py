"""Suites between a baseline's file and a run. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from picklebot.gate.baseline_file import BaselineCall, BaselineCandidate, BaselineCost, BaselinePage, BaselineSuite
from picklebot.gate.compare import tallies
from picklebot.model import (
    LUA_MODEL,
    Baseline,
    Call,
    Candidate,
    Cost,
    Counts,
    Marks,
    Page,
    PlannedRun,
    Reason,
    Report,
    RunReason,
    RunResult,
    Schedule,
    Suite,
)
from picklebot.text.wording import error_words

__all__ = ["entry_of", "needs_console", "planned_of", "suite_of"]


def entry_of(result: RunResult, *, shown: bool = True, draft: bool = False) -> BaselineSuite:
    """A run as a baseline keeps it.

    :param shown: whether the page alone shows its points
    """
    suite = result.suite
    report = result.report or Report("")
    counts = report.counts
    return BaselineSuite(
        tester=suite.tester.title,
        testee=suite.testee.title,
        strategy=result.strategy,
        call=_call_entry(result.call) if result.call is not None else None,
        candidates=[
            BaselineCandidate(
                strategy=each.strategy,
                call=_call_entry(each.call),
                declared=each.declared_in_source,
                origin=each.origin,
            )
            for each in suite.candidates
        ],
        state=result.state,
        passed=counts.passed,
        failed=counts.failed,
        total=counts.total,
        points=tallies(report.points),
        error=error_words(report.error) if report.error is not None else "",
        fingerprint=result.fingerprint,
        shown=shown,
        draft=draft,
        cost=BaselineCost(
            lua_ms=result.cost.lua_ms, memory_bytes=result.cost.memory_bytes, permille=result.cost.permille
        ),
        duration_ms=result.duration_ms,
        pages=list(result.depends_on),
    )


def needs_console(result: RunResult) -> bool:
    """Whether the page alone does not tell how a suite ended."""
    return result.report is not None and result.report.marks is not Marks.CLEAR


def suite_of(entry: BaselineSuite, pages: Mapping[str, BaselinePage]) -> Suite:
    """A suite as it is run now.

    :param pages: as they are now, by title
    """
    candidates = tuple(
        Candidate(each.strategy, _call_of(each.call), declared_in_source=each.declared, origin=each.origin)
        for each in entry.candidates
    )
    return Suite(_page_of(entry.testee, pages), _page_of(entry.tester, pages), candidates, frozenset())


def planned_of(entry: BaselineSuite, pages: Mapping[str, BaselinePage]) -> PlannedRun:
    """A suite as a batch is to confirm it: beside others it is compared with its run beside others.

    :param pages: as they are now, by title
    """
    cost = Cost(entry.cost.lua_ms, entry.cost.memory_bytes, entry.cost.permille)
    call = _call_of(entry.call) if entry.call is not None else None
    baseline = Baseline(
        entry.state,
        entry.strategy,
        call,
        page_counts=Counts() if entry.shown else None,
        fingerprint=entry.batch_fingerprint,
        cost=cost,
    )
    return PlannedRun(suite_of(entry, pages), baseline, Schedule(), Reason(RunReason.SOFTWARE))


def _page_of(title: str, pages: Mapping[str, BaselinePage]) -> Page:
    known = pages.get(title, BaselinePage())
    return Page(title, known.page_id, known.revision, LUA_MODEL if known.page_id else "")


def _call_entry(call: Call) -> BaselineCall:
    return BaselineCall(
        function=call.function,
        arguments=list(call.arguments),
        title=call.title,
        found_on=call.found_on,
        page=call.page,
    )


def _call_of(entry: BaselineCall) -> Call:
    return Call(entry.function, tuple(entry.arguments), entry.title, entry.found_on, entry.page)
