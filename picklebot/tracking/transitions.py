"""Compares what a harvest found with what was known. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from picklebot.model import Counts, ModuleStatus, Page, State, SuiteResult, SuiteStatus, Transition, worst

__all__ = ["Knowledge", "compare", "summarise"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a wiki: suites by their tester's page id, modules by page id."""

    suites: Mapping[int, SuiteStatus] = field(default_factory=dict)
    modules: Mapping[int, ModuleStatus] = field(default_factory=dict)


def compare(
    known: Knowledge, results: Sequence[SuiteResult], lua_pages: Mapping[int, Page], *, everything: bool
) -> tuple[Knowledge, list[Transition]]:
    """Bring what is known up to date.

    :param results: of the suites that this harvest looked at
    :param lua_pages: all Lua pages of the wiki, by page id
    :param everything: whether the harvest looked at all suites; else those it did not look at stand as they were
    :returns: the new knowledge, and the transitions in the order of titles
    """
    looked_at = {result.suite.tester.page_id: result for result in results}
    suites = {
        tester_id: _current(suite, lua_pages)
        for tester_id, suite in known.suites.items()
        if tester_id in lua_pages and not everything and tester_id not in looked_at
    }
    for tester_id, result in looked_at.items():
        suites[tester_id] = _updated(known.suites.get(tester_id), result)
    by_subject: dict[int, list[SuiteStatus]] = {}
    for suite in suites.values():
        by_subject.setdefault(suite.subject.page_id, []).append(suite)
    modules: dict[int, ModuleStatus] = {}
    transitions: list[Transition] = []
    stood_alone = {suite.subject.page_id for suite in known.suites.values() if not suite.testee.exists}
    for page_id in by_subject.keys() | known.modules.keys():
        before = known.modules.get(page_id)
        mine = by_subject.get(page_id, [])
        page = mine[0].subject if mine else lua_pages.get(page_id)
        if page is None:
            continue  # the page is gone, and nothing can be recorded on it
        old = before.state if before else None
        new = _state(mine, old, alone=page_id in stood_alone)
        if new is not None:
            same = before is not None and new == before.state
            modules[page_id] = ModuleStatus(page, new, before.previous if before and same else old)
        if new != old:
            testers = tuple(suite.tester.title for suite in mine)
            transitions.append(Transition(page, old, new, summarise(mine), testers))
    return Knowledge(suites, modules), sorted(transitions, key=lambda transition: transition.page.title)


def _state(suites: Collection[SuiteStatus], old: State | None, *, alone: bool) -> State | None:
    if not suites:
        return None if alone or old is None else State.MISSING
    states = [suite.state for suite in suites if suite.state is not None]
    # A suite of which nothing is known yet may be the worst of them: no state until it came to one.
    return worst(*states) if len(states) == len(suites) else old


def _current(suite: SuiteStatus, lua_pages: Mapping[int, Page]) -> SuiteStatus:
    """The same, under the titles of today, as not looked at."""
    return replace(
        suite,
        tester=lua_pages[suite.tester.page_id],
        testee=lua_pages.get(suite.testee.page_id) or Page(suite.testee.title),
        ran=False,
        inconclusive=None,
    )


def _updated(before: SuiteStatus | None, result: SuiteResult) -> SuiteStatus:
    suite = result.suite
    strategy = result.strategy or (suite.candidates[0].strategy if suite.candidates else "")
    if result.report is None or result.state is None:
        kept = before or SuiteStatus(suite.testee, suite.tester, strategy)
        return replace(
            kept, testee=suite.testee, tester=suite.tester, ran=False, inconclusive=result.inconclusive or "no report"
        )
    return SuiteStatus(
        suite.testee,
        suite.tester,
        strategy,
        state=result.state,
        counts=result.report.counts,
        error=result.report.error,
        failing=tuple(point for point in result.report.points if point.failed),
        ran=True,
        revision=suite.testee.revision,
        duration_ms=result.duration_ms,
        title_dependent=result.title_dependent,
    )


def summarise(suites: Collection[SuiteStatus]) -> str:
    """Say in a few words how the points of a module's suites went."""
    if not suites:
        return "no test page"
    total = Counts(
        *(sum(getattr(s.counts, name) for s in suites) for name in ("total", "passed", "failed", "skipped", "todo"))
    )
    words = [f"{total.passed} of {total.total} passed"]
    words += [
        f"{n} {word}" for n, word in ((total.failed, "failed"), (total.skipped, "skipped"), (total.todo, "todo")) if n
    ]
    words += dict.fromkeys(f"error: {suite.error.kind}" for suite in suites if suite.error)
    return ", ".join(words)
