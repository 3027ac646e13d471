"""One harvest of a wiki at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from picklebot.errors import StoreError
from picklebot.store.hold import Hold
from picklebot.store.store import Store

__all__ = ["Confirm", "lease"]


#: Makes sure that the wiki is held, after a time in which nothing was done with it.
Confirm = Callable[[], None]


@contextmanager
def lease(store: Store) -> Iterator[Confirm]:
    """Hold the wiki; renew the hold while the block runs; give it back at its end.

    Meanwhile the store takes changes only for as long as nobody else has taken the wiki over (`Store.writing`).

    :raises LeaseError: another harvest of this wiki runs; a dead one's hold ends by itself after its term
    """
    if store.database.read_only:
        yield lambda: None
        return
    hold = Hold(store.wiki, store.term)

    def confirm() -> None:
        with store.database.transaction() as connection:
            hold.take(connection, again=True)

    with store.database.transaction() as connection:
        hold.take(connection)
    store.hold = hold
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, hold, over), daemon=True)
    keeper.start()
    try:
        yield confirm
    finally:
        over.set()
        keeper.join()
        store.hold = None
        with store.database.transaction() as connection:
            hold.give_back(connection)


def _keep(store: Store, hold: Hold, over: threading.Event) -> None:
    while not over.wait(hold.term.total_seconds() / 3):
        # A database that is away for a moment costs one renewal of three. Of another holder who writes next is told.
        with suppress(StoreError), store.database.transaction() as connection:
            hold.renew(connection)
