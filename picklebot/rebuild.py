"""Rebuilds a lost store from the record on the wiki, so that nothing is recorded anew.

Runs no suite: the next harvest runs them all, and records only differences from the wiki's record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from picklebot.discovery.pages import tester_match
from picklebot.discovery.sync import synchronise
from picklebot.errors import UsageError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.model import (
    ModuleSummary,
    Page,
    Reason,
    RunReason,
    State,
    SuiteRecord,
    SuiteStatus,
    SyncState,
    Transition,
)
from picklebot.recording.readback import read_back
from picklebot.recording.readback_data import read_data_pages, with_data
from picklebot.standing import counting, subjects
from picklebot.store.lease import lease
from picklebot.store.restoring import is_empty, restore
from picklebot.store.store import Store, token_of
from picklebot.tracking.ledger import Ledger
from picklebot.wiki import Site, Wiki
from picklebot.wiki.history import PageHistory
from picklebot.wiki.revisions import pages_by_id

__all__ = ["Rebuilt", "rebuild"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The findings on a wiki.

    :param suites: how many there are now
    :param modules: how many have a recorded state
    :param recorded: how many transitions of theirs the wiki tells of
    :param transitions: changes since then, as far as they can be told without running anything; the next harvest
        records it
    """

    suites: int
    modules: int
    recorded: int
    transitions: tuple[Transition, ...]


def rebuild(
    wiki: Wiki,
    site: Site,
    evaluator: SuiteEvaluator,
    store: Store,
    recorders: Collection[str],
    *,
    user: str,
    log_page: str,
    data_page: str,
    categories: Collection[str],
    drafts: bool = False,
    elsewhere: Sequence[str] = (),
    force: bool = False,
) -> Rebuilt:
    """Fill an empty store with the record on the wiki, and with its suites.

    :param recorders: names of the recorders that recorded
    :param user: who recorded; empty for anybody
    :param log_page: as in the settings, and so is ``data_page``
    :param categories: names of the tracking categories
    :param drafts: whether sandboxes and users' own drafts count as testers, as they do in harvests of this wiki
    :param elsewhere: patterns of titles of testers elsewhere that decide beside a module's own, as in harvests
    :param force: whether to forget the store's knowledge of this wiki
    :raises UsageError: the store knows something of the wiki
    :raises WikiError: the wiki could not be read
    :raises StoreError: the store failed, or a harvest of the wiki runs
    """
    with lease(store):
        if not force and not is_empty(store):
            raise UsageError(
                "the store knows this wiki: rebuild is for a store that was lost. Give another one with --store, or"
                " --force to forget what this one knows of this wiki"
            )
        sync = synchronise(wiki, site, evaluator.strategies, evaluator.runner.offers, SyncState(), drafts=drafts)
        recorded_on = subjects([found.suite for found in sync.found], counting(elsewhere, site))
        tagged = read_back(wiki, site, user, log_page, categories, recorded_on.values())
        data = read_data_pages(wiki, site, [user] if user else tagged.users, data_page)
        traces = with_data(tagged, data)
        gone = traces.states.keys() - recorded_on.keys()
        there = pages_by_id(wiki, sorted(gone))
        states = {id_: found for id_, found in traces.states.items() if id_ in recorded_on or id_ in there}
        recorded = [(each.token or token_of(store.key, each.transition, 0), each) for each in traces.transitions]
        restore(store, states, [(token, each.at, each.transition) for token, each in recorded], recorders)
        ledger = Ledger(store, PageHistory(wiki), site, elsewhere)
        ledger.absorb(sync)
        _expect(ledger, states, data)
        stood_alone = {
            id_
            for id_, page in there.items()
            if tester_match(page, site, evaluator.strategies, drafts=True) is not None
        }
        ledger.reconsider(there.keys(), stood_alone)
    return Rebuilt(len(sync.found), len(states), len(traces.transitions), tuple(ledger.transitions))


def _expect(ledger: Ledger, states: dict[int, tuple[Page, State]], data: Mapping[int, ModuleSummary]) -> None:
    """Let each suite be in its module's state, at the revision that was recorded: a difference is then a change.

    :param data: the modules by the data pages; the first suite of each has the points of all until they run
    """
    changed, pages = {}, {}
    told = dict(data)
    for tester_id, record in ledger.suites.items():
        found = states.get(record.subject.page_id)
        if found is not None:
            page, state = found
            changed[tester_id] = replace(
                record,
                baseline=replace(record.baseline, state=state),
                schedule=replace(record.schedule, must_run=Reason(RunReason.STORE_REBUILT)),
                status=_status(record, page, told.pop(page.page_id, None)),
            )
            pages[tester_id] = {record.subject.title: page.revision}
    ledger.expect(changed, pages)


def _status(record: SuiteRecord, page: Page, told: ModuleSummary | None) -> SuiteStatus:
    if told is None:
        return replace(record.status, revision=page.revision)
    error = told.errors[0] if told.errors else None
    return replace(record.status, revision=page.revision, counts=told.counts, failing=told.failing, error=error)
