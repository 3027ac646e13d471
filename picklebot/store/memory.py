"""Knowledge of recorders beside transitions: summaries of modules, and the bot's own pages as last seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from picklebot.model import LastChange, ModuleStatus, ModuleSummary, OutboxEntry, OwnPage, RefusedWrite, SuiteRecord
from picklebot.store.rows import outbox_entry_from, to_column
from picklebot.store.store import Store
from picklebot.store.tables import CAUGHT_UP, MODULE, OWN_PAGE, REFUSAL, TRANSITION, WIKI
from picklebot.summaries import summarise

__all__ = ["FoundMemory", "StoreMemory", "last_changes"]

# So many are kept at most: who allows more edits in a minute counts those of one process alone.
_EDIT_TIMES = 100
_SUBJECT_CHARACTERS = 320


class StoreMemory:
    """The memory of one wiki, as `picklebot.recording.memory` describes it.

    :raises StoreError: the database failed; so do all methods
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def summaries(self) -> list[ModuleSummary]:
        """All modules, by title."""
        known = self._store.knowledge()
        modules = sorted(known.modules.values(), key=lambda module: module.page.title)
        return list(summarise(modules, known.suites.values(), last_changes(self._store)))

    def own_pages(self) -> dict[str, OwnPage]:
        """The bot's own pages, by title."""
        mine = select(OWN_PAGE).where(OWN_PAGE.c.wiki_id == self._store.wiki)
        with self._store.database.transaction() as connection:
            return {
                row.title: OwnPage(
                    row.digest,
                    row.checked_at.replace(tzinfo=UTC),
                    row.overwritten_at.replace(tzinfo=UTC) if row.overwritten_at else None,
                )
                for row in connection.execute(mine)
            }

    def page_saved(self, title: str, digest: str, *, overwritten: bool = False) -> None:
        """Remember a page that is up to date."""
        now = to_column(datetime.now(UTC))
        here = and_(OWN_PAGE.c.wiki_id == self._store.wiki, OWN_PAGE.c.title == title)
        with self._store.writing() as connection:
            before = connection.execute(select(OWN_PAGE).where(here)).first()
            connection.execute(delete(OWN_PAGE).where(here))
            last = now if overwritten else before.overwritten_at if before else None
            row = {"title": title, "digest": digest, "checked_at": now, "overwritten_at": last}
            connection.execute(insert(OWN_PAGE).values(wiki_id=self._store.wiki, **row))

    def edit_times(self) -> list[datetime]:
        """When the latest edits were made, the oldest first."""
        with self._store.database.transaction() as connection:
            kept = connection.scalar(select(WIKI.c.edits).where(WIKI.c.id == self._store.wiki))
        return [datetime.fromisoformat(at) for at in kept or ()]

    def edited(self, kept: int) -> None:
        """Remember that an edit was made now."""
        times = [at.isoformat() for at in (*self.edit_times(), datetime.now(UTC))][-min(kept, _EDIT_TIMES) :]
        with self._store.writing() as connection:
            connection.execute(update(WIKI).where(WIKI.c.id == self._store.wiki).values(edits=times))

    def refusals(self, recorder: str) -> dict[str, RefusedWrite]:
        """Writes of a recorder that the wiki refused, by subject."""
        mine = and_(REFUSAL.c.wiki_id == self._store.wiki, REFUSAL.c.recorder == recorder)
        with self._store.database.transaction() as connection:
            rows = connection.execute(select(REFUSAL).where(mine)).all()
        found = (
            RefusedWrite(row.subject, row.code, row.reason, row.depends_on, row.at.replace(tzinfo=UTC)) for row in rows
        )
        return {each.subject: each for each in found}

    def refused(self, recorder: str, refusal: RefusedWrite) -> None:
        """Remember that a write was refused."""
        row = {"code": refusal.code, "reason": refusal.reason, "depends_on": refusal.condition}
        row |= {"recorder": recorder, "subject": refusal.subject[:_SUBJECT_CHARACTERS]}
        with self._store.writing() as connection:
            self._forget(connection, recorder, refusal.subject)
            at = to_column(refusal.at)
            connection.execute(insert(REFUSAL).values(wiki_id=self._store.wiki, at=at, **row))

    def taken(self, recorder: str, subject: str) -> None:
        """Forget a refusal: the wiki took the write."""
        with self._store.writing() as connection:
            self._forget(connection, recorder, subject)

    def _forget(self, connection: Connection, recorder: str, subject: str) -> None:
        mine = and_(REFUSAL.c.wiki_id == self._store.wiki, REFUSAL.c.recorder == recorder)
        connection.execute(delete(REFUSAL).where(mine, REFUSAL.c.subject == subject[:_SUBJECT_CHARACTERS]))

    def has_news(self, recorder: str) -> bool:
        """Whether modules or suites have changed since a recorder caught up with them."""
        mine = and_(CAUGHT_UP.c.wiki_id == WIKI.c.id, CAUGHT_UP.c.recorder == recorder)
        query = select(WIKI.c.changes, CAUGHT_UP.c.changes).outerjoin(CAUGHT_UP, mine)
        with self._store.database.transaction() as connection:
            row = connection.execute(query.where(WIKI.c.id == self._store.wiki)).first()
        return row is not None and row[0] != row[1]

    def caught_up(self, recorder: str) -> None:
        """Remember that a recorder has written down all that is known now."""
        here = and_(CAUGHT_UP.c.wiki_id == self._store.wiki, CAUGHT_UP.c.recorder == recorder)
        now = select(WIKI.c.changes).where(WIKI.c.id == self._store.wiki).scalar_subquery()
        with self._store.writing() as connection:
            if not connection.execute(update(CAUGHT_UP).where(here).values(changes=now)).rowcount:
                connection.execute(delete(CAUGHT_UP).where(here))
                connection.execute(insert(CAUGHT_UP).values(wiki_id=self._store.wiki, recorder=recorder, changes=now))


class FoundMemory(StoreMemory):
    """The memory that a harvest would leave which changes no store.

    :param entries: its transitions, as they would wait in the outbox
    """

    def __init__(
        self,
        store: Store,
        modules: Sequence[ModuleStatus],
        suites: Sequence[SuiteRecord],
        entries: Sequence[OutboxEntry],
    ) -> None:
        super().__init__(store)
        new = {each.transition.page.page_id: LastChange(each.at, each.transition.cause) for each in entries}
        self._found = list(summarise(modules, suites, {**last_changes(store), **new}))

    def summaries(self) -> list[ModuleSummary]:
        """All modules, as they were found."""
        return self._found

    def has_news(self, recorder: str) -> bool:  # noqa: ARG002 (as the protocol names it)
        """The findings are nowhere else."""
        return True

    def page_saved(self, title: str, digest: str, *, overwritten: bool = False) -> None:
        """Nothing is saved."""

    def caught_up(self, recorder: str) -> None:
        """Nothing is written down."""


def last_changes(store: Store) -> dict[int, LastChange]:
    """When each module came to its state, and why, by page id."""
    newest = select(func.max(TRANSITION.c.id)).where(TRANSITION.c.wiki_id == store.wiki).group_by(TRANSITION.c.page_id)
    here = and_(MODULE.c.wiki_id == TRANSITION.c.wiki_id, MODULE.c.page_id == TRANSITION.c.page_id)
    query = select(TRANSITION).join(MODULE, here).where(TRANSITION.c.id.in_(newest))
    with store.database.transaction() as connection:
        found = [outbox_entry_from(row) for row in connection.execute(query)]
    return {each.transition.page.page_id: LastChange(each.at, each.transition.cause) for each in found}
