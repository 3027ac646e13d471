"""One pass over a wiki: discover → plan → invoke → parse → extract → compare → record.

Reads top to bottom as that line. One suite from its call to its outcome is `evaluation/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from picklebot.deadline import Deadline
from picklebot.discovery import wanted
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.evaluate import SuiteEvaluator, with_evaluator_version
from picklebot.evaluation.planned import run_planned
from picklebot.failpoints import failpoint
from picklebot.model import Ending, ModuleStatus, SuiteRecord, Transition
from picklebot.plan import WHAT_IS_DUE, Options, discover, plan_runs
from picklebot.progress import UNWATCHED, Progress
from picklebot.recording import NO_RECORDING, Problem, ProgressCallback, Recording, record_waiting
from picklebot.scheduling.due import next_due
from picklebot.store.lease import lease
from picklebot.store.retention import begin_harvest, end_harvest, prune
from picklebot.store.store import Store
from picklebot.tracking.ledger import Ledger
from picklebot.wiki import Site, Wiki
from picklebot.wiki.history import PageHistory

__all__ = ["Harvest", "Options", "harvest", "harvest_under_lease"]

# How much of the time until a deadline suites may run: their results have to be made sure of, and recorded.
_FOR_RUNNING = 0.8


@dataclass(frozen=True, slots=True)
class Harvest:
    """The knowledge of a wiki after a pass, and the changes of state in it.

    :param matched: whether any suite is one of those asked for
    :param waiting: suites that should have run and did not, for lack of time
    :param ending: whether it did all that it had to do
    :param next_due: when a suite must run next if nothing changes, or all pages be listed, UTC
    """

    suites: tuple[SuiteRecord, ...]
    modules: tuple[ModuleStatus, ...]
    transitions: tuple[Transition, ...]
    problems: tuple[Problem, ...] = ()
    matched: bool = True
    waiting: int = 0
    ending: Ending = Ending.COMPLETE
    next_due: datetime | None = None

    @property
    def ran(self) -> int:
        """How many suites came to a state in this pass."""
        return sum(record.status.ran for record in self.suites)

    @property
    def inconclusive(self) -> int:
        """How many suites came to none although they ran."""
        return sum(bool(record.status.inconclusive) for record in self.suites)

    @property
    def useless(self) -> bool:
        """Whether there were suites to run and none came to a state."""
        return self.inconclusive > 0 and self.ran == 0


def harvest(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    store: Store,
    recording: Recording = NO_RECORDING,
    options: Options = WHAT_IS_DUE,
    progress: Progress = UNWATCHED,
    recording_progress: ProgressCallback = lambda *_: None,
) -> Harvest:
    """Run the tests of a wiki that may have changed, bring the store up to date, and record changes of state.

    :param recording: logs the account in where transitions wait in the store's outbox; without recorders they wait on
    :param recording_progress: hears how far the recorders are
    :raises WikiError: the wiki could not be read
    :raises StoreError: the store could not be read or written, or another harvest of the wiki runs
    """
    running = replace(options, deadline=options.deadline.share(_FOR_RUNNING))
    record_outbox = partial(record_waiting, recording, store, options.deadline, recording_progress)
    with lease(store):
        failpoint("after-lease")
        return harvest_under_lease(wiki, site, evaluator, store, running, progress, record_outbox=record_outbox)


def harvest_under_lease(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    store: Store,
    options: Options,
    progress: Progress = UNWATCHED,
    stop: Callable[[], bool] = lambda: False,
    record_outbox: Callable[[], Iterable[Problem]] = tuple,
) -> Harvest:
    """A harvest by one who holds the wiki's lease.

    :param stop: whether to begin no further suite
    :param record_outbox: records the transitions that wait; by default they wait on
    """
    site = with_evaluator_version(site, evaluator.strategies)
    row, requests_before = begin_harvest(store, datetime.now(UTC), site.software_digest), wiki.requests_made
    ledger = Ledger(store, PageHistory(wiki), site, options.elsewhere)
    with progress.waiting_for("the wiki's list of pages and changes"):
        changes = discover(wiki, site, evaluator, store, options)
        ledger.absorb(changes)
    planned = plan_runs(ledger, store, site, options)
    ledger.begin(each.tester_id for each in planned)
    progress.begin(len(planned))
    context = RunContext(wiki, site, evaluator, options.deadline, stop, options.concurrency, progress)
    finished: set[int] = set()
    for outcomes in run_planned(context, planned):
        ledger.take(outcomes)
        finished.update(outcome.tester_id for outcome in outcomes)
    ledger.end()
    progress.end()
    problems = tuple(record_outbox())
    found = replace(
        _found(ledger, site, options, changes.next_listing), problems=problems, waiting=len(planned) - len(finished)
    )
    found = replace(found, ending=_ending(options.deadline, found.waiting))
    now, requests, changed = datetime.now(UTC), wiki.requests_made - requests_before, len(found.transitions)
    end_harvest(store, row, now, ran=found.ran, inconclusive=found.inconclusive, changed=changed, requests=requests)
    prune(store, now)
    return found


def _ending(deadline: Deadline, waiting: int) -> Ending:
    if deadline.brought_forward:
        return Ending.TERMINATED
    return Ending.DEADLINE if waiting else Ending.COMPLETE


def _found(ledger: Ledger, site: Site, options: Options, next_listing: datetime) -> Harvest:
    """All that is known now, in the order of titles."""
    records = ledger.suites.values()
    asked_for = [each for each in records if wanted(options.only, each.suite, site)]
    next_run = next_due(asked_for, datetime.now(UTC), recheck_after=options.recheck_after)
    return Harvest(
        tuple(sorted(records, key=lambda each: (each.suite.testee.title, each.suite.tester.title))),
        tuple(sorted(ledger.modules.values(), key=lambda module: module.page.title)),
        tuple(sorted(ledger.transitions, key=lambda transition: transition.page.title)),
        matched=bool(asked_for),
        next_due=min(next_listing, next_run or next_listing),
    )
