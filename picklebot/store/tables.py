"""The tables of the store. Migrations in ``migrations/`` bring an older store up to these.

Times are UTC without a zone, as databases keep them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = [
    "CAUGHT_UP",
    "DEPENDENCY",
    "HARVEST",
    "MAX_ADDRESS_CHARACTERS",
    "METADATA",
    "MODULE",
    "OWN_PAGE",
    "RECORDING",
    "REFUSAL",
    "RESULT",
    "SOFTWARE",
    "SUITE",
    "TRANSITION",
    "WIKI",
    "WIKI_ADDRESS",
]

METADATA = MetaData()

_BINARY = {"charset": "utf8mb4", "collation": "utf8mb4_bin"}


class _OnServers(TypeDecorator[Any]):
    """A type that MariaDB and MySQL have a better one for; their part of SQLAlchemy is imported only to talk to them.

    :param plain: the type anywhere else
    :param name: of the better one, in `sqlalchemy.dialects.mysql`
    :param options: of the better one
    """

    impl = TypeEngine
    cache_ok = True

    def __init__(self, plain: TypeEngine[Any], name: str, **options: Any) -> None:  # noqa: ANN401 (as they take them)
        super().__init__()
        self.impl = plain  # type: ignore[assignment] # (declared for the class, where it is one)
        self.name = name
        self.options = tuple(options.items())

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name not in ("mysql", "mariadb"):
            return dialect.type_descriptor(self.impl_instance)
        better = getattr(import_module("sqlalchemy.dialects.mysql"), self.name)
        return dialect.type_descriptor(better(**dict(self.options)))


# A title is at most 255 bytes, and a namespace's name stands before it. MariaDB compares without case unless told.
TITLE = _OnServers(String(320), "VARCHAR", length=320, **_BINARY)
# MariaDB bounds the length of a key.
MAX_ADDRESS_CHARACTERS = 320
ADDRESS = _OnServers(String(MAX_ADDRESS_CHARACTERS), "VARCHAR", length=MAX_ADDRESS_CHARACTERS, **_BINARY)
TEXT = _OnServers(Text(), "LONGTEXT", **_BINARY)
TIME = _OnServers(DateTime(), "DATETIME", fsp=6)
STATE = String(16)
# Null where there is none, which JSON would write as a null of its own.
DETAIL = JSON(none_as_null=True)
# SQLite counts up by itself only in a column of this very type.
ID = BigInteger().with_variant(Integer, "sqlite")

WIKI = Table(
    "wiki",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("cursor_at", TIME, comment="up to where recent changes were read"),
    Column("cursor_rows", JSON, comment="times of the newest rows read, by rcid"),
    Column("swept_at", TIME, comment="when all pages were last listed"),
    Column("strategies", String(64), comment="digest of those that the suites were made with"),
    Column("lease_until", TIME, comment="of the one who holds it, by the database's clock"),
    Column("lease_token", String(32), comment="by which the holder knows that it still is"),
    Column("lease_process", JSON, comment="the holder, for others"),
    Column("changes", BigInteger, nullable=False, server_default="0", comment="how often suites or modules changed"),
    Column("edits", JSON, comment="times of the latest edits"),
    Column("held", DETAIL, comment="changes of state at once that are held back, by page id"),
)

#: The addresses at which wikis were harvested, so that a command that only reads the store need not ask the wiki.
WIKI_ADDRESS = Table(
    "wiki_address",
    METADATA,
    Column("address", ADDRESS, primary_key=True, comment="of api.php, without a password"),
    Column("wiki_id", ForeignKey(WIKI.c.id), nullable=False),
)


def wiki_id(*, primary_key: bool = False) -> Column[int]:
    """The column that says which wiki a row belongs to."""
    return Column("wiki_id", ForeignKey(WIKI.c.id), primary_key=primary_key, nullable=False)


SOFTWARE = Table(
    "software",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("versions", JSON, nullable=False),
)

MODULE = Table(
    "module",
    METADATA,
    wiki_id(primary_key=True),
    Column("page_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", TITLE, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("state", STATE, nullable=False),
    Column("previous", STATE),
)

SUITE = Table(
    "suite",
    METADATA,
    wiki_id(primary_key=True),
    Column("tester_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tester_title", TITLE, nullable=False),
    Column("tester_revision", BigInteger, nullable=False),
    Column("testee_id", BigInteger, nullable=False, comment="0 for a tester without a module"),
    Column("testee_title", TITLE, nullable=False),
    Column("testee_revision", BigInteger, nullable=False, comment="the newest known"),
    Column("candidates", JSON, nullable=False, comment="strategies and calls, in the order tried"),
    Column("functions", JSON, comment="what the tester offers, where it was asked"),
    Column("data", Boolean, comment="whether it was asked, and holds something else than functions"),
    Column("strategy", String(64), nullable=False),
    Column("state", STATE),
    Column("counts", JSON, nullable=False),
    Column("error_kind", String(16)),
    Column("error_message", TEXT, comment="words of the wiki or the report"),
    Column("error_code", String(32), comment="a NoteCode, in place of words"),
    Column("error_details", DETAIL),
    Column("failing", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False, comment="of the testee, as tested"),
    Column("duration_ms", Integer, nullable=False),
    Column("title_dependent", Boolean),
    Column("other", JSON, comment="what another call comes to, where that differs"),
    Column("elsewhere", Boolean, comment="whether the tester is not below the testee, with no module above it"),
    Column("stands_alone", Boolean, comment="whether it is elsewhere, and the testee has testers of its own"),
    Column("lua_ms", Integer, nullable=False),
    Column("memory_bytes", BigInteger, nullable=False),
    Column(
        "permille",
        Integer,
        nullable=False,
        server_default="0",
        comment="of its dearest other limit",
    ),
    Column("page_counts", JSON, comment="counts of the page alone"),
    Column("fingerprint", String(32), comment="of what was read, which a batch may confirm; null where none can"),
    Column("ran_at", TIME),
    Column("software", String(64), nullable=False, comment="digest of the wiki's software at the last run"),
    Column("must_run_reason", String(32), comment="a RunReason; null when nothing asks for it"),
    Column("must_run_detail", DETAIL, comment="titles of pages, or the words of another version"),
    Column("run_alone_reason", String(64), comment="a RunAloneReason; null where it may run in a batch"),
    Column("flaky", Boolean, nullable=False),
)

DEPENDENCY = Table(
    "dependency",
    METADATA,
    wiki_id(primary_key=True),
    Column("tester_id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "kind",
        String(4),
        primary_key=True,
        comment="make: how the suite is made; run: what its run loaded; base: what its last believed run did",
    ),
    Column("title", TITLE, primary_key=True),
    Column("revision", BigInteger, nullable=False, comment="0 for a page that did not exist"),
    Index("dependency_title", "wiki_id", "title"),
)

HARVEST = Table(
    "harvest",
    METADATA,
    Column("id", ID, primary_key=True),
    wiki_id(),
    Column("started", TIME, nullable=False),
    Column("ended", TIME),
    Column("software", String(64), nullable=False),
    Column("ran", Integer, nullable=False),
    Column("inconclusive", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
)

RESULT = Table(
    "result",
    METADATA,
    Column("id", ID, primary_key=True),
    wiki_id(),
    Column("tester_id", BigInteger, nullable=False),
    Column("at", TIME, nullable=False),
    Column("state", STATE),
    Column("counts", JSON, nullable=False),
    Column("error_kind", String(16)),
    Column("error_message", TEXT, comment="words of the wiki or the report"),
    Column("error_code", String(32), comment="a NoteCode, in place of words"),
    Column("error_details", DETAIL),
    Column("failing", JSON, nullable=False),
    Column("inconclusive_code", String(32), comment="an InconclusiveCode; null where it came to a state"),
    Column("inconclusive_details", DETAIL),
    Column("duration_ms", Integer, nullable=False),
    Column("lua_ms", Integer, nullable=False),
    Column("run_reason", String(32), nullable=False, server_default="other"),
    Column("run_reason_detail", DETAIL),
    Index("result_tester", "wiki_id", "tester_id"),
    Index("result_at", "wiki_id", "at"),
)

TRANSITION = Table(
    "transition",
    METADATA,
    Column("id", ID, primary_key=True),
    wiki_id(),
    Column("token", String(16), nullable=False),
    Column("page_id", BigInteger, nullable=False),
    Column("title", TITLE, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("old", STATE),
    Column("new", STATE),
    Column("basis", String(32), nullable=False, server_default="unknown"),
    Column("counts", DETAIL),
    Column("errors", DETAIL, comment="kinds of errors that ended suites"),
    Column("detail", TEXT, comment="the words of another version, where the basis is unknown"),
    Column("testers", JSON, nullable=False),
    Column("cause", JSON),
    Column("at", TIME, nullable=False),
    Index("transition_page", "wiki_id", "page_id"),
)

RECORDING = Table(
    "recording",
    METADATA,
    Column("transition_id", ForeignKey(TRANSITION.c.id), primary_key=True),
    Column("recorder", String(32), primary_key=True),
    Column("at", TIME, nullable=False),
)

OWN_PAGE = Table(
    "own_page",
    METADATA,
    wiki_id(primary_key=True),
    Column("title", TITLE, primary_key=True),
    Column("digest", String(64), nullable=False, comment="of its contents"),
    Column("checked_at", TIME, nullable=False, comment="when it last said what it should"),
    Column("overwritten_at", TIME, comment="when somebody else's change was last overwritten"),
)

CAUGHT_UP = Table(
    "caught_up",
    METADATA,
    wiki_id(primary_key=True),
    Column("recorder", String(32), primary_key=True),
    Column("changes", BigInteger, nullable=False, comment="of the wiki, all of which it has written down"),
)

REFUSAL = Table(
    "refusal",
    METADATA,
    wiki_id(primary_key=True),
    Column("recorder", String(32), primary_key=True),
    Column("subject", TITLE, primary_key=True, comment="the page that could not be written"),
    Column("code", String(64), nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("depends_on", String(64), nullable=False, comment="digest of the page's revision, protection, and rights"),
    Column("at", TIME, nullable=False, comment="when it was last tried"),
)
