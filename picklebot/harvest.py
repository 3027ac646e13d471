"""One pass over a wiki: discover → select → invoke → parse → extract → compare → record.

Reads top to bottom as that line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from picklebot.deadline import NEVER, Deadline
from picklebot.discovery import wanted
from picklebot.discovery.sync import synchronise
from picklebot.errors import WikiError
from picklebot.evaluation.batch_confirmation import confirm_in_batches, item_of, may_be_confirmed, needs_title_probe
from picklebot.evaluation.evaluate import SuiteEvaluator, with_evaluator_version
from picklebot.evaluation.runs import BatchMiss, Selected, Verdict, run_alone
from picklebot.failpoints import failpoint
from picklebot.invocation.batches import Limits, pack
from picklebot.invocation.environment import invocations_isolated
from picklebot.model import ModuleStatus, SuiteStatus, Transition
from picklebot.recording import NO_RECORDING, Problem, Recording, Told, record_waiting
from picklebot.scheduling.due import due, next_due
from picklebot.store.lease import lease
from picklebot.store.retention import begin_harvest, end_harvest, prune
from picklebot.store.store import Store
from picklebot.strategy import Strategies
from picklebot.tracking.ledger import Ledger, Taken
from picklebot.wiki import Site, Wiki

__all__ = ["Harvest", "Options", "Plan", "Progress", "harvest", "harvest_under_lease", "plan"]

# How much of the time until a deadline suites may run: what they came to has to be made sure of, and recorded.
_FOR_RUNNING = 0.8

#: Wraps what is being worked through, to show how far it is: (items, how many) → items.
Progress = Callable[[Iterable[Selected], int], Iterable[Selected]]


@dataclass(frozen=True, slots=True)
class Options:
    """How a harvest goes about it.

    :param only: patterns of titles; other suites stay as they were
    :param drafts: also run sandboxes' and users' own tests
    :param full: run all suites
    :param sweep: list all pages, also where recent changes say what changed
    :param recheck_after: after this time a suite runs again in any case
    :param deadline: when it is to be over
    :param concurrency: how many suites may run at the same time
    :param elsewhere: patterns of titles of testers elsewhere that decide beside a module's own
    """

    only: tuple[str, ...] = ()
    drafts: bool = False
    full: bool = False
    sweep: bool = False
    recheck_after: timedelta = timedelta(days=7)
    deadline: Deadline = NEVER
    concurrency: int = 1
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Harvest:
    """All that is known after a pass, and what changed in it.

    :param matched: whether any suite is one of those asked for
    :param waiting: suites that should have run and did not, for lack of time
    :param next_due: when a suite must run next if nothing changes, or all pages be listed, UTC
    """

    suites: tuple[SuiteStatus, ...]
    modules: tuple[ModuleStatus, ...]
    transitions: tuple[Transition, ...]
    problems: tuple[Problem, ...] = ()
    matched: bool = True
    waiting: int = 0
    next_due: datetime | None = None

    @property
    def useless(self) -> bool:
        """Whether there were suites to run and none came to a verdict."""
        tried = [suite for suite in self.suites if suite.ran or suite.inconclusive]
        return bool(tried) and not any(suite.ran for suite in tried)


def harvest(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    store: Store,
    recording: Recording = NO_RECORDING,
    options: Options = Options(),
    progress: Progress = lambda suites, _: suites,
    told: Told = lambda *_: None,
) -> Harvest:
    """Run what may have changed of a wiki's tests, bring the store up to date, and record what changed.

    :param recording: logs the account in where transitions wait in the store's outbox; without recorders they wait on
    :param told: hears how far the recorders are
    :raises WikiError: the wiki could not be read
    :raises StoreError: the store could not be read or written, or another harvest of the wiki runs
    """
    running = replace(options, deadline=options.deadline.share(_FOR_RUNNING))
    with lease(store):
        failpoint("after-lease")
        return harvest_under_lease(
            wiki,
            site,
            evaluator,
            store,
            running,
            progress,
            then=lambda: tuple(record_waiting(recording, store, options.deadline, told)),
        )


def harvest_under_lease(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    store: Store,
    options: Options,
    progress: Progress = lambda suites, _: suites,
    stop: Callable[[], bool] = lambda: False,
    then: Callable[[], tuple[Problem, ...]] = tuple,
) -> Harvest:
    """A harvest up to the outbox, by one who holds the wiki's lease.

    :param stop: whether to begin no further suite
    :param then: what is done with the outbox, as part of this harvest
    """
    site = with_evaluator_version(site, evaluator.strategies)
    row, asked = begin_harvest(store, datetime.now(UTC), site.software_digest), wiki.requests_made
    ledger = Ledger(store, wiki, site, options.elsewhere)
    selected, next_listing = _select(wiki, site, evaluator, store, ledger, options)
    ledger.begin(each.record.status.tester.page_id for each in selected)

    def over() -> bool:
        return stop() or options.deadline.over

    ran = _run(wiki, site, evaluator, selected, ledger, progress, over, options.concurrency)
    ledger.end()
    mine = (each for each in ledger.suites.values() if wanted(options.only, each.suite, site))
    problems = then()
    statuses = [each.status for each in ledger.suites.values()]
    end_harvest(
        store,
        row,
        datetime.now(UTC),
        ran=sum(status.ran for status in statuses),
        inconclusive=sum(bool(status.inconclusive) for status in statuses),
        changed=len(ledger.transitions),
        requests=wiki.requests_made - asked,
    )
    prune(store, datetime.now(UTC))
    return Harvest(
        tuple(sorted(statuses, key=lambda suite: (suite.testee.title, suite.tester.title))),
        tuple(sorted(ledger.modules.values(), key=lambda module: module.page.title)),
        tuple(sorted(ledger.transitions, key=lambda transition: transition.page.title)),
        problems,
        waiting=len(selected) - ran,
        matched=any(wanted(options.only, each.suite, site) for each in ledger.suites.values()),
        next_due=min(
            next_listing, next_due(mine, datetime.now(UTC), recheck_after=options.recheck_after) or next_listing
        ),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a harvest would do.

    :param alone: how many of the selected suites would run alone
    :param batches: how many requests would take the others
    """

    selected: tuple[Selected, ...]
    alone: int
    batches: int


