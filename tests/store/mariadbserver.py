"""A MariaDB of one's own: in a folder, on a socket, as whoever runs the tests; nothing else on the machine knows it."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

__all__ = ["MariaDB", "running"]


class MariaDB:
    """A running server.

    :param folder: short, because a socket's path is limited to some hundred bytes
    """

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "socket"
        self._databases = 0

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"store{self._databases}"
        self.say(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        return f"mysql+pymysql://root@localhost/{name}?unix_socket={self.socket}"

    def say(self, statement: str) -> None:
        with pymysql.connect(unix_socket=str(self.socket), user="root") as connection:
            connection.cursor().execute(statement)


@contextmanager
def running() -> Iterator[MariaDB]:
    """A server with no databases, for as long as the ``with`` block. About three seconds."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    user = f"--user={getpass.getuser()}"  # as root it wants to be told that this is meant
    data = f"--datadir={folder / 'data'}"
    try:
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", data, user, "--skip-test-db"], check=True, capture_output=True
        )
        sizes = ("--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", "--innodb-flush-log-at-trx-commit=0")
        network = ("--skip-networking", "--skip-grant-tables", f"--socket={folder / 'socket'}")
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["mariadbd", "--no-defaults", data, user, *network, *sizes], stdout=log, stderr=log
            )
        try:
            _wait(server, folder)
            yield MariaDB(folder)
        finally:
            server.kill()  # nothing in it is wanted any more
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        if (folder / "socket").exists():
            return
        assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError("MariaDB did not start in 30 seconds")
