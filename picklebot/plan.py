"""The plan of a harvest: the suites that run now, why, and in how many requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from picklebot.deadline import NEVER, Deadline
from picklebot.defaults import CONCURRENCY, RECHECK_AFTER
from picklebot.discovery import wanted
from picklebot.discovery.sync import synchronise
from picklebot.evaluation.batch_confirmation import item_of
from picklebot.evaluation.evaluate import SuiteEvaluator, with_evaluator_version
from picklebot.evaluation.planned import may_batch, order_runs
from picklebot.invocation.output import Limits
from picklebot.invocation.packing import pack
from picklebot.model import PlannedRun, SyncResult
from picklebot.scheduling.due import plan_due
from picklebot.store.store import Store
from picklebot.tracking.ledger import Ledger
from picklebot.wiki import Site, Wiki
from picklebot.wiki.changes import LatestChanges
from picklebot.wiki.history import PageHistory

__all__ = ["WHAT_IS_DUE", "HarvestPlan", "Options", "discover", "plan", "plan_runs"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a harvest goes about it.

    :param only: patterns of titles; other suites stay as they were
    :param drafts: also run sandboxes' and users' own tests
    :param full: run all suites
    :param sweep: list all pages, also where recent changes tell which changed
    :param recheck_after: after this time a suite runs again in any case
    :param deadline: when it is to be over
    :param concurrency: how many suites may run at the same time
    :param elsewhere: patterns of titles of testers elsewhere that decide beside a module's own
    :param latest: the wiki's latest changes, read just now; None: it is asked for them
    """

    only: tuple[str, ...] = ()
    drafts: bool = False
    full: bool = False
    sweep: bool = False
    recheck_after: timedelta = RECHECK_AFTER
    deadline: Deadline = NEVER
    concurrency: int = CONCURRENCY
    elsewhere: tuple[str, ...] = ()
    latest: LatestChanges | None = None


#: A harvest that runs the suites that are due.
WHAT_IS_DUE = Options()


@dataclass(frozen=True, slots=True)
class HarvestPlan:
    """The plan of a harvest.

    :param alone: how many of the planned suites would run alone
    :param batches: how many requests would take the others
    """

    planned: Sequence[PlannedRun]
    alone: int
    batches: int


def plan(wiki: Wiki, site: Site, evaluator: SuiteEvaluator, store: Store, options: Options) -> HarvestPlan:
    """The plan of a harvest now; changes nothing where the store is read-only.

    :raises WikiError: the wiki could not be read
    :raises StoreError: the store could not be read
    """
    site = with_evaluator_version(site, evaluator.strategies)
    ledger = Ledger(store, PageHistory(wiki), site, options.elsewhere)
    ledger.absorb(discover(wiki, site, evaluator, store, options))
    planned = plan_runs(ledger, store, site, options)
    batches = bool(planned) and may_batch(wiki, site)
    order = order_runs(planned, evaluator.strategies, batches=batches)
    requests = pack([item_of(each, evaluator) for each in order.in_batches], Limits())
    return HarvestPlan(planned, len(order.alone), len(list(requests)))


def discover(wiki: Wiki, site: Site, evaluator: SuiteEvaluator, store: Store, options: Options) -> SyncResult:
    """Ask the wiki which suites are new, gone or made anew, and which pages that suites depend on changed.

    :raises WikiError: the wiki could not be read
    """
    return synchronise(
        wiki,
        site,
        evaluator.strategies,
        evaluator.runner.offers,
        store.sync_state(),
        sweep=options.sweep,
        drafts=options.drafts,
        latest=options.latest,
    )


def plan_runs(ledger: Ledger, store: Store, site: Site, options: Options) -> list[PlannedRun]:
    """The suites that are due and asked for, in the order of titles, with all that their runs are compared with."""
    due = plan_due(
        ledger.suites.values(),
        datetime.now(UTC),
        site.software_digest,
        recheck_after=options.recheck_after,
        full=options.full,
    )
    asked_for = [each for each in due if wanted(options.only, each.suite, site)]
    dependencies = store.dependencies(each.tester_id for each in asked_for)
    return [each.depending_on(dependencies.get(each.tester_id, {})) for each in asked_for]
