"""Changes of state that are held back, as the store knows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from picklebot.model import OutboxEntry, RunReason, State
from picklebot.store.rows import outbox_entry_from
from picklebot.store.store import Store
from picklebot.store.tables import MODULE, RECORDING, SUITE, TRANSITION, WIKI

__all__ = ["StoreHoldings"]

_IDS_A_STATEMENT = 500


class StoreHoldings:
    """As `picklebot.recording.hold` describes them.

    :raises StoreError: the database failed; so do all methods
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mine = WIKI.c.id == store.wiki

    def unrecorded(self) -> list[OutboxEntry]:
        """Transitions that no recorder has recorded, oldest first."""
        recorded = select(RECORDING.c.transition_id)
        query = select(TRANSITION).where(TRANSITION.c.wiki_id == self._store.wiki, TRANSITION.c.id.not_in(recorded))
        with self._store.database.transaction() as connection:
            return [outbox_entry_from(row) for row in connection.execute(query.order_by(TRANSITION.c.id))]

    def modules(self) -> int:
        """How many modules have a state."""
        with self._store.database.transaction() as connection:
            query = select(func.count()).select_from(MODULE).where(MODULE.c.wiki_id == self._store.wiki)
            return int(connection.scalar(query) or 0)

    def held(self) -> dict[int, State]:
        """The states of modules that are held back, by page id."""
        with self._store.database.transaction() as connection:
            kept = connection.scalar(select(WIKI.c.held).where(self._mine)) or {}
        return {int(page_id): State(state) for page_id, state in kept.items()}

    def run_again(self, page_ids: Collection[int]) -> bool:
        """Whether the suites of all these modules have run since they were held back."""
        waiting = SUITE.c.must_run_reason == RunReason.HELD_BACK
        with self._store.database.transaction() as connection:
            return not any(
                connection.execute(select(SUITE.c.tester_id).where(self._of(some), waiting).limit(1)).first()
                for some in _in_parts(page_ids)
            )

    def hold(self, states: Mapping[int, State]) -> None:
        """Hold changes back, and let the suites of the modules run again."""
        kept = {str(page_id): state.value for page_id, state in states.items()}
        with self._store.writing() as connection:
            connection.execute(update(WIKI).where(self._mine).values(held=kept))
            for some in _in_parts(states):
                again = {"must_run_reason": RunReason.HELD_BACK.value, "must_run_detail": None}
                connection.execute(update(SUITE).where(self._of(some)).values(**again))

    def release(self) -> None:
        """Hold nothing back any more."""
        with self._store.writing() as connection:
            connection.execute(update(WIKI).where(self._mine).values(held=None))

    def withdraw(self, entries: Collection[int]) -> None:
        """Forget transitions that nobody has recorded, by their ids."""
        with self._store.writing() as connection:
            for some in _in_parts(entries):
                connection.execute(delete(TRANSITION).where(TRANSITION.c.id.in_(some)))

    def _of(self, page_ids: Collection[int]) -> ColumnElement[bool]:
        """Suites of these modules, or these testers that stand alone."""
        either = or_(SUITE.c.testee_id.in_(page_ids), SUITE.c.tester_id.in_(page_ids))
        return and_(SUITE.c.wiki_id == self._store.wiki, either)


def _in_parts(ids: Collection[int]) -> list[list[int]]:
    all_ids = list(ids)
    return [all_ids[start : start + _IDS_A_STATEMENT] for start in range(0, len(all_ids), _IDS_A_STATEMENT)]
