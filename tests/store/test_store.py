"""The store keeps what it is given, a wiki at a time, and an outbox for each recorder; on every database alike."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from picklebot.errors import StoreError
from picklebot.model import (
    Baseline,
    Basis,
    Dependent,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Knowledge,
    ModuleStatus,
    Page,
    Point,
    Reason,
    Report,
    RunReason,
    RunResult,
    Schedule,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    SyncState,
    Transition,
)
from picklebot.store.database import Database
from picklebot.store.store import Store, StoreUpdate, token_of
from tests.store.known import ANCHOR, CHANGE, FOO, MENDED, MODULE, NOW, RECORD, SUITE, TESTS

KNOWN = Knowledge({2: RECORD}, {1: MODULE})
STEP = StoreUpdate({2: RECORD}, modules={1: MODULE}, transitions=[CHANGE])
RUN = RunResult(Suite(FOO, TESTS, ()), "tap", report=Report("tap", (Point(ok=False),)), state=State.FAIL)


def opened(url: str, key: str = "wiki", *, read_only: bool = False) -> Store:
    return Store(Database(url, read_only=read_only), key)


def test_what_is_saved_is_known_to_the_next_process(url: str) -> None:
    with opened(url) as store:
        assert store.knowledge() == Knowledge()
        assert store.sync_state() == SyncState()
        store.advance(STEP, NOW)
    with opened(url) as store:
        assert store.knowledge() == KNOWN


def test_a_record_of_which_nothing_is_known_yet_comes_back_as_it_was(url: str) -> None:
    new = SuiteRecord(Suite(Page("Module:Lost"), TESTS, ()))
    with opened(url) as store:
        store.advance(StoreUpdate({2: new}), NOW)
        assert store.knowledge().suites == {2: new}


def test_a_step_replaces_what_it_names_and_leaves_the_rest(url: str) -> None:
    other = replace(RECORD, suite=replace(SUITE, tester=Page("Module:Foo/testcases2", 3, 30)))
    with opened(url) as store:
        store.advance(StoreUpdate({2: RECORD, 3: other}, modules={1: MODULE}), NOW)
        mended = replace(RECORD, schedule=replace(RECORD.schedule, must_run=None))
        store.advance(StoreUpdate({2: mended}), NOW)
        assert store.knowledge() == Knowledge({2: mended, 3: other}, {1: MODULE})
        store.advance(StoreUpdate({}, gone=[2], modules={1: None}), NOW)
        assert store.knowledge() == Knowledge({3: other}, {})


def test_more_rows_than_a_statement_takes_are_saved_and_forgotten(url: str) -> None:
    records = {n: replace(RECORD, suite=replace(SUITE, tester=Page(f"Module:{n}", n, n))) for n in range(1, 1203)}
    with opened(url) as store:
        store.advance(StoreUpdate(records, depends_on={n: {f"Module:{n}": n} for n in records}), NOW)
        assert len(store.knowledge().suites) == 1202
        assert store.dependencies(records)[1201] == {"Module:1201": 1201}
        store.advance(StoreUpdate({}, gone=list(records)), NOW)
        assert store.sync_state() == SyncState()


def test_wikis_share_a_store_and_know_nothing_of_each_other(url: str) -> None:
    with opened(url, "one") as one, opened(url, "other") as other:
        one.advance(replace(STEP, depends_on={2: {"Module:Foo": 10}}, cursor=ANCHOR), NOW)
        assert other.knowledge() == Knowledge()
        assert other.sync_state() == SyncState()
        assert other.dependencies([2]) == {}
        assert other.pending("tags") == []
        other.advance(StoreUpdate({}, gone=[2], modules={1: None}), NOW)
        assert one.knowledge() == KNOWN
        assert one.dependencies([2]) == {2: {"Module:Foo": 10}}


def test_what_is_followed_is_by_title_with_the_revision_that_each_suite_saw(url: str) -> None:
    """Titles that differ in case only, or in an accent, are different pages."""
    step = StoreUpdate(
        {2: RECORD},
        made_from={2: {"Module:Foo": 10, "Module:Foo/testcases": 20}},
        depends_on={2: {"Module:Foo": 10, "Module:foo": 11, "Module:Fóo": 12, "Module:🥒": 0, "Module:🥕": 3}},
        cursor=ANCHOR,
        swept=True,
    )
    with opened(url) as store:
        store.advance(step, NOW)
        followed = store.sync_state()
        assert followed.testers == {2: TESTS.title}
        assert followed.cursor == ANCHOR
        dependents = dict(followed.dependents)
        assert set(dependents.pop("Module:Foo")) == {
            Dependent(2, 10, make=True),
            Dependent(2, 10, make=False),
        }
        assert dependents == {
            "Module:Foo/testcases": (Dependent(2, 20, make=True),),
            "Module:foo": (Dependent(2, 11, make=False),),
            "Module:Fóo": (Dependent(2, 12, make=False),),
            "Module:🥒": (Dependent(2, 0, make=False),),
            "Module:🥕": (Dependent(2, 3, make=False),),
        }


def test_what_a_run_depended_on_takes_the_place_of_what_the_last_one_did(url: str) -> None:
    with opened(url) as store:
        store.advance(StoreUpdate({2: RECORD}, made_from={2: {"A": 1}}, depends_on={2: {"A": 1, "B": 2}}), NOW)
        store.advance(StoreUpdate({}, depends_on={2: {"B": 3}}), NOW)
        assert store.dependencies([2, 99]) == {2: {"B": 3}}
        assert store.sync_state().dependents["A"] == (Dependent(2, 1, make=True),)


def test_a_transition_waits_for_each_recorder_until_that_one_has_done_it(url: str) -> None:
    with opened(url) as store:
        store.advance(STEP, NOW)
        (waiting,) = store.pending("tags")
        assert (waiting.transition, waiting.at) == (CHANGE, NOW)
        store.done("tags", [waiting.id])
        assert store.pending("tags") == []
        assert [item.transition for item in store.pending("log")] == [CHANGE]
    with opened(url) as store:
        assert store.pending("tags") == []
        assert len(store.pending("log")) == 1


def test_what_waits_comes_oldest_first(url: str) -> None:
    with opened(url) as store:
        store.advance(STEP, NOW)
        store.advance(StoreUpdate({}, transitions=[MENDED]), NOW)
        assert [item.transition for item in store.pending("tags")] == [CHANGE, MENDED]


def test_first_and_last_states_may_be_none(url: str) -> None:
    first, last = Transition(FOO, None, State.GOOD), Transition(FOO, State.GOOD, None)
    with opened(url) as store:
        store.advance(StoreUpdate({}, transitions=[first, last]), NOW)
        assert [item.transition for item in store.pending("tags")] == [first, last]


def test_a_transition_has_a_token_that_no_other_has(url: str) -> None:
    """Not even the same one again: a module can go to and fro at one revision, because its tests change."""
    elsewhere = replace(CHANGE, page=replace(FOO, page_id=9))
    later = replace(CHANGE, page=replace(FOO, revision=11))
    first_seen = Transition(FOO, None, State.GOOD)
    steps = [first_seen, CHANGE, MENDED, CHANGE, MENDED, elsewhere, later, Transition(FOO, State.GOOD, None)]
    with opened(url) as store:
        for each in steps:
            store.advance(StoreUpdate({}, transitions=[each]), NOW)
        tokens = [item.token for item in store.pending("tags")]
    assert len(set(tokens)) == len(steps)
    assert tokens[1] == token_of("wiki", CHANGE, 0)
    assert tokens[3] == token_of("wiki", CHANGE, 1)


def test_a_token_says_the_same_on_the_same_wiki_whatever_words_go_with_it() -> None:
    same = replace(CHANGE, page=replace(FOO, title="Module:Moved"), counts=None, errors=(), testers=(), cause=None)
    assert token_of("wiki", same, 0) == token_of("wiki", CHANGE, 0)
    assert token_of("other", same, 0) != token_of("wiki", CHANGE, 0)


def test_the_software_behind_a_digest_is_remembered(url: str) -> None:
    with opened(url) as store:
        for _ in range(2):
            store.remember_software("digest", {"MediaWiki": "1.43.9"})
        assert store.versions("digest") == {"MediaWiki": "1.43.9"}
        assert store.versions("other") == {}


def test_only_to_look_sees_what_is_known_and_leaves_it(url: str) -> None:
    with opened(url, read_only=True) as store:
        assert store.knowledge() == Knowledge()
    with opened(url) as store:
        store.advance(STEP, NOW)
    with opened(url, read_only=True) as store:
        assert store.knowledge() == KNOWN
        store.advance(StoreUpdate({}, gone=[2], modules={1: None}), NOW)
        store.remember_software("digest", {})
        assert len(store.pending("tags")) == 1
    with opened(url, "another wiki", read_only=True) as store:
        assert store.knowledge() == Knowledge()
        assert store.sync_state() == SyncState()
    with opened(url) as store:
        assert store.knowledge() == KNOWN
        assert len(store.pending("tags")) == 1


def test_words_of_every_script_and_of_any_length_come_back_as_they_were(url: str) -> None:
    for text in ("Σ İ ẞ 🥒🥒 \u0301 \ufeff", "x" * 100_000 + "🥒", "'\"\\%_;--\n\t", ""):
        _comes_back(url, text)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_words_of_a_report_come_back_as_they_were(text: str) -> None:
    _comes_back("sqlite://", text)


def _comes_back(url: str, text: str) -> None:
    reason = Reason(RunReason.CHANGED, (text, text))
    record = SuiteRecord(
        Suite(Page(text[:255]), TESTS, ()),
        Baseline(State.FAIL, "tap"),
        Schedule(must_run=reason),
        SuiteStatus(
            error=SuiteError(ErrorKind.SCRIPT, text),
            failing=(Point(ok=False, description=text, expected=text, actual=text, message=text),),
        ),
    )
    transition = replace(CHANGE, counts=None, basis=Basis.UNKNOWN, detail=text, testers=(text,))
    run = replace(RUN, inconclusive=Inconclusive(InconclusiveCode.OTHER, (text,)))
    with opened(url) as store:
        step = StoreUpdate({2: record}, runs=[(run, reason)], transitions=[transition])
        store.advance(step, NOW)
        assert store.knowledge().suites[2] == record
        assert store.pending("tags")[-1].transition == transition


def test_a_step_that_fails_has_saved_nothing(url: str) -> None:
    with opened(url) as store:
        store.advance(STEP, NOW)
        impossible = replace(CHANGE, basis=None)  # type: ignore[arg-type]
        with pytest.raises(StoreError):
            store.advance(StoreUpdate({}, gone=[2], modules={1: None}, transitions=[MENDED, impossible]), NOW)
        assert store.knowledge() == KNOWN
        assert [item.transition for item in store.pending("tags")] == [CHANGE]


def test_a_process_that_is_killed_in_the_middle_of_a_step_has_saved_nothing(url: str) -> None:
    with opened(url) as store:
        store.advance(STEP, NOW)
    script = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from tests.store.test_store import MENDED, MODULE, NOW, StoreUpdate, opened
with opened(sys.argv[1]) as store:
    insert = store._insert
    def killed(connection, table, rows):
        insert(connection, table, rows)
        if table.name == "transition":
            os.kill(os.getpid(), signal.SIGKILL)
    store._insert = killed
    store.advance(StoreUpdate({}, gone=[2], modules={1: None}, transitions=[MENDED]), NOW)
"""
    here = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", script, url, str(here)], env=os.environ, check=False)
    assert killed.returncode == -9
    with opened(url) as store:
        assert store.knowledge() == KNOWN
        assert [item.transition for item in store.pending("tags")] == [CHANGE]
        store.advance(StoreUpdate({}, transitions=[MENDED]), NOW)
        assert len(store.pending("tags")) == 2


def test_times_are_kept_to_the_microsecond_whatever_zone_they_came_in(url: str) -> None:
    zoned = NOW.astimezone(tz=None) + timedelta(hours=0)
    with opened(url) as store:
        record = replace(RECORD, schedule=replace(RECORD.schedule, ran_at=zoned))
        store.advance(replace(STEP, suites={2: record}), zoned)
        assert store.knowledge().suites[2].schedule.ran_at == NOW
        assert store.pending("tags")[0].at == NOW


def test_modules_can_be_forgotten_and_seen_again(url: str) -> None:
    with opened(url) as store:
        store.advance(STEP, NOW)
        store.advance(StoreUpdate({}, modules={1: None}), NOW)
        assert store.knowledge().modules == {}
        store.advance(StoreUpdate({}, modules={1: ModuleStatus(FOO, State.GOOD)}), NOW)
        assert store.knowledge().modules == {1: ModuleStatus(FOO, State.GOOD)}
