"""Where a store is: what is said about a URL that is none, or leads to no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from picklebot.errors import ConfigError, StoreError
from picklebot.store.database import Database


@pytest.mark.parametrize("url", ["nonsense", "", "nosuchdatabase:///x", "/path/to/file"])
def test_what_is_no_url_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ConfigError, match="expected an SQLAlchemy URL such as sqlite:///"):
        Database(url)


def test_a_database_that_needs_another_package_names_it() -> None:
    with pytest.raises(ConfigError, match="mssql needs the Python package pyodbc"):
        Database("mssql://tool@tools.example/db")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("certainly no database, and long enough to be seen as none" * 9, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        Database(f"sqlite:///{tmp_path}/file")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be made"):
        Database(f"sqlite:///{tmp_path}/file/store.sqlite")


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql://tool:s3cret@127.0.0.1:1/db",
        "sqlite://tool:s3cret@/file",
        "nosuchdatabase://tool:s3cret@host/db",
        "mssql://tool:s3cret@host/db",
    ],
)
def test_a_password_in_the_url_is_not_shown(url: str) -> None:
    with pytest.raises((ConfigError, StoreError)) as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)
