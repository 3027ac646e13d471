"""Fills an empty store with a wiki's record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select

from picklebot.model import ModuleStatus, Page, State, Transition
from picklebot.store.rows import module_row, to_column, transition_row
from picklebot.store.store import Store
from picklebot.store.tables import (
    CAUGHT_UP,
    DEPENDENCY,
    HARVEST,
    MODULE,
    OWN_PAGE,
    RECORDING,
    REFUSAL,
    RESULT,
    SUITE,
    TRANSITION,
)

__all__ = ["forget", "is_empty", "restore"]

_KNOWN = (SUITE, MODULE, TRANSITION)


def is_empty(store: Store) -> bool:
    """Whether the store knows nothing of the wiki."""
    with store.database.transaction() as connection:
        return not any(
            connection.scalar(select(func.count()).select_from(table).where(table.c.wiki_id == store.wiki))
            for table in _KNOWN
        )


def forget(connection: Connection, store: Store) -> None:
    """Delete all that is known of the wiki."""
    mine = select(TRANSITION.c.id).where(TRANSITION.c.wiki_id == store.wiki)
    connection.execute(delete(RECORDING).where(RECORDING.c.transition_id.in_(mine)))
    for table in (TRANSITION, RESULT, DEPENDENCY, SUITE, MODULE, HARVEST, OWN_PAGE, CAUGHT_UP, REFUSAL):
        connection.execute(delete(table).where(table.c.wiki_id == store.wiki))


def restore(
    store: Store,
    states: Mapping[int, tuple[Page, State]],
    transitions: Sequence[tuple[str, datetime, Transition]],
    recorders: Collection[str],
) -> None:
    """Make the store know these states, and these transitions as recorded: all or nothing.

    Its former knowledge of the wiki is forgotten.

    :param states: by page id
    :param transitions: token, time and transition, oldest first
    :param recorders: names of the recorders that recorded them
    """
    now = to_column(datetime.now(UTC))
    with store.writing() as connection:
        forget(connection, store)
        modules = _modules(states, [transition for _, _, transition in transitions])
        for row in map(module_row, modules):
            connection.execute(insert(MODULE).values(wiki_id=store.wiki, **row))
        for token, at, transition in transitions:
            row = transition_row(transition, token, at)
            done = connection.execute(insert(TRANSITION).values(wiki_id=store.wiki, **row))
            id_ = done.inserted_primary_key[0]  # type: ignore[index]  # of one row that was inserted
            rows = [{"transition_id": id_, "recorder": recorder, "at": now} for recorder in recorders]
            connection.execute(insert(RECORDING), rows)


def _modules(states: Mapping[int, tuple[Page, State]], transitions: Iterable[Transition]) -> list[ModuleStatus]:
    previous: dict[tuple[int, State | None], State | None] = {}
    for transition in transitions:
        previous[transition.page.page_id, transition.new] = transition.old
    return [ModuleStatus(page, state, previous.get((id_, state))) for id_, (page, state) in states.items()]
