"""The store: the knowledge of each wiki, and an outbox of transitions that recorders work through.

Knowledge and transitions of a harvest commit together: a kill at any instant loses no transition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Table, and_, delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from picklebot.defaults import LEASE_TERM
from picklebot.failpoints import failpoint
from picklebot.model import (
    BUILT_IN_RECORDERS,
    ChangesCursor,
    Dependencies,
    Knowledge,
    ModuleStatus,
    OutboxEntry,
    RecordedUnder,
    StoreUpdate,
    SyncState,
    Transition,
)
from picklebot.store.database import Database
from picklebot.store.dependents import Dependents
from picklebot.store.hold import Hold
from picklebot.store.rows import (
    Once,
    module_from,
    module_row,
    outbox_entry_from,
    result_row,
    suite_from,
    suite_row,
    to_column,
    transition_row,
)
from picklebot.store.tables import DEPENDENCY, MODULE, RECORDING, RESULT, SOFTWARE, SUITE, TRANSITION, WIKI

__all__ = ["Store", "StoreUpdate", "token_of"]

# Ids in one statement; databases bound their number.
_IDS_A_STATEMENT = 500
# A kind of dependency: of the last run that was believed, kept while later runs disagree with themselves.
_BELIEVED = "base"


class Store:
    """A database, seen from one wiki.

    :param key: `Site.key` of the wiki
    :param term: after which a holder of the wiki that says nothing is taken for dead
    :ivar hold: of the one who holds the wiki with this object (`picklebot.store.lease`)
    :raises StoreError: the database failed; so do all methods
    """

    def __init__(
        self,
        database: Database,
        key: str,
        term: timedelta = LEASE_TERM,
        recorders: Mapping[str, RecordedUnder] = BUILT_IN_RECORDERS,
    ) -> None:
        self._under = {under: [name for name, its in recorders.items() if its is under] for under in RecordedUnder}
        self.database = database
        self.key = key
        self.term = term
        self.hold: Hold | None = None
        self.wiki = 0
        if database.empty:
            return
        with database.transaction() as connection:
            mine = select(WIKI.c.id).where(WIKI.c.key == key)
            found = connection.scalar(mine)
            if found is None and not database.read_only:
                with suppress(IntegrityError), connection.begin_nested():  # another process was faster
                    connection.execute(insert(WIKI).values(key=key))
                found = connection.scalar(mine)
            self.wiki = found or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that changes something: all or nothing, and nothing where another has taken the wiki over.

        :raises LeaseError: it was taken over
        """
        with self.database.transaction() as connection:
            if self.hold is not None:
                self.hold.renew(connection)
            yield connection

    def assert_held(self) -> None:
        """Before something is written elsewhere on behalf of the wiki's holder.

        :raises LeaseError: another has taken the wiki over
        """
        with self.writing():
            pass

    def knowledge(self) -> Knowledge:
        """All that is known of the wiki's suites and modules."""
        if not self.wiki:
            return Knowledge()
        with self.database.transaction() as connection:
            suites = connection.execute(select(SUITE).where(SUITE.c.wiki_id == self.wiki))
            modules = connection.execute(select(MODULE).where(MODULE.c.wiki_id == self.wiki))
            once = Once()
            return Knowledge(
                {row.tester_id: suite_from(row, once) for row in suites},
                {row.page_id: module_from(row, once) for row in modules},
            )

    def sync_state(self) -> SyncState:
        """The dependencies of suites, and the cursor in recent changes."""
        if not self.wiki:
            return SyncState()
        dependents = Dependents()
        with self.database.transaction() as connection:
            columns = (DEPENDENCY.c.title, DEPENDENCY.c.tester_id, DEPENDENCY.c.revision, DEPENDENCY.c.kind)
            here = and_(DEPENDENCY.c.wiki_id == self.wiki, DEPENDENCY.c.kind != _BELIEVED)
            for title, tester_id, revision, kind in connection.execute(select(*columns).where(here)):
                dependents.add(title, tester_id, revision, make=kind == "make")
            testers = select(SUITE.c.tester_id, SUITE.c.tester_title).where(SUITE.c.wiki_id == self.wiki)
            titles = {tester_id: title for tester_id, title in connection.execute(testers)}  # noqa: C416 (a result has keys)
            wiki = connection.execute(select(WIKI).where(WIKI.c.id == self.wiki)).one()
            new = select(SUITE.c.tester_id, SUITE.c.candidates, SUITE.c.functions).where(
                SUITE.c.wiki_id == self.wiki, SUITE.c.state.is_(None)
            )
            unmade = {row.tester_id for row in connection.execute(new) if not row.candidates and row.functions is None}
            modules = select(MODULE.c.page_id, MODULE.c.title).where(MODULE.c.wiki_id == self.wiki)
            modules_by_id = {page_id: title for page_id, title in connection.execute(modules)}  # noqa: C416 (as above)
        cursor = (
            ChangesCursor(wiki.cursor_at.replace(tzinfo=UTC), _cursor_rows(wiki.cursor_rows))
            if wiki.cursor_at
            else None
        )
        listed_at = wiki.swept_at.replace(tzinfo=UTC) if wiki.swept_at else None
        return SyncState(titles, dependents, cursor, frozenset(unmade), wiki.strategies or "", modules_by_id, listed_at)

    def depends_on_any(self, titles: Iterable[str]) -> bool:
        """Whether any suite depends on one of these pages."""
        wanted = list(titles)
        with self.database.transaction() as connection:
            for start in range(0, len(wanted), _IDS_A_STATEMENT):
                mine = DEPENDENCY.c.wiki_id == self.wiki
                some = DEPENDENCY.c.title.in_(wanted[start : start + _IDS_A_STATEMENT])
                if connection.execute(select(DEPENDENCY.c.tester_id).where(mine, some).limit(1)).first():
                    return True
        return False

    def dependencies(self, tester_ids: Iterable[int]) -> dict[int, dict[str, int]]:
        """The dependencies of the last believed runs of suites, by tester."""
        if not self.wiki:
            return {}
        found: dict[str, dict[int, dict[str, int]]] = {"run": {}, _BELIEVED: {}}
        ids = list(tester_ids)
        with self.database.transaction() as connection:
            for start in range(0, len(ids), _IDS_A_STATEMENT):
                some = DEPENDENCY.c.tester_id.in_(ids[start : start + _IDS_A_STATEMENT])
                mine = and_(DEPENDENCY.c.wiki_id == self.wiki, some, DEPENDENCY.c.kind.in_(found))
                for row in connection.execute(select(DEPENDENCY).where(mine)):
                    found[row.kind].setdefault(row.tester_id, {})[row.title] = row.revision
        return {**found["run"], **found[_BELIEVED]}

    def versions(self, digest: str) -> dict[str, str]:
        """The software behind a digest; empty where it is not known."""
        with self.database.transaction() as connection:
            return connection.scalar(select(SOFTWARE.c.versions).where(SOFTWARE.c.digest == digest)) or {}

    def remember_software(self, digest: str, versions: Mapping[str, str]) -> None:
        """Keep the software that a digest stands for."""
        if self.database.read_only or self.versions(digest):
            return
        with self.writing() as connection:
            connection.execute(insert(SOFTWARE).values(digest=digest, versions=dict(versions)))

    def advance(self, step: StoreUpdate, now: datetime, point: str = "") -> None:
        """Commit one step of a harvest.

        :param now: UTC
        :param point: of `picklebot.failpoints`, before the commit
        """
        if self.database.read_only:
            return
        with self.writing() as connection:
            self._save_suites(connection, step)
            self._delete(connection, DEPENDENCY, step.settled, DEPENDENCY.c.kind == _BELIEVED)
            self._keep_believed(connection, step.unsettled)
            for kind, mapping in (("make", step.made_from), ("run", step.depends_on)):
                self._save_dependencies(connection, kind, mapping or {})
            self._save_modules(connection, step.modules or {})
            self._insert(connection, RESULT, (result_row(result, now, reason) for result, reason in step.runs))
            for each in (*step.transitions, *step.lost):
                token = token_of(self.key, each, self._occurrences(connection, each))
                self._insert(connection, TRANSITION, [transition_row(each, token, now)])
            for each in step.lost:
                self._close(connection, each.page.page_id, now)
            self._record_again(connection, step.moved)
            self._save_wiki(connection, step, now)
            failpoint(point)

    def as_pending(self, transitions: Iterable[Transition], now: datetime) -> list[OutboxEntry]:
        """Transitions as they would wait in the outbox if they were kept; no entry of the outbox has their ids.

        :param now: UTC
        """
        if not self.wiki:
            return [OutboxEntry(-n, token_of(self.key, each, 0), now, each) for n, each in enumerate(transitions, 1)]
        with self.database.transaction() as connection:
            return [
                OutboxEntry(-n, token_of(self.key, each, self._occurrences(connection, each)), now, each)
                for n, each in enumerate(transitions, 1)
            ]

    def pending(self, recorder: str) -> list[OutboxEntry]:
        """Transitions that a recorder has not recorded yet, oldest first, with the titles that pages have now."""
        if not self.wiki:
            return []
        done = select(RECORDING.c.transition_id).where(RECORDING.c.recorder == recorder)
        title = func.coalesce(MODULE.c.title, TRANSITION.c.title).label("title")
        same = and_(MODULE.c.wiki_id == TRANSITION.c.wiki_id, MODULE.c.page_id == TRANSITION.c.page_id)
        columns: list[Any] = [*(column for column in TRANSITION.c if column is not TRANSITION.c.title), title]
        query = (
            select(*columns)
            .outerjoin(MODULE, same)
            .where(TRANSITION.c.wiki_id == self.wiki, TRANSITION.c.id.not_in(done))
            .order_by(TRANSITION.c.id)
        )
        with self.database.transaction() as connection:
            found = [outbox_entry_from(row) for row in connection.execute(query)]
            under_titles = recorder in self._under[RecordedUnder.TITLE]
            former = self._former_titles(connection, found) if under_titles else {}
        return [replace(each, former=former.get(each.transition.page.page_id, ())) for each in found]

    def _former_titles(self, connection: Connection, found: Sequence[OutboxEntry]) -> dict[int, tuple[str, ...]]:
        """Titles under which something was recorded of pages that have others now."""
        now = {each.transition.page.page_id: each.transition.page.title for each in found}
        former: dict[int, dict[str, None]] = {}
        ids = list(now)
        for start in range(0, len(ids), _IDS_A_STATEMENT):
            some = TRANSITION.c.page_id.in_(ids[start : start + _IDS_A_STATEMENT])
            titles = select(TRANSITION.c.page_id, TRANSITION.c.title).where(TRANSITION.c.wiki_id == self.wiki, some)
            for row in connection.execute(titles.distinct()):
                if row.title != now[row.page_id]:
                    former.setdefault(row.page_id, {})[row.title] = None
        return {page_id: tuple(titles) for page_id, titles in former.items()}

    def done(self, recorder: str, transitions: Collection[int]) -> None:
        """Note that a recorder has recorded transitions, by their ids."""
        now = to_column(datetime.now(UTC))
        rows = [{"transition_id": id_, "recorder": recorder, "at": now} for id_ in transitions]
        with self.writing() as connection:
            connection.execute(insert(RECORDING), rows)

    def _occurrences(self, connection: Connection, transition: Transition) -> int:
        page = transition.page
        same = (
            TRANSITION.c.wiki_id == self.wiki,
            TRANSITION.c.page_id == page.page_id,
            TRANSITION.c.revision == page.revision,
            TRANSITION.c.old.is_not_distinct_from(transition.old),
            TRANSITION.c.new.is_not_distinct_from(transition.new),
        )
        return connection.scalar(select(func.count()).select_from(TRANSITION).where(*same)) or 0

    def _save_suites(self, connection: Connection, step: StoreUpdate) -> None:
        ids = [*step.suites, *step.gone]
        self._delete(connection, SUITE, ids)
        self._delete(connection, DEPENDENCY, step.gone)
        self._insert(connection, SUITE, map(suite_row, step.suites.values()))

    def _keep_believed(self, connection: Connection, testers: Collection[int]) -> None:
        """Keep the dependencies of the last believed runs, but where older ones are kept already."""
        columns = [DEPENDENCY.c.wiki_id, DEPENDENCY.c.tester_id, DEPENDENCY.c.title, DEPENDENCY.c.revision]
        for tester_id in testers:
            mine = and_(DEPENDENCY.c.wiki_id == self.wiki, DEPENDENCY.c.tester_id == tester_id)
            if connection.execute(select(DEPENDENCY.c.title).where(mine, DEPENDENCY.c.kind == _BELIEVED)).first():
                continue
            run = select(*columns, literal(_BELIEVED)).where(mine, DEPENDENCY.c.kind == "run")
            connection.execute(insert(DEPENDENCY).from_select([*columns, DEPENDENCY.c.kind], run))

    def _save_dependencies(self, connection: Connection, kind: str, mapping: Mapping[int, Dependencies]) -> None:
        self._delete(connection, DEPENDENCY, list(mapping), DEPENDENCY.c.kind == kind)
        rows = (
            {"tester_id": tester_id, "kind": kind, "title": title, "revision": revision}
            for tester_id, pages in mapping.items()
            for title, revision in pages.items()
        )
        self._insert(connection, DEPENDENCY, rows)

    def _save_modules(self, connection: Connection, modules: Mapping[int, ModuleStatus | None]) -> None:
        ids = list(modules)
        for start in range(0, len(ids), _IDS_A_STATEMENT):
            some = ids[start : start + _IDS_A_STATEMENT]
            connection.execute(delete(MODULE).where(MODULE.c.wiki_id == self.wiki, MODULE.c.page_id.in_(some)))
        self._insert(connection, MODULE, (module_row(module) for module in modules.values() if module))

    def _record_again(self, connection: Connection, moved: Collection[int]) -> None:
        """Put the last transition of each module back into the outbox of recorders that record under a title."""
        for page_id in moved:
            mine = and_(TRANSITION.c.wiki_id == self.wiki, TRANSITION.c.page_id == page_id)
            last = connection.scalar(select(func.max(TRANSITION.c.id)).where(mine))
            mine = RECORDING.c.recorder.in_(self._under[RecordedUnder.TITLE])
            connection.execute(delete(RECORDING).where(RECORDING.c.transition_id == last, mine))

    def _close(self, connection: Connection, page_id: int, now: datetime) -> None:
        """Take entries out of the outbox that cannot be recorded on a page that is gone, but its end for the log."""
        mine = and_(TRANSITION.c.wiki_id == self.wiki, TRANSITION.c.page_id == page_id)
        last = connection.scalar(select(func.max(TRANSITION.c.id)).where(mine))
        on_pages = self._under[RecordedUnder.PAGE]
        for recorder in (*on_pages, *self._under[RecordedUnder.NEITHER]):
            done = select(RECORDING.c.transition_id).where(RECORDING.c.recorder == recorder)
            wanted = TRANSITION.c.id.not_in(done) if recorder in on_pages else TRANSITION.c.id == last
            ids = connection.scalars(select(TRANSITION.c.id).where(mine, wanted)).all()
            rows = [{"transition_id": id_, "recorder": recorder, "at": to_column(now)} for id_ in ids]
            connection.execute(insert(RECORDING), rows)

    def _save_wiki(self, connection: Connection, step: StoreUpdate, now: datetime) -> None:
        values: dict[str, Any] = {}
        if step.suites or step.gone or step.modules:
            values["changes"] = WIKI.c.changes + 1
        if step.cursor:
            values |= {"cursor_at": to_column(step.cursor.at), "cursor_rows": dict(step.cursor.rows)}
        if step.swept:
            values["swept_at"] = to_column(now)
        if step.strategies:
            values["strategies"] = step.strategies
        if values:
            connection.execute(update(WIKI).where(WIKI.c.id == self.wiki).values(**values))

    def _delete(self, connection: Connection, table: Table, testers: Collection[int], *conditions: Any) -> None:  # noqa: ANN401
        ids = list(testers)
        for start in range(0, len(ids), _IDS_A_STATEMENT):
            some = ids[start : start + _IDS_A_STATEMENT]
            connection.execute(
                delete(table).where(table.c.wiki_id == self.wiki, table.c.tester_id.in_(some), *conditions)
            )

    def _insert(self, connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        values = [{"wiki_id": self.wiki, **row} for row in rows]
        if values:
            connection.execute(insert(table), values)


def token_of(key: str, transition: Transition, occurrence: int) -> str:
    """A short name of a transition, derived from wiki, page id, revision, and old and new state.

    :param occurrence: how often the page made the same transition at the same revision before (its tests can change)
    """
    page = transition.page
    parts = (key, page.page_id, page.revision, transition.old, transition.new, occurrence)
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=5).hexdigest()


def _cursor_rows(kept: Mapping[str, str] | Sequence[int]) -> dict[int, str]:
    """Rows of recent changes; before their times were kept there were only ids."""
    written = kept.items() if isinstance(kept, Mapping) else dict.fromkeys(kept, "").items()
    return {int(id_): time for id_, time in written}
