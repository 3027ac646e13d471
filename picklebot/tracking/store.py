"""The store: what is known of each wiki, and an outbox of transitions that recorders work through.

Knowledge and transitions of a harvest commit together: a kill at any instant loses no transition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, Table, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

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
from picklebot.tracking.tables import METADATA, MODULE, RECORDING, SUITE, TRANSITION, WIKI
from picklebot.tracking.transitions import Knowledge

__all__ = ["Pending", "Store"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A transition in the outbox. ``at`` is when it was found, UTC."""

    id: int
    at: datetime
    transition: Transition


class Store:
    """One database, seen from one wiki.

    :param url: SQLAlchemy URL
    :param key: `Site.key` of the wiki
    :param read_only: look, and change nothing: `save` does nothing, and the outbox is empty
    :raises ConfigError: the URL is none
    :raises StoreError: the database cannot be opened, read or written; so do all methods
    """

    def __init__(self, url: str, key: str, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self._engine = _engine(url, read_only=read_only)
        with self._transaction() as connection:
            if not read_only:
                METADATA.create_all(connection)
            elif not inspect(connection).has_table(WIKI.name):
                self._wiki = 0
                return
            found = connection.scalar(select(WIKI.c.id).where(WIKI.c.key == key))
            if found is None and not read_only:
                found = connection.scalar(insert(WIKI).values(key=key).returning(WIKI.c.id))
            self._wiki = found or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def knowledge(self) -> Knowledge:
        """All that is known of the wiki."""
        if not self._wiki:
            return Knowledge()
        with self._transaction() as connection:
            suites = connection.execute(select(SUITE).where(SUITE.c.wiki_id == self._wiki)).all()
            modules = connection.execute(select(MODULE).where(MODULE.c.wiki_id == self._wiki)).all()
        return Knowledge(
            {row.tester_id: _suite(row) for row in suites},
            {row.page_id: _module(row) for row in modules},
        )

    def save(self, knowledge: Knowledge, transitions: Collection[Transition]) -> None:
        """Replace what is known of the wiki, and put transitions into the outbox, in one transaction."""
        if self._read_only:
            return
        now = datetime.now(UTC).replace(tzinfo=None)
        suites = [{"wiki_id": self._wiki, **_suite_row(suite)} for suite in knowledge.suites.values()]
        modules = [{"wiki_id": self._wiki, **_module_row(module)} for module in knowledge.modules.values()]
        new = [{"wiki_id": self._wiki, "at": now, **_transition_row(transition)} for transition in transitions]
        with self._transaction() as connection:
            for table, rows in ((SUITE, suites), (MODULE, modules)):
                connection.execute(table.delete().where(table.c.wiki_id == self._wiki))
                _insert(connection, table, rows)
            _insert(connection, TRANSITION, new)

    def pending(self, recorder: str) -> list[Pending]:
        """Transitions that a recorder has not recorded yet, oldest first."""
        if self._read_only:
            return []
        done = select(RECORDING.c.transition_id).where(RECORDING.c.recorder == recorder)
        query = (
            select(TRANSITION)
            .where(TRANSITION.c.wiki_id == self._wiki, TRANSITION.c.id.not_in(done))
            .order_by(TRANSITION.c.id)
        )
        with self._transaction() as connection:
            return [_pending(row) for row in connection.execute(query)]

    def done(self, recorder: str, transitions: Collection[int]) -> None:
        """Note that a recorder has recorded transitions, by their ids."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with self._transaction() as connection:
            _insert(
                connection, RECORDING, [{"transition_id": id_, "recorder": recorder, "at": now} for id_ in transitions]
            )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"the store {self._engine.url!r} fails: {reason}") from error


def _engine(url: str, *, read_only: bool) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            file = Path(parsed.database)
            if read_only and not file.exists():
                parsed = make_url("sqlite://")  # in memory: a look must not make a file
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"store: expected an SQLAlchemy URL such as sqlite:////path/to/file, got {_shown(url)}"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"store: {url.partition(':')[0]} needs the Python package {error.name}") from error
    except OSError as error:
        raise StoreError(f"the store {_shown(url)} cannot be made: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    return engine


def _shown(url: str) -> str:
    """A URL without a password; what is no URL may hold one all the same."""
    return repr(re.sub(r":[^:@/]*@", ":***@", url))


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _suite(row: Row[Any]) -> SuiteStatus:
    return SuiteStatus(
        testee=Page(row.testee_title, row.testee_id, row.revision if row.testee_id else 0),
        tester=Page(row.tester_title, row.tester_id, row.tester_revision),
        strategy=row.strategy,
        state=State(row.state) if row.state else None,
        counts=Counts(**row.counts),
        error=SuiteError(ErrorKind(row.error_kind), row.error_message) if row.error_kind else None,
        failing=tuple(Point(ok=False, **point) for point in row.failing),
        revision=row.revision,
        duration_ms=row.duration_ms,
        title_dependent=row.title_dependent,
    )


_POINT = ("description", "number", "expected", "actual", "message")


def _suite_row(suite: SuiteStatus) -> dict[str, Any]:
    return {
        "tester_id": suite.tester.page_id,
        "tester_title": suite.tester.title,
        "tester_revision": suite.tester.revision,
        "testee_id": suite.testee.page_id,
        "testee_title": suite.testee.title,
        "strategy": suite.strategy,
        "state": suite.state,
        "counts": asdict(suite.counts),
        "error_kind": suite.error and suite.error.kind,
        "error_message": suite.error and suite.error.message,
        "failing": [{name: getattr(point, name) for name in _POINT} for point in suite.failing],
        "revision": suite.revision,
        "duration_ms": suite.duration_ms,
        "title_dependent": suite.title_dependent,
    }


def _module(row: Row[Any]) -> ModuleStatus:
    previous = State(row.previous) if row.previous else None
    return ModuleStatus(Page(row.title, row.page_id, row.revision), State(row.state), previous)


def _module_row(module: ModuleStatus) -> dict[str, Any]:
    return {
        "page_id": module.page.page_id,
        "title": module.page.title,
        "revision": module.page.revision,
        "state": module.state,
        "previous": module.previous,
    }


def _transition_row(transition: Transition) -> dict[str, Any]:
    return {
        "page_id": transition.page.page_id,
        "title": transition.page.title,
        "revision": transition.page.revision,
        "old": transition.old,
        "new": transition.new,
        "summary": transition.summary,
        "testers": list(transition.testers),
    }


def _pending(row: Row[Any]) -> Pending:
    transition = Transition(
        Page(row.title, row.page_id, row.revision),
        State(row.old) if row.old else None,
        State(row.new) if row.new else None,
        row.summary,
        tuple(row.testers),
    )
    return Pending(row.id, row.at.replace(tzinfo=UTC), transition)
