"""One harvest of a wiki at a time, whatever becomes of the one before."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from picklebot.errors import LeaseError
from picklebot.tracking import Database, Store, lease
from picklebot.tracking.tables import WIKI

HOLD = """
import sys, time
from picklebot.tracking import Database, Store, lease
with Store(Database(sys.argv[1]), "wiki") as store, lease(store):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
MODULE = sys.modules["picklebot.tracking.lease"]


def opened(url: str, key: str = "wiki", *, read_only: bool = False) -> Store:
    return Store(Database(url, read_only=read_only), key)


def free(store: Store) -> bool:
    """Whether somebody could take it now."""
    try:
        with lease(store):
            return True
    except LeaseError:
        return False


@contextmanager
def another(url: str, seconds: float = 60):  # noqa: ANN201 (a process)
    """Another process that holds the wiki."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, url, str(seconds)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()


def pretend(store: Store, holder: str, until: datetime) -> None:
    """Somebody else has it, of whom nothing more is known."""
    with store.database.transaction() as connection:
        connection.execute(
            update(WIKI)
            .where(WIKI.c.id == store.wiki)
            .values(lease_holder=holder, lease_until=until.replace(tzinfo=None))
        )


def holder_of(store: Store) -> tuple[str | None, datetime | None]:
    with store.database.transaction() as connection:
        row = connection.execute(select(WIKI.c.lease_holder, WIKI.c.lease_until).where(WIKI.c.id == store.wiki)).one()
    return row.lease_holder, row.lease_until


def test_who_holds_a_wiki_holds_it_alone_and_gives_it_back(url: str) -> None:
    with opened(url) as store, opened(url) as second:
        with lease(store):
            assert not free(second)
            with pytest.raises(LeaseError, match="try again in 90 seconds"), lease(second):
                pass
        assert free(second)


def test_it_is_given_back_when_a_harvest_fails(url: str) -> None:
    with opened(url) as store:
        with pytest.raises(RuntimeError), lease(store):
            raise RuntimeError
        assert free(store)


def test_another_wiki_of_the_same_store_is_free(url: str) -> None:
    with opened(url) as store, opened(url, "other") as other, lease(store):
        assert free(other)


def test_only_to_look_takes_nothing_and_is_never_refused(url: str) -> None:
    with opened(url) as store, opened(url, read_only=True) as reader:
        with lease(store):
            assert free(reader)
        with lease(reader):
            assert free(store)


def test_another_process_that_lives_is_respected_and_one_that_was_killed_is_not(url: str) -> None:
    with opened(url) as store, another(url) as process:
        assert not free(store)
        process.kill()
        process.wait()
        assert free(store), "at once: its term is not waited for"


def test_of_another_machines_holder_nothing_is_known_until_its_term_is_over(url: str) -> None:
    with opened(url) as store:
        now = datetime.now(UTC)
        pretend(store, "elsewhere:1:1", now + timedelta(seconds=60))
        assert not free(store)
        pretend(store, "elsewhere:1:1", now - timedelta(seconds=1))
        assert free(store)


def test_a_process_that_has_a_dead_ones_number_is_not_taken_for_it(url: str) -> None:
    with opened(url) as store, another(url):
        holder, until = holder_of(store)
        assert holder is not None
        assert until is not None
        host, number, birth = holder.split(":")
        pretend(store, f"{host}:{number}:{int(birth) - 1}", until)
        assert free(store)


def test_it_is_renewed_while_its_holder_works(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "TERM", timedelta(seconds=0.9))
    with opened(url) as store, opened(url) as second, lease(store):
        first = holder_of(store)[1]
        time.sleep(1.5)
        later = holder_of(store)[1]
        assert first is not None
        assert later is not None
        assert later > first
        assert not free(second)


def test_what_another_has_taken_over_is_left_to_it(url: str) -> None:
    """A machine slept longer than its term, and wakes when somebody else has the wiki."""
    until = datetime.now(UTC) + timedelta(seconds=60)
    with opened(url) as store:
        with lease(store):
            pretend(store, "elsewhere:1:1", until)
        assert holder_of(store) == ("elsewhere:1:1", until.replace(tzinfo=None))
        assert not free(store)


def test_of_many_who_come_at_once_to_a_new_database_one_makes_it_and_one_gets_the_wiki(url: str) -> None:
    command = [sys.executable, "-c", HOLD, url, "60"]
    crowd = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = time.monotonic() + 50
    while sum(process.poll() is None for process in crowd) > 1 and time.monotonic() < ends:
        time.sleep(0.1)
    for process in crowd:
        process.kill()
    said = [process.communicate() for process in crowd]
    assert sorted(out for out, _ in said) == ["", "", "", "held\n"], said
    assert sum("LeaseError" in err for _, err in said) == 3, said
