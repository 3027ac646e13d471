"""A hold on a wiki: who has it may write, to the store and to the wiki, for as long as nobody took it over.

The holder is known by a token, checked in each of its transactions: a process that was stopped for longer
than its term, and goes on, finds out before it writes anything. Times are the database's: hosts' clocks differ.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, select, update

from picklebot.defaults import LEASE_TERM
from picklebot.errors import LeaseError
from picklebot.store.database import now_of
from picklebot.store.processes import Process
from picklebot.store.tables import WIKI

__all__ = ["Hold"]


class Hold:
    """One process's hold on one wiki of a store.

    :param wiki: row of the wiki
    :param term: how long it is good without a word of the holder's
    """

    def __init__(self, wiki: int, term: timedelta = LEASE_TERM) -> None:
        self.term = term
        self._wiki = wiki
        self._token = secrets.token_hex(16)
        self._process = Process.this()

    def take(self, connection: Connection, *, again: bool = False) -> None:
        """Take the wiki if it is free, or its holder dead or silent.

        :param again: whether it may be ours already
        :raises LeaseError: another has it
        """
        row = connection.execute(select(WIKI).where(WIKI.c.id == self._wiki).with_for_update()).one()
        now = now_of(connection)
        mine = again and row.lease_token == self._token
        if row.lease_until is not None and row.lease_until > now and not mine:
            other = Process.from_json(row.lease_process)
            if other is None or not other.is_dead:
                raise LeaseError(_taken(other, row.lease_until - now))
        values = {"lease_token": self._token, "lease_process": self._process.to_json(), "lease_until": now + self.term}
        connection.execute(update(WIKI).where(WIKI.c.id == self._wiki).values(**values))

    def renew(self, connection: Connection) -> None:
        """Say that we are alive; until the transaction ends nobody can take the wiki over.

        :raises LeaseError: somebody took it over before
        """
        done = connection.execute(self._mine(now_of(connection) + self.term))
        if done.rowcount != 1:
            row = connection.execute(select(WIKI.c.lease_process).where(WIKI.c.id == self._wiki)).first()
            by = Process.from_json(row.lease_process) if row else None
            raise LeaseError(
                f"the wiki was taken over by another harvest or watch{f' ({by})' if by else ''} while this one stood"
                f" still for more than {_seconds(self.term)} seconds: it writes nothing more. What it recorded is"
                " kept, and the next harvest finds the rest"
            )

    def give_back(self, connection: Connection) -> None:
        """Let others have the wiki, if it is still ours."""
        connection.execute(self._mine(None))

    def _mine(self, until: datetime | None) -> Update:
        return update(WIKI).where(WIKI.c.id == self._wiki, WIKI.c.lease_token == self._token).values(lease_until=until)


def _taken(other: Process | None, left: timedelta) -> str:
    who = f" ({other})" if other else ""
    return (
        f"another harvest or watch of this wiki is running with this store{who}. If it is none that lives, try again"
        f" in {max(_seconds(left), 1)} seconds"
    )


def _seconds(time: timedelta) -> int:
    return round(time.total_seconds())
