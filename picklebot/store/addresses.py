"""The addresses at which wikis were harvested: a command that only reads the store need not ask the wiki who it is."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from picklebot.store.database import Database
from picklebot.store.store import Store
from picklebot.store.tables import MAX_ADDRESS_CHARACTERS, WIKI, WIKI_ADDRESS

__all__ = ["key_at", "remember_address"]


def key_at(database: Database, address: str) -> str | None:
    """The key (`Site.key`) of the wiki that was harvested at an address last; None where none was.

    :param address: of api.php, without a password
    :raises StoreError: the database failed
    """
    if database.empty:
        return None
    here = WIKI_ADDRESS.c.address == address
    with database.transaction() as connection:
        key: str | None = connection.scalar(select(WIKI.c.key).join(WIKI_ADDRESS).where(here))
    return key


def remember_address(store: Store, address: str) -> None:
    """Keep the address of a wiki; a very long one is not kept.

    :raises StoreError: the database failed
    """
    if len(address) > MAX_ADDRESS_CHARACTERS or key_at(store.database, address) == store.key:
        return
    with store.database.transaction() as connection:
        connection.execute(delete(WIKI_ADDRESS).where(WIKI_ADDRESS.c.address == address))
        connection.execute(insert(WIKI_ADDRESS).values(address=address, wiki_id=store.wiki))
