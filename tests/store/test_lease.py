"""One harvest of a wiki at a time, whatever becomes of the one before."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import select, update

from picklebot.errors import LeaseError
from picklebot.model import Knowledge
from picklebot.store.database import Database
from picklebot.store.lease import lease
from picklebot.store.processes import Process
from picklebot.store.restoring import restore
from picklebot.store.retention import begin_harvest, end_harvest, prune
from picklebot.store.store import Store, StoreUpdate
from picklebot.store.tables import WIKI
from tests.store.known import CHANGE, NOW, RECORD

HOLD = """
import socket, sys, time
from picklebot.store.database import Database
from picklebot.store.store import Store
from picklebot.store.lease import lease
socket.gethostname = lambda: sys.argv[3]
with Store(Database(sys.argv[1]), "wiki") as store, lease(store):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
# Longer than what fits a column of 32, and alike up to there: so Kubernetes names pods.
PODS = ("picklebot-harvest-enwiki-28934520-abcde", "picklebot-harvest-enwiki-28934520-x7k2p")
AS_ROOT = () if os.geteuid() == 0 else ("--user", "--map-root-user")
IN_A_PID_NAMESPACE = ("unshare", *AS_ROOT, "--pid", "--fork", "--kill-child")
# With a /proc of its own; unshare's --mount-proc needs a root that is a mount, and a chroot's is none.
OWN_PROC = 'mount --make-private /proc && mount -t proc proc /proc && exec "$@"'
APART = (*IN_A_PID_NAMESPACE, "--mount", "--propagation", "unchanged", "sh", "-c", OWN_PROC, "sh")


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
def another(url: str, host: str = socket.gethostname(), by: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the wiki."""
    command = [*by, sys.executable, "-c", HOLD, url, "60", host]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()


def pretend(store: Store, holder: Process, until: datetime) -> None:
    """Somebody else has it, of whom nothing more is known."""
    with store.database.transaction() as connection:
        connection.execute(
            update(WIKI)
            .where(WIKI.c.id == store.wiki)
            .values(lease_process=holder.to_json(), lease_token="theirs", lease_until=until.replace(tzinfo=None))
        )


def holder_of(store: Store) -> tuple[Process, datetime]:
    with store.database.transaction() as connection:
        row = connection.execute(select(WIKI).where(WIKI.c.id == store.wiki)).one()
    holder = Process.from_json(row.lease_process)
    assert holder is not None
    return holder, row.lease_until


def soon(seconds: float = 60) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_who_holds_a_wiki_holds_it_alone_and_gives_it_back(url: str) -> None:
    with opened(url) as store, opened(url) as second:
        with lease(store):
            assert not free(second)
            with pytest.raises(LeaseError, match=r"process \d+ on .*try again in 30 seconds"), lease(second):
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


def test_pods_whose_names_begin_alike_are_two(url: str) -> None:
    with opened(url) as store, another(url, PODS[0], APART):
        assert holder_of(store)[0].host == PODS[0]
        assert holder_of(store)[0].pid == 1
        second = subprocess.run(
            [*APART, sys.executable, "-c", HOLD, url, "0", PODS[1]], capture_output=True, text=True, check=False
        )
        assert "LeaseError" in second.stderr
        assert PODS[0] in second.stderr


def test_two_of_one_host_name_and_one_number_in_two_pid_namespaces_are_two(url: str) -> None:
    with opened(url) as store, another(url, by=APART):
        again = [*APART, sys.executable, "-c", HOLD, url, "0", socket.gethostname()]
        assert "LeaseError" in subprocess.run(again, capture_output=True, text=True, check=False).stderr
        assert not free(store), "what is process 1 there lives, whatever process 1 is here"


def test_where_proc_shows_another_namespaces_processes_nobody_is_taken_for_dead(url: str) -> None:
    with opened(url) as store:
        mine = Process.this()
        pretend(store, replace(mine, pid=2**22 - 7), soon())
        again = [*IN_A_PID_NAMESPACE, sys.executable, "-c", HOLD, url, "0", "host"]
        assert "LeaseError" in subprocess.run(again, capture_output=True, text=True, check=False).stderr
        assert free(store), "from here it is seen that there is no such process"


@pytest.mark.parametrize("other", [{"boot": "another"}, {"namespaces": "pid:[1]"}, {"boot": "", "namespaces": ""}])
def test_of_a_holder_elsewhere_nothing_is_known_until_its_term_is_over(url: str, other: dict[str, str]) -> None:
    gone = replace(Process.this(), pid=2**22 - 7, **other)
    with opened(url) as store:
        pretend(store, gone, soon())
        assert not free(store)
        pretend(store, gone, soon(-1))
        assert free(store)


def test_a_process_that_has_a_dead_ones_number_is_not_taken_for_it(url: str) -> None:
    with opened(url) as store, another(url):
        holder, until = holder_of(store)
        pretend(store, replace(holder, birth=str(int(holder.birth) - 1)), until)
        assert free(store)


def test_a_process_that_is_over_and_that_its_parent_has_not_noticed_is_dead(url: str) -> None:
    with opened(url) as store, another(url) as process:
        process.kill()
        stat = Path(f"/proc/{process.pid}/stat")
        while ") Z " not in stat.read_text(encoding="utf-8"):
            time.sleep(0.01)
        assert free(store)


def test_it_is_renewed_while_its_holder_works(url: str) -> None:
    with opened(url) as store, opened(url) as second:
        store.term = timedelta(seconds=0.9)
        with lease(store):
            first = holder_of(store)[1]
            time.sleep(1.5)
            assert holder_of(store)[1] > first
            assert not free(second)


def test_the_clocks_of_hosts_that_share_a_database_may_differ(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=1)

    with opened(url) as store, another(url, by=APART):
        monkeypatch.setattr("picklebot.store.database.datetime", Ahead)
        # A file of SQLite's is used by one machine, which has one clock.
        assert free(store) is url.startswith("sqlite")


WRITES: dict[str, Callable[[Store], object]] = {
    "results": lambda store: store.advance(StoreUpdate({2: RECORD}, transitions=[CHANGE]), NOW),
    "what was recorded": lambda store: store.done("tags", [1]),
    "software": lambda store: store.remember_software("digest", {"MediaWiki": "1.43"}),
    "a harvest's begin": lambda store: begin_harvest(store, NOW, "digest"),
    "a harvest's end": lambda store: end_harvest(store, 1, NOW, ran=1, inconclusive=0, changed=1, requests=1),
    "what is kept": lambda store: prune(store, NOW),
    "a rebuilt store": lambda store: restore(store, {}, [], []),
    "the wiki": lambda store: store.assert_held(),
}


def test_who_was_taken_over_while_it_stood_still_writes_nothing_more(url: str) -> None:
    """A process was stopped, or a machine slept, longer than the term; it goes on when somebody else has the wiki."""
    until = soon()
    with opened(url) as store:
        store.advance(StoreUpdate({}, transitions=[CHANGE]), NOW)
        with lease(store):
            pretend(store, replace(Process.this(), host="elsewhere"), until)
            for what, write in WRITES.items():
                with pytest.raises(LeaseError) as caught:
                    write(store)
                assert re.search(
                    r"taken over by another .*\(process \d+ on elsewhere\).*30 seconds", str(caught.value)
                ), what
        assert store.knowledge() == Knowledge()
        assert len(store.pending("tags")) == 1
        assert store.versions("digest") == {}
        assert holder_of(store)[1] == until.replace(tzinfo=None), "what another has taken over is left to it"
        assert not free(store)


def test_who_was_taken_over_and_whose_successor_is_done_writes_nothing_either(url: str) -> None:
    with opened(url) as store, opened(url) as second, lease(store) as confirm:
        pretend(store, Process.this(), soon(-1))
        assert free(second)
        with pytest.raises(LeaseError):
            store.advance(StoreUpdate({2: RECORD}), NOW)
        confirm()  # a watch, which keeps nothing in mind between two harvests, may take it again
        store.advance(StoreUpdate({2: RECORD}), NOW)


def test_who_stood_still_and_was_not_taken_over_goes_on(url: str) -> None:
    with opened(url) as store, lease(store):
        with store.database.transaction() as connection:
            connection.execute(update(WIKI).values(lease_until=soon(-60).replace(tzinfo=None)))
        store.advance(StoreUpdate({2: RECORD}), NOW)
        assert holder_of(store)[1] > datetime.now(UTC).replace(tzinfo=None)


def test_of_many_who_come_at_once_to_a_new_database_one_makes_it_and_one_gets_the_wiki(url: str) -> None:
    command = [sys.executable, "-c", HOLD, url, "60", socket.gethostname()]
    crowd = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = time.monotonic() + 50
    while sum(process.poll() is None for process in crowd) > 1 and time.monotonic() < ends:
        time.sleep(0.1)
    for process in crowd:
        process.kill()
    said = [process.communicate() for process in crowd]
    assert sorted(out for out, _ in said) == ["", "", "", "held\n"], said
    assert sum("LeaseError" in err for _, err in said) == 3, said
