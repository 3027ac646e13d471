"""A store that earlier code made is brought to today's schema, and nothing of it is lost."""

from __future__ import annotations

import pytest

from picklebot.store.database import Database
from picklebot.store.store import Store
from tests.store.oldstore import load, rows


@pytest.fixture
def old(url: str) -> str:
    load(url)
    return url


def stores(url: str) -> list[Store]:
    return [Store(Database(url), row["key"]) for row in rows("wiki")]


def test_its_suites_and_modules_are_in_the_states_that_they_were_in(old: str) -> None:
    for number, store in enumerate(stores(old), 1):
        with store:
            known = store.knowledge()
            suites = {row["tester_id"]: row["state"] for row in rows("suite") if row["wiki_id"] == number}
            modules = {row["page_id"]: row["state"] for row in rows("module") if row["wiki_id"] == number}
            assert {id_: record.status.state for id_, record in known.suites.items()} == suites
            assert {id_: module.state for id_, module in known.modules.items()} == modules


def test_what_was_declared_in_a_testers_source_is_known_under_either_of_its_former_names(old: str) -> None:
    for store in stores(old)[1:]:
        with store:
            suites = store.knowledge().suites.values()
            assert {tuple(each.declared_in_source for each in suite.candidates) for suite in suites} == {(True, False)}


@pytest.mark.parametrize("recorder", ["tags", "categories", "log"])
def test_its_outbox_waits_for_the_recorders_that_it_waited_for(old: str, recorder: str) -> None:
    done = {row["transition_id"] for row in rows("recording") if row["recorder"] == recorder}
    waiting = [row["token"] for row in rows("transition") if row["id"] not in done]
    found = []
    for store in stores(old):
        with store:
            found += [entry.token for entry in store.pending(recorder)]
    assert found == waiting
