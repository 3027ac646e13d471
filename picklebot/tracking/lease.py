"""One harvest of a wiki at a time."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select, update

from picklebot.errors import LeaseError, StoreError
from picklebot.tracking.rows import to_column
from picklebot.tracking.store import Store
from picklebot.tracking.tables import WIKI

__all__ = ["Confirm", "lease"]

#: A holder that did not say for so long that it is alive is taken for dead.
TERM = timedelta(seconds=90)


#: Makes sure that the wiki is still held, after a time in which the machine may have slept.
Confirm = Callable[[], None]


@contextmanager
def lease(store: Store) -> Iterator[Confirm]:
    """Hold the wiki; renew the hold while the block runs; give it back at its end.

    :raises LeaseError: another harvest of this wiki runs; a dead one's hold ends by itself after `TERM`
    """
    if store.database.read_only:
        yield lambda: None
        return
    holder = f"{_host()}:{os.getpid()}:{_birth(os.getpid())}"

    def take(*, again: bool = True) -> None:
        if not _take(store, holder, again=again):
            raise LeaseError(
                "another harvest or watch of this wiki is running with this store. If none is, one that died held it:"
                f" try again in {int(TERM.total_seconds())} seconds"
            )

    take(again=False)
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, holder, over), daemon=True)
    keeper.start()
    try:
        yield take
    finally:
        over.set()
        keeper.join()
        _write(store, holder, None)


def _keep(store: Store, holder: str, over: threading.Event) -> None:
    while not over.wait(TERM.total_seconds() / 3):
        # A database that is away for a moment costs one renewal of three.
        with suppress(StoreError):
            _write(store, holder, datetime.now(UTC) + TERM)


def _take(store: Store, holder: str, *, again: bool) -> bool:
    now = datetime.now(UTC)
    free = or_(WIKI.c.lease_until.is_(None), WIKI.c.lease_until < to_column(now))
    if again:
        free = or_(free, WIKI.c.lease_holder == holder)
    with store.database.transaction() as connection:
        other = connection.scalar(select(WIKI.c.lease_holder).where(WIKI.c.id == store.wiki))
        if other and _dead(other):
            free = or_(free, WIKI.c.lease_holder == other)
        taken = connection.execute(
            update(WIKI)
            .where(WIKI.c.id == store.wiki, free)
            .values(lease_holder=holder, lease_until=to_column(now + TERM))
        )
    return taken.rowcount == 1


def _host() -> str:
    return socket.gethostname().replace(":", "-")[:32]


def _birth(pid: int) -> str:
    """When a process began, in the kernel's ticks (proc(5), ``stat``); tells it from a later one of the same number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _dead(holder: str) -> bool:
    """Whether a holder is known to be dead: of one on another machine nothing is known."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    pid, birth = rest, holder.rpartition(":")[2]
    return host == _host() and pid.isdigit() and birth != "" and _birth(int(pid)) != birth


def _write(store: Store, holder: str, until: datetime | None) -> None:
    with store.database.transaction() as connection:
        connection.execute(
            update(WIKI)
            .where(WIKI.c.id == store.wiki, WIKI.c.lease_holder == holder)
            .values(lease_until=to_column(until))
        )
