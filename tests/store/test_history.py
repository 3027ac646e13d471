"""What the store tells of a module and of a wiki, and what is put back into one that was lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from picklebot.model import Counts, State, Transition
from picklebot.store.database import Database
from picklebot.store.history import Waiting, known, overview, story
from picklebot.store.restoring import is_empty, restore
from picklebot.store.retention import begin_harvest, end_harvest
from picklebot.store.store import Store, StoreUpdate, token_of
from tests.factories import FOO, a_page

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST = Transition(FOO, None, State.GOOD, Counts(2, 2), testers=("Module:Foo/testcases",))
BROKEN = Transition(a_page("Foo", 1, 11), State.GOOD, State.FAIL, Counts(2, 1, 1))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(Database(url), "wiki") as store:
        yield store


def test_a_wiki_of_which_nothing_is_known(store: Store) -> None:
    assert known(store) == set()
    assert story(store, "Module:Foo", 5) is None
    found = overview(store, ["tags"])
    assert (found.modules, found.suites, found.last, found.held) == ({}, (), None, False)
    assert found.outbox == {"tags": Waiting()}


def test_what_was_recorded_is_told_with_what_was_not(store: Store) -> None:
    store.advance(StoreUpdate({}, transitions=[FIRST]), NOW)
    store.advance(StoreUpdate({}, transitions=[BROKEN]), NOW + timedelta(minutes=1))
    (first, _) = store.pending("tags")
    store.done("tags", [first.id])
    found = story(store, "Module:Foo", 5)
    assert found is not None
    assert [told.found.transition for told in found.transitions] == [BROKEN, FIRST]
    assert [list(told.recorded) for told in found.transitions] == [[], ["tags"]]
    outbox = overview(store, ["tags", "log"]).outbox
    assert outbox == {"tags": Waiting(1, NOW + timedelta(minutes=1)), "log": Waiting(2, NOW)}


def test_the_latest_harvest_is_told_of(store: Store) -> None:
    row = begin_harvest(store, NOW, "digest")
    found = overview(store, []).last
    assert found is not None
    assert (found.started, found.ended) == (NOW, None)
    end_harvest(store, row, NOW + timedelta(seconds=9), ran=1, inconclusive=2, changed=3, requests=4)
    found = overview(store, []).last
    assert found is not None
    assert (found.ended, found.ran, found.inconclusive, found.changed, found.requests) == (
        NOW + timedelta(seconds=9),
        1,
        2,
        3,
        4,
    )


def test_what_is_put_back_is_known_and_waits_for_nobody(store: Store) -> None:
    store.advance(StoreUpdate({}, transitions=[Transition(a_page("Old", 9, 9), None, State.GOOD)]), NOW)
    assert not is_empty(store)
    transitions = [("aaaaaaaaaa", NOW, FIRST), ("bbbbbbbbbb", NOW, BROKEN)]
    with Store(store.database, "another wiki") as other:
        other.advance(StoreUpdate({}, transitions=[FIRST]), NOW)
        restore(store, {1: (BROKEN.page, State.FAIL)}, transitions, ["tags", "log"])
        assert len(other.pending("tags")) == 1
        assert known(store) == {"Module:Foo"}
        assert store.pending("tags") == store.pending("log") == []
        assert len(store.pending("categories")) == 2
        module = store.knowledge().modules[1]
        assert (module.page, module.state, module.previous) == (BROKEN.page, State.FAIL, State.GOOD)


def test_a_change_that_was_put_back_and_happens_again_has_another_token(store: Store) -> None:
    restore(store, {1: (FOO, State.GOOD)}, [(token_of("wiki", FIRST, 0), NOW, FIRST)], ["tags"])
    store.advance(StoreUpdate({}, transitions=[FIRST]), NOW)
    (again,) = store.pending("tags")
    assert again.token == token_of("wiki", FIRST, 1) != token_of("wiki", FIRST, 0)
