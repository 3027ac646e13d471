"""The store keeps what it is given, a wiki at a time, and an outbox for each recorder."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from picklebot.errors import ConfigError, StoreError
from picklebot.model import (
    Counts,
    ErrorKind,
    ModuleStatus,
    Page,
    Point,
    State,
    SuiteError,
    SuiteStatus,
    Transition,
)
from picklebot.tracking import Knowledge, Store

FOO, TESTS = Page("Module:Foo", 1, 10), Page("Module:Foo/testcases", 2, 20)
SUITE = SuiteStatus(
    FOO,
    TESTS,
    "tap",
    State.FAIL,
    Counts(3, 1, 1, 1),
    SuiteError(ErrorKind.PLAN, "planned 4, ran 3"),
    (Point(ok=False, description="naïve — 数", number=2, expected="a\nb", actual="", message=None),),
    revision=10,
    duration_ms=12,
)
KNOWN = Knowledge({2: SUITE}, {1: ModuleStatus(FOO, State.FAIL, State.GOOD)})
CHANGE = Transition(FOO, State.GOOD, State.FAIL, "1 of 3 passed", (TESTS.title,))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/deep/down/store.sqlite"


def test_what_is_saved_is_known_to_the_next_process(url: str) -> None:
    with Store(url, "wiki") as store:
        assert store.knowledge() == Knowledge()
        store.save(KNOWN, [CHANGE])
    with Store(url, "wiki") as store:
        assert store.knowledge() == KNOWN


def test_saving_replaces_what_was_known(url: str) -> None:
    with Store(url, "wiki") as store:
        store.save(KNOWN, [])
        store.save(Knowledge(), [])
        assert store.knowledge() == Knowledge()


def test_wikis_share_a_store_and_know_nothing_of_each_other(url: str) -> None:
    with Store(url, "one") as one, Store(url, "other") as other:
        one.save(KNOWN, [CHANGE])
        assert other.knowledge() == Knowledge()
        assert other.pending("tags") == []
        other.save(Knowledge(), [])
        assert one.knowledge() == KNOWN


def test_a_transition_waits_for_each_recorder_until_that_one_has_done_it(url: str) -> None:
    with Store(url, "wiki") as store:
        store.save(KNOWN, [CHANGE])
        (waiting,) = store.pending("tags")
        assert waiting.transition == CHANGE
        assert abs(datetime.now(UTC) - waiting.at) < timedelta(minutes=1)
        store.done("tags", [waiting.id])
        assert store.pending("tags") == []
        assert [item.transition for item in store.pending("log")] == [CHANGE]
    with Store(url, "wiki") as store:
        assert store.pending("tags") == []
        assert len(store.pending("log")) == 1


def test_what_waits_comes_oldest_first(url: str) -> None:
    mended = Transition(FOO, State.FAIL, State.GOOD, "3 of 3 passed")
    with Store(url, "wiki") as store:
        store.save(KNOWN, [CHANGE])
        store.save(KNOWN, [mended])
        assert [item.transition for item in store.pending("tags")] == [CHANGE, mended]


def test_first_and_last_states_may_be_none(url: str) -> None:
    first, last = Transition(FOO, None, State.GOOD), Transition(FOO, State.GOOD, None)
    with Store(url, "wiki") as store:
        store.save(Knowledge(), [first, last])
        assert [item.transition for item in store.pending("tags")] == [first, last]


def test_only_to_look_makes_no_file(url: str, tmp_path: Path) -> None:
    with Store(url, "wiki", read_only=True) as store:
        assert store.knowledge() == Knowledge()
        store.save(KNOWN, [CHANGE])
        assert store.pending("tags") == []
    assert list(tmp_path.iterdir()) == []


def test_only_to_look_sees_what_is_known_and_leaves_it(url: str) -> None:
    with Store(url, "wiki") as store:
        store.save(KNOWN, [CHANGE])
    with Store(url, "wiki", read_only=True) as store:
        assert store.knowledge() == KNOWN
        store.save(Knowledge(), [])
        assert store.pending("tags") == []
    with Store(url, "another wiki", read_only=True) as store:
        assert store.knowledge() == Knowledge()
    with Store(url, "wiki") as store:
        assert store.knowledge() == KNOWN
        assert len(store.pending("tags")) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(State))
def test_any_words_of_a_report_come_back_as_they_were(text: str, state: State) -> None:
    suite = SuiteStatus(
        Page(text),
        TESTS,
        "tap",
        state,
        error=SuiteError(ErrorKind.SCRIPT, text),
        failing=(Point(ok=False, description=text, expected=text, actual=text, message=text),),
    )
    with Store("sqlite://", "wiki") as store:
        store.save(Knowledge({2: suite}, {}), [])
        assert store.knowledge().suites == {2: suite}


@pytest.mark.parametrize("url", ["nonsense", "", "nosuchdatabase:///x", "/path/to/file"])
def test_what_is_no_url_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ConfigError, match="expected an SQLAlchemy URL such as sqlite:///"):
        Store(url, "wiki")


def test_a_database_that_needs_another_package_names_it() -> None:
    with pytest.raises(ConfigError, match="mssql needs the Python package pyodbc"):
        Store("mssql://tool@tools.example/db", "wiki")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("certainly no database, and long enough to be seen as none" * 9, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{tmp_path}/file", "wiki")


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql://tool:s3cret@127.0.0.1:1/db",
        "sqlite://tool:s3cret@/file",
        "nosuchdatabase://tool:s3cret@host/db",
        "mssql://tool:s3cret@host/db",
    ],
)
def test_a_password_in_the_url_is_not_shown(url: str) -> None:
    with pytest.raises((ConfigError, StoreError)) as caught:
        Store(url, "wiki")
    assert "s3cret" not in str(caught.value)


def test_a_harvest_that_is_killed_while_it_saves_has_saved_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(url, "wiki") as store:
        store.save(KNOWN, [])
        monkeypatch.setattr("picklebot.tracking.store._transition_row", lambda _: {"page_id": None})
        with pytest.raises(StoreError):
            store.save(Knowledge(), [CHANGE])
        assert store.knowledge() == KNOWN


def test_the_store_can_be_read_with_sqls_own_words(url: str) -> None:
    with Store(url, "wiki") as store:
        store.save(KNOWN, [CHANGE])
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        assert database.execute("select title, state, previous from module").fetchall() == [
            ("Module:Foo", "fail", "good")
        ]
