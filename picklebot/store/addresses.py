"""The addresses of wikis, confirmed by whoever runs the bot: the first is, by its first harvest.

What a wiki says of itself is no identity: staging clones and restored dumps say what the real wiki says. And a command
that only reads the store need not ask a wiki who it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from sqlalchemy import delete, insert, select

from picklebot.errors import IdentityError, StoreError
from picklebot.store.database import Database
from picklebot.store.store import Store
from picklebot.store.tables import MAX_ADDRESS_CHARACTERS, WIKI, WIKI_ADDRESS

__all__ = ["addresses_of", "check_address", "confirm_address", "forget_address", "key_at", "known_wikis"]


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


def addresses_of(store: Store) -> list[str]:
    """The confirmed addresses of a wiki, in their order.

    :raises StoreError: the database failed
    """
    if not store.wiki:
        return []
    mine = select(WIKI_ADDRESS.c.address).where(WIKI_ADDRESS.c.wiki_id == store.wiki)
    with store.database.transaction() as connection:
        return sorted(connection.scalars(mine))


def known_wikis(database: Database) -> dict[str, list[str]]:
    """The addresses of each wiki in the store, by its key.

    :raises StoreError: the database failed
    """
    if database.empty:
        return {}
    found: dict[str, list[str]] = {}
    with database.transaction() as connection:
        rows = connection.execute(select(WIKI.c.key, WIKI_ADDRESS.c.address).outerjoin(WIKI_ADDRESS))
        for key, address in rows:
            found.setdefault(key, []).extend([address] if address else [])
    return {key: sorted(addresses) for key, addresses in sorted(found.items())}


def check_address(store: Store, address: str, further: Sequence[str] = ()) -> None:
    """See that a wiki is asked at an address that was confirmed, before anything is run or written.

    :param further: patterns of addresses that the settings confirm
    :raises IdentityError: the store knows the wiki at another address
    """
    known = addresses_of(store)
    if not known or address in known or any(fnmatchcase(address, pattern) for pattern in further):
        return
    raise IdentityError(
        f"{address} says that it is the wiki {store.key}, which the store knows at {', '.join(known)}. If both are one"
        f" wiki: picklebot wiki confirm --wiki {address}, or picklebot wiki move --wiki {address} where it has left the"
        " other address for good. If this one is a copy, such as a staging wiki or a restored backup: give it a store"
        " of its own with --store, and no account of the real wiki"
    )


def confirm_address(store: Store, address: str, *, alone: bool = False) -> None:
    """Confirm an address of a wiki.

    :param alone: and none of its others
    :raises StoreError: the database failed, or the address is too long for it
    """
    if len(address) > MAX_ADDRESS_CHARACTERS:
        raise StoreError(f"{address}: an address has at most {MAX_ADDRESS_CHARACTERS} characters")
    here = WIKI_ADDRESS.c.address == address
    if not alone and address in addresses_of(store):
        return
    with store.database.transaction() as connection:
        connection.execute(delete(WIKI_ADDRESS).where(here | (WIKI_ADDRESS.c.wiki_id == store.wiki) if alone else here))
        connection.execute(insert(WIKI_ADDRESS).values(address=address, wiki_id=store.wiki))


def forget_address(database: Database, address: str) -> bool:
    """Forget an address, and nothing else; whether it was known.

    :raises StoreError: the database failed
    """
    if database.empty:
        return False
    with database.transaction() as connection:
        found = connection.execute(delete(WIKI_ADDRESS).where(WIKI_ADDRESS.c.address == address))
    return found.rowcount > 0