def plan(wiki: Wiki, site: Site, evaluator: SuiteEvaluator, store: Store, options: Options) -> Plan:
    """What a harvest would run now, and why; changes nothing where the store is read-only."""
    site = with_evaluator_version(site, evaluator.strategies)
    selected, _ = _select(wiki, site, evaluator, store, Ledger(store, wiki, site, options.elsewhere), options)
    _, expected = _split(wiki, site, evaluator.strategies, selected)
    batches = sum(1 for _ in pack((item_of(each, evaluator) for each in expected), Limits()))
    return Plan(tuple(selected), len(selected) - len(expected), batches)


def _select(
    wiki: Wiki, site: Site, evaluator: SuiteEvaluator, store: Store, ledger: Ledger, options: Options
) -> tuple[list[Selected], datetime]:
    """The suites that run now, and when all pages are to be listed again."""
    ask = evaluator.runner.offers
    changes = synchronise(
        wiki, site, evaluator.strategies, ask, store.sync_state(), sweep=options.sweep, drafts=options.drafts
    )
    ledger.absorb(changes)
    now = datetime.now(UTC)
    chosen = due(
        ledger.suites.values(), now, site.software_digest, recheck_after=options.recheck_after, full=options.full
    )
    selected = [Selected(record, why) for record, why in chosen if wanted(options.only, record.suite, site)]
    known = store.dependencies(each.record.status.tester.page_id for each in selected)
    selected = [replace(each, depends_on=known.get(each.record.status.tester.page_id, {})) for each in selected]
    return selected, changes.next_listing


def _run(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    selected: Sequence[Selected],
    ledger: Ledger,
    progress: Progress,
    stop: Callable[[], bool],
    concurrency: int,
) -> int:
    """Run what was selected, first what is not expected to stand; returns how many came to an end of any kind.

    What passes for the first time is looked at once more, in a batch, under another title.
    """
    done: set[int] = set()

    def take(verdicts: Sequence[Verdict]) -> list[int]:
        ledger.take([_taken(verdict) for verdict in verdicts])
        ids = [verdict.selected.record.status.tester.page_id for verdict in verdicts]
        done.update(ids)
        return ids

    def alone(some: Sequence[Selected]) -> list[int]:
        shown = progress(some, len(some)) if some else ()
        return [
            id_
            for verdicts in run_alone(wiki, evaluator, shown, stop, concurrency=concurrency)
            for id_ in take(verdicts)
        ]

    unsure, expected = _split(wiki, site, evaluator.strategies, selected)
    ended = alone(unsure)
    looked_at = [look for id_ in ended if (look := needs_title_probe(ledger.suites[id_], evaluator.strategies))]
    if looked_at and not _together(wiki, site):
        looked_at = []
    unconfirmed: list[Selected] = []
    for confirmed, others in confirm_in_batches(wiki, site, evaluator, [*expected, *looked_at], stop):
        take(confirmed)
        unconfirmed += others
    new = set(ended)
    alone(
        [
            each
            for each in unconfirmed
            if each.batch_miss is BatchMiss.DIFFERENT_OUTPUT or each.record.status.tester.page_id not in new
        ]
    )
    return len(done)


def _split(
    wiki: Wiki, site: Site, strategies: Strategies, selected: Sequence[Selected]
) -> tuple[list[Selected], list[Selected]]:
    """Those that run alone, and those whose answers may be confirmed beside others."""
    expected = [each for each in selected if may_be_confirmed(each, strategies)]
    if not (expected and _together(wiki, site)):
        return list(selected), []
    return [each for each in selected if not may_be_confirmed(each, strategies)], expected


def _together(wiki: Wiki, site: Site) -> bool:
    """Whether suites of one request are known to be apart from each other."""
    try:
        return invocations_isolated(wiki, site)
    except WikiError:
        return False


def _taken(verdict: Verdict) -> Taken:
    tester_id = verdict.selected.record.status.tester.page_id
    return Taken(
        tester_id,
        verdict.selected.reason,
        verdict.result,
        verdict.dependencies,
        verdict.flaky,
        verdict.run_alone_reason,
    )
