"""One pass over a wiki: discover → invoke → parse → extract → compare → record. Reads top to bottom as that line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from picklebot.discovery import discover
from picklebot.judgement import Judge
from picklebot.model import ModuleStatus, Suite, SuiteResult, SuiteStatus, Transition
from picklebot.recording import Problem, Recorder, record
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
    judge: Judge,
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
    known = store.knowledge()
    ask = judge.runner.functions
    found = discover(wiki, site, judge.strategies, ask, only=only, also=known.suites, drafts=drafts)
    results = list(_run(found.suites, judge, progress))
    knowledge, transitions = compare(known, results, found.lua_pages, everything=not only)
    store.save(knowledge, transitions)
    problems = record(recorders, store)
    return Harvest(
        tuple(sorted(knowledge.suites.values(), key=lambda suite: (suite.testee.title, suite.tester.title))),
        tuple(sorted(knowledge.modules.values(), key=lambda module: module.page.title)),
        tuple(transitions),
        tuple(problems),
    )


def _run(suites: Sequence[Suite], judge: Judge, progress: Progress) -> Iterator[SuiteResult]:
    silent = 0
    for suite in progress(suites, len(suites)):
        if silent >= _SILENCE:
            yield SuiteResult(suite, inconclusive="not tried: the wiki stopped answering")
            continue
        result = judge.judge(suite)
        silent = silent + 1 if result.inconclusive else 0
        if result.state is not None and not result.state.passing:
            result = replace(result, title_dependent=judge.depends_on_title(result))
        yield result
