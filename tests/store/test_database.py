"""A store's database: made and brought up to date by migrations, and refused with reasons."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from picklebot.errors import StoreError
from picklebot.model import Knowledge
from picklebot.store.database import Database
from picklebot.store.store import Store, StoreUpdate
from picklebot.store.tables import METADATA
from tests.store.known import CHANGE, MODULE, NOW, RECORD


def differences(connection: Connection) -> list[object]:
    """Between a database and the tables of the code; their comments are for who reads the code."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found = compare_metadata(context, METADATA)
    return [each for each in found if not (isinstance(each, list) and each[0][0] == "modify_comment")]


def test_the_migrations_make_the_very_tables_that_the_code_uses(url: str) -> None:
    database = Database(url)
    with database.transaction() as connection:
        assert differences(connection) == []
    database.close()


def test_to_open_it_again_changes_nothing(url: str) -> None:
    with Store(Database(url), "wiki") as store:
        store.advance(StoreUpdate({2: RECORD}, modules={1: MODULE}, transitions=[CHANGE]), NOW)
    with Store(Database(url), "wiki") as store:
        assert store.knowledge() == Knowledge({2: RECORD}, {1: MODULE})
        assert len(store.pending("tags")) == 1


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_of_a_newer_picklebot_is_refused_and_left_alone(url: str, *, read_only: bool) -> None:
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer version of picklebot"):
        Database(url, read_only=read_only)
    with pytest.raises(StoreError, match="newer version of picklebot"):
        Database(url, read_only=read_only)


@pytest.mark.parametrize("read_only", [False, True])
def test_tables_that_no_migration_made_are_refused(url: str, *, read_only: bool) -> None:
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("delete from alembic_version"))
    database.close()
    with pytest.raises(StoreError, match="made by an unreleased version"):
        Database(url, read_only=read_only)


def test_only_to_look_into_an_older_store_says_what_to_do_and_does_not_do_it(url: str) -> None:
    at_revision(url, "0001")
    with pytest.raises(StoreError, match="older version of picklebot"):
        Database(url, read_only=True)


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_knows(url: str) -> None:
    at_revision(url, "0001")
    database = Database(url)
    with database.transaction() as connection:
        assert differences(connection) == []
        assert connection.scalar(text("select title from module")) == "Module:Foo"
    database.close()


def at_revision(url: str, revision: str) -> None:
    """A database as an older version of picklebot left it, with a module in it."""
    database = Database(url)
    with database.transaction() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("delete from alembic_version"))
    with database.transaction() as connection:
        config = Config()
        config.set_main_option("script_location", str(files("picklebot.store") / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(text("insert into wiki (id, `key`) values (1, 'wiki')"))
        connection.execute(text("insert into module values (1, 1, 'Module:Foo', 10, 'good', null)"))
    database.close()


def test_only_to_look_makes_no_file(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/deep/store.sqlite", read_only=True), "wiki") as store:
        assert store.knowledge() == Knowledge()
        store.advance(StoreUpdate({2: RECORD}, transitions=[CHANGE]), NOW)
        assert store.pending("tags") == []
        assert store.sync_state().cursor is None
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_other_tables_gets_ours_beside_them(url: str) -> None:
    """A tool has one database at times, for all that it does."""
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("create table theirs (id integer primary key)"))
        connection.execute(text("insert into theirs values (1)"))
    database.close()
    database = Database(url)
    with database.transaction() as connection:
        assert connection.scalar(text("select count(*) from theirs")) == 1
    database.close()


def test_the_store_can_be_read_with_sqls_own_words(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        store.advance(StoreUpdate({2: RECORD}, modules={1: MODULE}), NOW)
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        assert database.execute("select title, state, previous from module").fetchall() == [
            ("Module:Foo", "fail", "good")
        ]
