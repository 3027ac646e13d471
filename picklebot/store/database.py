"""Opens the database of a store, and brings it to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from picklebot.errors import ConfigError, StoreError
from picklebot.text.redaction import redact, shown_url

__all__ = ["Database", "now_of"]

# How long a writer waits for another, seconds.
_LOCK_SECONDS = 60
_LOCK = "picklebot schema"
_SERVERS = ("mysql", "mariadb")

_MIGRATIONS = files("picklebot.store") / "migrations"
# Each step of the schema is a file, whose name begins with its revision, in Alembic's sense.
_STEPS = sorted(file.name[:4] for file in (_MIGRATIONS / "versions").iterdir() if file.name[:4].isdigit())


class Database:
    """A database that SQLAlchemy knows, at the newest schema.

    :param read_only: look, and change nothing; a database that is not there yet is an empty one
    :ivar shown: the URL as messages may show it, without a password
    :raises ConfigError: the URL is none
    :raises StoreError: the database cannot be opened or migrated, or was made by another version of picklebot
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self.shown = repr(shown_url(url))
        self.engine = _engine(url, read_only=read_only)
        with self.transaction() as connection, _alone(connection):
            now = self._revision(connection)
            if not read_only and now != _STEPS[-1]:
                _upgrade(connection)
        self.empty = read_only and now is None

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing.

        :raises StoreError: the database failed
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"the store {self.shown} fails: {redact(str(reason))}") from error

    def _revision(self, connection: Connection) -> str | None:
        """Which step of the schema the database is at; None where it has no tables of ours yet.

        :raises StoreError: it is at one that cannot be used
        """
        tables = inspect(connection).get_table_names()
        made = "wiki" in tables
        now = None
        if "alembic_version" in tables:
            now = connection.scalar(text("SELECT version_num FROM alembic_version"))
        which = f"the store {self.shown} was made by"
        if made and now is None:
            raise StoreError(
                f"{which} an unreleased version, or while it was made the machine stopped; delete it, and"
                " `picklebot rebuild` learns from the wiki what was recorded there"
            )
        if now is not None and now not in _STEPS:
            raise StoreError(f"{which} a newer version of picklebot (schema {now}): use that one")
        if self.read_only and made and now != _STEPS[-1]:
            raise StoreError(
                f"{which} an older version of picklebot (schema {now}), and is brought up to date by the next command"
                " that may write to it, such as `picklebot harvest --no-record`"
            )
        return now


def now_of(connection: Connection) -> datetime:
    """The time, UTC without a zone, by the clock that all who use a database share: those of hosts differ.

    SQLite has none: all who use one database file are on one machine (docs/operators.md, "The store").
    """
    if connection.dialect.name in _SERVERS:
        return datetime.fromisoformat(str(connection.scalar(select(func.utc_timestamp(6)))))
    return datetime.now(UTC).replace(tzinfo=None)


def _upgrade(connection: Connection) -> None:
    """Bring the schema to the newest step (https://alembic.sqlalchemy.org)."""
    # Importing it takes half as long as a whole harvest with nothing to do, which needs it as good as never.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keep others from changing the schema meanwhile: MariaDB's transactions end with each change of it.

    https://mariadb.com/kb/en/get_lock/; SQLite's hold until the end.
    """
    if connection.dialect.name not in _SERVERS:
        yield
        return
    connection.execute(select(func.get_lock(_LOCK, _LOCK_SECONDS)))
    try:
        yield
    finally:
        connection.execute(select(func.release_lock(_LOCK)))


def _engine(url: str, *, read_only: bool) -> Engine:
    try:
        parsed = _parsed(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database:
            parsed = _sqlite_file(parsed, Path(parsed.database), read_only=read_only)
        # Others' commits are seen at once: https://mariadb.com/kb/en/set-transaction/#read-committed
        servers = {} if sqlite else {"pool_pre_ping": True, "isolation_level": "READ COMMITTED"}
        engine = create_engine(parsed, **servers)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"store: expected an SQLAlchemy URL such as sqlite:////path/to/file, got {shown_url(url)!r}"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"store: {url.partition(':')[0]} needs the Python package {error.name}") from error
    except OSError as error:
        raise StoreError(f"the store {shown_url(url)!r} cannot be made: {error}") from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _parsed(url: str) -> URL:
    """A URL that is one: with an @ or a / in a password as they are, parts of it would be taken for host or database.

    :raises ArgumentError: it is none
    """
    try:
        parsed = make_url(url)
    except ValueError as error:  # of the port
        raise ArgumentError("no URL") from error
    if parsed.get_backend_name() != "sqlite" and "@" in f"{parsed.host}{parsed.database}":
        raise ConfigError(
            f"store: {shown_url(url)!r}: in a user name or password @ is written %40, / is %2F, : is %3A and % is %25"
        )
    return parsed


def _sqlite_file(url: URL, file: Path, *, read_only: bool) -> URL:
    if read_only and not file.exists():
        return make_url("sqlite://")  # in memory: a look must not make a file
    file.parent.mkdir(parents=True, exist_ok=True)
    return url


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """https://www.sqlite.org/wal.html: readers do not wait for a writer, and a kill loses nothing that was committed.

    Transactions begin as writers do, at once: one that reads first and then writes could not wait for another.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {_LOCK_SECONDS}000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
