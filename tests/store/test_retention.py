"""What the store keeps of harvests and runs, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from picklebot.model import RunReason, State
from picklebot.store.database import Database
from picklebot.store.retention import KEPT, begin_harvest, end_harvest, prune
from picklebot.store.rows import to_column
from picklebot.store.store import Store
from picklebot.store.tables import HARVEST, RESULT

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD = NOW - KEPT - timedelta(days=10)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(Database(url), "wiki") as store:
        yield store


def ran(store: Store, states: list[State | None], *, tester: int = 1, first: datetime = OLD) -> list[int]:
    """Results of one suite, a minute apart; their ids."""
    ids = []
    with store.database.transaction() as connection:
        for minute, state in enumerate(states):
            row: dict[str, object] = {
                "wiki_id": store.wiki,
                "tester_id": tester,
                "at": to_column(first + timedelta(minutes=minute)),
                "state": state,
                "counts": {},
                "failing": [],
                "inconclusive_code": None if state else "wiki",
                "duration_ms": 1,
                "lua_ms": 1,
                "run_reason": RunReason.NEW,
            }
            ids.append(connection.execute(insert(RESULT).values(**row)).inserted_primary_key[0])  # type: ignore[index]
    return ids


def left(store: Store) -> list[int]:
    with store.database.transaction() as connection:
        return list(connection.scalars(select(RESULT.c.id).order_by(RESULT.c.id)))


def test_old_results_go_but_for_the_newest_and_those_that_came_to_another_state(store: Store) -> None:
    good, fail = State.GOOD, State.FAIL
    ids = ran(store, [good, good, None, good, fail, None, fail, good, good])
    assert prune(store, NOW) == 5
    assert left(store) == [ids[n] for n in (0, 4, 7, 8)]
    assert prune(store, NOW) == 0


def test_what_is_younger_stays_and_suites_and_wikis_are_apart(store: Store) -> None:
    young = ran(store, [State.GOOD] * 3, first=NOW - KEPT + timedelta(hours=1))
    one = ran(store, [State.FAIL, State.FAIL], tester=2)
    with Store(store.database, "another wiki") as other:
        others = ran(other, [State.GOOD] * 3)
        prune(store, NOW)
        assert left(store) == [*young, *one, *others]
        prune(other, NOW)
    assert left(store) == [*young, *one, others[0], others[2]]


def test_a_harvest_leaves_a_row_that_goes_with_the_results(store: Store) -> None:
    first = begin_harvest(store, OLD, "digest")
    second = begin_harvest(store, NOW, "digest")
    end_harvest(store, second, NOW + timedelta(seconds=3), ran=4, inconclusive=1, changed=2, requests=17)
    prune(store, NOW)
    with store.database.transaction() as connection:
        (row,) = connection.execute(select(HARVEST)).all()
    assert first != second == row.id
    assert (row.ran, row.inconclusive, row.changed, row.requests) == (4, 1, 2, 17)
    assert row.ended - row.started == timedelta(seconds=3)


def test_only_to_look_keeps_nothing(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/none.sqlite", read_only=True), "wiki") as store:
        row = begin_harvest(store, NOW, "digest")
        end_harvest(store, row, NOW, ran=0, inconclusive=0, changed=0, requests=0)
        assert prune(store, NOW) == 0
    assert list(tmp_path.iterdir()) == []
