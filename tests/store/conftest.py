"""The store is tested on every database that it is promised for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.mariadbserver import MariaDB, running

# One server serves all of them: its tests keep to one worker.
_MARIADB = pytest.param(
    "mariadb",
    marks=[
        pytest.mark.xdist_group("mariadb"),
        pytest.mark.skipif(not shutil.which("mariadbd"), reason="Debian's package mariadb-server-core is not there"),
    ],
)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", _MARIADB])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/down/store.sqlite"
    server: MariaDB = request.getfixturevalue("mariadb")
    return server.database()
