"""One pass over a wiki: discover → invoke → parse → extract → compare → record. Reads top to bottom as that line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from picklebot.discovery import discover
from picklebot.invocation import Output, Runner
from picklebot.model import ModuleStatus, Report, Suite, SuiteResult, SuiteStatus, Transition
from picklebot.recording import Problem, Recorder, record
from picklebot.reports import parse
from picklebot.status import state_of
from picklebot.strategy import Strategies
from picklebot.tracking import Store, compare
from picklebot.wiki import Site, Wiki

__all__ = ["Harvest", "Progress", "harvest"]

#: Wraps what is being worked through, to show how far it is: (items, how many) → items.
Progress = Callable[[Iterable[Suite], int], Iterable[Suite]]

# After so many suites in a row without an answer the wiki is taken to be down; the rest is not tried.
_SILENCE = 5


@dataclass(frozen=True, slots=True)
class Harvest:
    """All that is known after a pass, and what changed in it."""

    suites: tuple[SuiteStatus, ...]
    modules: tuple[ModuleStatus, ...]
    transitions: tuple[Transition, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def useless(self) -> bool:
        """Whether there were suites to run and none came to a verdict."""
        tried = [suite for suite in self.suites if suite.ran or suite.inconclusive]
        return bool(tried) and not any(suite.ran for suite in tried)


def harvest(
    wiki: Wiki,
    site: Site,
    strategies: Strategies,
    store: Store,
    recorders: Sequence[Recorder] = (),
    *,
    only: tuple[str, ...] = (),
    drafts: bool = False,
    progress: Progress = lambda suites, _: suites,
) -> Harvest:
    """Run a wiki's tests, bring the store up to date, and record what changed.

    :param recorders: none leave the wiki alone; transitions then wait in the store's outbox
    :param only: patterns of titles; other suites stay as they were
    :param drafts: also run sandboxes' and users' own tests
    :raises WikiError: the wiki could not be read
    :raises StoreError: the store could not be read or written
    """
    runner = Runner(wiki, site)
    found = discover(wiki, site, strategies, runner.functions, only=only, drafts=drafts)
    results = list(_run(found.suites, runner, strategies, progress))
    knowledge, transitions = compare(store.knowledge(), results, found.lua_pages, everything=not only)
    store.save(knowledge, transitions)
    problems = record(recorders, store)
    return Harvest(
        tuple(sorted(knowledge.suites.values(), key=lambda suite: (suite.testee.title, suite.tester.title))),
        tuple(sorted(knowledge.modules.values(), key=lambda module: module.page.title)),
        tuple(transitions),
        tuple(problems),
    )


def _run(suites: Sequence[Suite], runner: Runner, strategies: Strategies, progress: Progress) -> Iterator[SuiteResult]:
    silent = 0
    for suite in progress(suites, len(suites)):
        if silent >= _SILENCE:
            yield SuiteResult(suite, inconclusive="not tried: the wiki stopped answering")
            continue
        result = run_suite(suite, runner, strategies)
        silent = silent + 1 if result.inconclusive else 0
        yield result


def run_suite(suite: Suite, runner: Runner, strategies: Strategies) -> SuiteResult:
    """Invoke one suite, parse what it printed, and extract its state."""
    strategy = strategies[suite.strategy]
    if suite.call is None:
        return _result(suite, _nothing_to_run(suite))
    output = runner.run(suite.tester, suite.call, strategy)
    if output.inconclusive:
        return SuiteResult(suite, inconclusive=output.inconclusive, duration_ms=output.duration_ms)
    report = read(output, strategy.report.formats)
    return replace(_result(suite, report), duration_ms=output.duration_ms, cost=output.cost)


def read(output: Output, formats: Iterable[str]) -> Report:
    """The report in an output, in the first format that makes sense of it."""
    if output.error is not None:
        return Report("", error=output.error, notes=output.notes)
    reports = (parse(name, output.text) for name in formats)
    report = next((report for report in reports if report.recognised), Report(""))
    return replace(report, notes=(*output.notes, *report.notes))


def _nothing_to_run(suite: Suite) -> Report:
    if suite.functions:
        return Report("", notes=(f"no strategy knows how to run it; it offers {', '.join(sorted(suite.functions))}",))
    return Report(suite.strategy, notes=("the tester offers no function to run",))


def _result(suite: Suite, report: Report) -> SuiteResult:
    state, _rule = state_of(report)
    return SuiteResult(suite, report, state)
