"""The ledger: knowledge of a wiki during a harvest, kept in step with the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from picklebot.evaluation.outcome import RunOutcome
from picklebot.failpoints import failpoint
from picklebot.model import (
    LUA_MODEL,
    Basis,
    Cause,
    Dependencies,
    DiscoveredSuite,
    ModuleStatus,
    Reason,
    RunReason,
    State,
    StoreUpdate,
    SuiteRecord,
    SyncResult,
    Transition,
)
from picklebot.standing import counting, with_standing
from picklebot.tracking.causes import find_cause
from picklebot.tracking.protocols import PageLookup, Software, StateStore
from picklebot.tracking.transitions import module_changes, updated

__all__ = ["Ledger"]


# States in which nothing failed, not even a point that may.
_WELL = frozenset({State.GOOD, State.SKIP_GOOD, State.TODO_GOOD})


class Ledger:
    """Suites and modules as known, and the transitions that this harvest found; each step is committed at once.

    A module's state is taken when all of its suites that must run came to one: with some of them still to come it
    would be one that the module never had. Until then the module keeps its state.
    """

    def __init__(self, store: StateStore, pages: PageLookup, site: Software, elsewhere: Sequence[str] = ()) -> None:
        """Begin with the contents of the store.

        :param elsewhere: patterns of titles of testers elsewhere that decide beside a module's own
        """
        known = store.knowledge()
        self.suites: dict[int, SuiteRecord] = dict(known.suites)
        self.modules: dict[int, ModuleStatus] = dict(known.modules)
        self.transitions: list[Transition] = []
        self._due: set[int] = set()
        self._open: set[int] = set()
        self._causes: dict[int, Cause] = {}
        self._removals: dict[int, Cause] = {}
        self._store = store
        self._pages = pages
        self._site = site
        self._elsewhere = counting(elsewhere, site)
        store.remember_software(site.software_digest, site.software)

    def absorb(self, sync: SyncResult) -> None:
        """Take in which suites are new, gone or must run: from here on a kill forgets none of it."""
        changed: dict[int, SuiteRecord] = {}
        affected = set(sync.left)
        stood_alone = {id_ for id_, record in self.suites.items() if record.subject == record.suite.tester}
        for found in sync.found:
            suite = found.suite
            old = self.suites.get(suite.tester.page_id)
            reason = _why(old, found, sync)
            if old:
                affected.add(old.subject.page_id)
            record = old or SuiteRecord(suite)
            changed[suite.tester.page_id] = replace(
                record,
                suite=replace(suite, why=()),
                schedule=replace(record.schedule, must_run=reason),
                status=replace(record.status, ran=False),
            )
        for tester_id, titles in sync.loaded.items():
            if tester_id in self.suites and tester_id not in changed and tester_id not in sync.gone:
                changed[tester_id] = _due_again(self.suites[tester_id], _changed(titles))
        for tester_id, record in self.suites.items() if sync.models else ():
            # A run that asked for a module while it was no Lua did so in vain, and left no trace of that.
            if tester_id not in changed and tester_id not in sync.gone and record.state not in _WELL:
                changed[tester_id] = _due_again(record, _changed(sorted(sync.models)))
        if sync.restored:
            # Pages may have their old revisions' ids, and other texts.
            known = {**self.suites, **changed}
            changed |= {
                id_: _due_again(known[id_], Reason(RunReason.WIKI_RESTORED)) for id_ in known if id_ not in sync.gone
            }
        gone = [self.suites[id_] for id_ in sync.gone if id_ in self.suites]
        affected |= {record.subject.page_id for record in gone}
        self.suites.update(changed)
        for tester_id in sync.gone:
            self.suites.pop(tester_id, None)
        # Subjects of before: a tester elsewhere decides again, or no more.
        others = with_standing(self.suites, self._elsewhere)
        affected |= {self.suites[id_].subject.page_id for id_ in others}
        changed |= others
        self.suites.update(others)
        self._removals |= self._removed(gone)
        made_from = {found.suite.tester.page_id: found.made_from for found in sync.found}
        bare = affected - {record.subject.page_id for record in self.suites.values()}
        step = StoreUpdate(
            changed,
            gone=sync.gone,
            made_from=made_from,
            cursor=sync.cursor,
            swept=sync.swept,
            strategies=sync.strategies,
        )
        step = self._with_modules(step, bare, stood_alone)
        failpoint("after-sync")
        self._store.advance(step, datetime.now(UTC), "in-sync-commit")
        failpoint("after-sync-commit")

    def begin(self, due: Iterable[int]) -> None:
        """Take the states of modules that lost or won suites, and wait for none of the suites that are due.

        :param due: testers whose suites run in this harvest
        """
        self._due |= set(due)
        step = self._with_modules(StoreUpdate({}), {record.subject.page_id for record in self.suites.values()})
        if step.modules:
            self._store.advance(step, datetime.now(UTC))

    def take(self, outcomes: Sequence[RunOutcome]) -> None:
        """Take in the outcomes of suites, and the transitions that follow."""
        now = datetime.now(UTC)
        self._causes |= self._found([outcome for outcome in outcomes if self._differs(outcome)])
        changed = {outcome.tester_id: self._record(outcome, now) for outcome in outcomes}
        self.suites.update(changed)
        self._due -= changed.keys()
        step = StoreUpdate(
            changed,
            depends_on={o.tester_id: o.dependencies for o in outcomes if o.dependencies is not None},
            settled=[o.tester_id for o in outcomes if o.conclusive and not o.flaky],
            unsettled=[o.tester_id for o in outcomes if o.flaky],
            runs=[(o.result, o.reason) for o in outcomes if o.result is not None],
        )
        step = self._with_modules(step, {record.subject.page_id for record in changed.values()})
        failpoint("before-results-commit")
        self._store.advance(step, now, "in-results-commit")
        failpoint("after-results-commit")

    def end(self) -> None:
        """Take the states that are known although suites still wait: nothing is worse than one that fails."""
        failed = {
            record.subject.page_id
            for tester_id, record in self.suites.items()
            if record.state is State.FAIL and not self._waits(tester_id)
        }
        certain = self._open & failed
        step = self._with_modules(StoreUpdate({}), certain, certain=True)
        if step.modules:
            self._store.advance(step, datetime.now(UTC))

    def expect(self, suites: Mapping[int, SuiteRecord], depends_on: Mapping[int, Dependencies]) -> None:
        """Take in how suites are expected to end, with the pages that this is known of."""
        self.suites.update(suites)
        self._store.advance(StoreUpdate(suites, depends_on=depends_on), datetime.now(UTC))

    def reconsider(self, page_ids: Iterable[int], stood_alone: set[int]) -> None:
        """Find the transitions of pages whose suites went while nobody looked.

        :param stood_alone: those of them that are testers: without suites they are nothing
        """
        self._store.advance(self._with_modules(StoreUpdate({}), page_ids, stood_alone), datetime.now(UTC))

    def _record(self, outcome: RunOutcome, now: datetime) -> SuiteRecord:
        record = self.suites[outcome.tester_id]
        software = self._site.software_digest
        if outcome.result is None:
            return replace(
                record,
                baseline=replace(record.baseline, title_dependent=outcome.title_dependent, software=software),
                schedule=replace(record.schedule, ran_at=now, must_run=None),
                status=replace(record.status, ran=True, inconclusive=None),
            )
        record = updated(record, outcome.result, now, software, flaky=outcome.flaky)
        return replace(record, schedule=replace(record.schedule, run_alone=outcome.run_alone))

    def _differs(self, outcome: RunOutcome) -> bool:
        old = self.suites[outcome.tester_id].state
        new = outcome.result.state if outcome.result else None
        known = old is not None or self.suites[outcome.tester_id].subject.page_id in self.modules
        return known and new is not None and new != old and not outcome.flaky

    def _found(self, outcomes: Sequence[RunOutcome]) -> Mapping[int, Cause]:
        before = self._store.dependencies(outcome.tester_id for outcome in outcomes) if outcomes else {}
        causes = {}
        for outcome in outcomes:
            record = self.suites[outcome.tester_id]
            causes[outcome.tester_id] = find_cause(
                self._pages,
                record.suite.testee.title,
                record.suite.tester.title,
                before.get(outcome.tester_id) or {record.suite.tester.title: 0},
                outcome.dependencies or {},
                (self._store.versions(record.baseline.software), self._site.software),
            )
        return causes

    def _removed(self, gone: Collection[SuiteRecord]) -> dict[int, Cause]:
        """The ends of testers that are none any more, by the page id of the module that they tested."""
        now = self._pages.current([record.suite.tester.title for record in gone]) if gone else {}
        return {
            record.subject.page_id: find_cause(
                self._pages,
                record.suite.testee.title,
                tester.title,
                {tester.title: tester.revision},
                {tester.title: now[tester.title].revision if tester.title in now else 0},
                (self._store.versions(record.baseline.software), self._site.software),
            )
            for record in gone
            for tester in (record.suite.tester,)
        }

    def _waits(self, tester_id: int) -> bool:
        """Whether a suite must still run: its last state may be true no more."""
        return tester_id in self._due or self.suites[tester_id].schedule.must_run is not None

    def _with_modules(
        self, step: StoreUpdate, page_ids: Iterable[int], stood_alone: Collection[int] = (), *, certain: bool = False
    ) -> StoreUpdate:
        """A step with the states that modules have by their suites as they are now.

        :param page_ids: of modules whose suites changed
        :param stood_alone: testers that had no module: without suites they are nothing
        :param certain: whether no suite that waits could make another state of theirs
        """
        ids = set(page_ids)
        suites: dict[int, list[int]] = {id_: [] for id_ in ids}
        for tester_id, record in self.suites.items():
            if record.subject.page_id in ids:
                suites[record.subject.page_id].append(tester_id)
        waiting = {id_ for mine in suites.values() for id_ in mine if not certain and self._waits(id_)}
        self._open = (self._open - ids) | {id_ for id_, mine in suites.items() if not waiting.isdisjoint(mine)}
        bare = sorted(id_ for id_, mine in suites.items() if not mine)
        pages = self._pages.by_id(bare) if bare else {}
        nothing = {id_ for id_, page in pages.items() if page.content_model != LUA_MODEL or id_ in self.suites}
        records = [self.suites[id_] for mine in suites.values() for id_ in mine]
        changes = module_changes(
            records, self.modules, ids, pages, self._causes, nothing.union(stood_alone), self._removals, waiting
        )
        modules: dict[int, ModuleStatus | None] = {}
        moved, lost = [], []
        for change in changes:
            before = self.modules.get(change.page_id)
            if change.status == before:
                continue
            modules[change.page_id] = change.status
            if change.status is None:
                del self.modules[change.page_id]
                if before and change.transition is None:
                    lost.append(Transition(before.page, before.state, None, basis=Basis.PAGE_GONE))
                continue
            self.modules[change.page_id] = change.status
            if before and before.page.title != change.status.page.title:
                moved.append(change.page_id)
        transitions = [change.transition for change in changes if change.transition]
        self.transitions += transitions
        return replace(step, modules=modules, transitions=transitions, moved=moved, lost=lost)


def _why(old: SuiteRecord | None, found: DiscoveredSuite, sync: SyncResult) -> Reason | None:
    """Why a suite that was made anew must run; None where it came out as it was, and its run depends on no change."""
    suite = found.suite
    if old is None:
        return Reason(RunReason.NEW)
    if old.schedule.must_run is not None:
        return old.schedule.must_run
    loaded = sync.loaded.get(suite.tester.page_id, ())
    if loaded:
        return _changed(loaded)
    # A page that is no Lua, or not there, leaves no trace of a run that would have loaded it.
    seen = sync.seen.get(suite.tester.page_id, frozenset())
    named = [t for t in sync.changed.get(suite.tester.page_id, ()) if t in found.named and t not in seen]
    if named:
        return _changed(named)
    same = (
        set(old.suite.candidates) == set(suite.candidates)
        and old.suite.testee.page_id == suite.testee.page_id
        and old.suite.tester.title == suite.tester.title
    )
    if same:
        return None
    changed = sync.changed.get(suite.tester.page_id)
    return _changed(changed) if changed else Reason(RunReason.REMADE)


def _due_again(record: SuiteRecord, reason: Reason) -> SuiteRecord:
    return replace(record, schedule=replace(record.schedule, must_run=reason))


def _changed(titles: Iterable[str]) -> Reason:
    return Reason(RunReason.CHANGED, tuple(titles))
