"""The tables of the store. Titles are at most 255 bytes and a namespace on every wiki."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

__all__ = ["METADATA", "MODULE", "RECORDING", "SUITE", "TRANSITION", "WIKI"]

METADATA = MetaData()
_TITLE = String(512)
_STATE = String(16)
# SQLite counts up by itself only in a column of this very type.
_ID = BigInteger().with_variant(Integer, "sqlite")

WIKI = Table(
    "wiki",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
)

MODULE = Table(
    "module",
    METADATA,
    Column("wiki_id", ForeignKey(WIKI.c.id), primary_key=True),
    Column("page_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", _TITLE, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("state", _STATE, nullable=False),
    Column("previous", _STATE),
)

SUITE = Table(
    "suite",
    METADATA,
    Column("wiki_id", ForeignKey(WIKI.c.id), primary_key=True),
    Column("tester_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tester_title", _TITLE, nullable=False),
    Column("tester_revision", BigInteger, nullable=False),
    Column("testee_id", BigInteger, nullable=False, comment="0 for a tester without a module"),
    Column("testee_title", _TITLE, nullable=False),
    Column("strategy", String(64), nullable=False),
    Column("state", _STATE),
    Column("counts", JSON, nullable=False),
    Column("error_kind", String(16)),
    Column("error_message", Text),
    Column("failing", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False, comment="of the testee, as tested"),
    Column("duration_ms", Integer, nullable=False),
    Column("title_dependent", Boolean),
)

TRANSITION = Table(
    "transition",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("wiki_id", ForeignKey(WIKI.c.id), nullable=False),
    Column("page_id", BigInteger, nullable=False),
    Column("title", _TITLE, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("old", _STATE),
    Column("new", _STATE),
    Column("summary", Text, nullable=False),
    Column("testers", JSON, nullable=False),
    Column("at", DateTime, nullable=False, comment="UTC"),
)

RECORDING = Table(
    "recording",
    METADATA,
    Column("transition_id", ForeignKey(TRANSITION.c.id), primary_key=True),
    Column("recorder", String(32), primary_key=True),
    Column("at", DateTime, nullable=False, comment="UTC"),
)
