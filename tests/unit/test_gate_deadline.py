"""The deadline holds whatever the other side does; wikis that never speak are made of bare sockets."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from picklebot.gate.baseline_file import write_baseline
from tests.unit.test_gate_baseline_file import a_baseline

DEADLINE_SECONDS = 3.0


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one's own; the answer to each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            kept = []
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                Thread(target=answer, args=(connection,), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def silent(_: socket.socket) -> None:
    """Say nothing."""


def dripping(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 1000:
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            return
        time.sleep(0.1)


def in_a_circle(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /api.php\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def gate(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """A gate with a deadline, and how long it took."""
    command = [sys.executable, "-m", "picklebot", "gate", *options, "--deadline", f"{DEADLINE_SECONDS}"]
    began = time.monotonic()
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return ran, time.monotonic() - began


@pytest.mark.parametrize(
    ("answer", "scheme", "work"),
    [
        (silent, "http", "--baseline"),
        (dripping, "http", "--baseline"),
        (in_a_circle, "http", "--baseline"),
        (silent, "https", "--baseline"),
        (silent, "http", "--save"),
    ],
)
def test_a_wiki_that_never_answers_does_not_keep_the_gate(
    tmp_path: Path, answer: Callable[[socket.socket], None], scheme: str, work: str
) -> None:
    write_baseline(a_baseline(), tmp_path / "baseline.json")
    with listening(answer) as port:
        options = ["--wiki", f"{scheme}://127.0.0.1:{port}/api.php", work, "baseline.json"]
        ran, took = gate(tmp_path, *options, "--max-baseline-age", "9999")

    assert ran.returncode == 3, (ran.stdout, ran.stderr)
    assert ran.stdout.startswith("not checked: ")
    assert ran.stderr == ""
    assert took < DEADLINE_SECONDS + 12  # on a machine with nothing else to do less than one
