"""PHP's own web server: started, found again, and stopped without leaving a worker behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from picklebot.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PHP", "free_port", "is_free", "missing_pages", "processes", "start", "stop"]

PHP = ("php", "-d", "opcache.enable_cli=1", "-d", "apc.enable_cli=1", "-d", "apc.shm_size=128M")
"""PHP with the caches that the command line has switched off. (OPcache's file cache makes workers crash.)"""

_WORKERS = "4"
_START_SECONDS = 20.0
_GRACE_SECONDS = 2.0
_TERM_SECONDS = 3.0
_TITLES_A_REQUEST = 50


def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether one could listen on that port of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def processes(command: Sequence[str]) -> tuple[int, ...]:
    """The processes that run exactly ``command``: the server and the workers it forked.

    The command names the sandbox's own log file, so that no other process can be mistaken for it.
    """
    wanted = b"\0".join(os.fsencode(part) for part in command) + b"\0"
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # ended while we looked
                if (entry / "cmdline").read_bytes() == wanted:
                    found.append(int(entry.name))
    return tuple(found)


def missing_pages(api: str, titles: Sequence[str]) -> list[str]:
    """The titles among these without a page, as the wiki writes them."""
    missing = []
    for first in range(0, len(titles), _TITLES_A_REQUEST):
        batch = titles[first : first + _TITLES_A_REQUEST]
        form = {"action": "query", "titles": "|".join(batch), "format": "json", "formatversion": "2"}
        answer = requests.post(api, data=form, timeout=_START_SECONDS).json()
        missing += [page["title"] for page in answer["query"]["pages"] if page.get("missing") or page.get("invalid")]
    return missing


def _answers(api: str, wiki_id: str) -> bool:
    try:
        reply = requests.get(
            api, params={"action": "query", "meta": "siteinfo", "format": "json"}, timeout=_START_SECONDS
        )
        return bool(reply.json()["query"]["general"]["wikiid"] == wiki_id)
    except (requests.RequestException, KeyError, TypeError, ValueError):
        return False


def start(command: Sequence[str], api: str, wiki_id: str, log: Path, environment: dict[str, str]) -> None:
    """Start the server in a session of its own, and wait until it answers, and not another one in its place.

    :raises SandboxError: it ended at once (the port was taken) or never answered
    """
    port = urlsplit(api).port or 0
    deadline = time.monotonic() + _TERM_SECONDS
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(0.02)  # a process that ends loses its name before it lets go of its port
    with log.open("ab") as out:
        subprocess.run(
            ["setsid", "--fork", *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **environment, "PHP_CLI_SERVER_WORKERS": _WORKERS},
            check=True,
        )
    started = time.monotonic()
    seen = False
    while time.monotonic() < started + _START_SECONDS:
        time.sleep(0.05)
        if _answers(api, wiki_id):
            return
        running = bool(processes(command))
        # Until it has become the server, the process goes by another name: on a busy machine that takes a moment.
        if not running and (seen or time.monotonic() > started + _GRACE_SECONDS):
            break
        seen = seen or running
    stop(command)
    said = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
    raise SandboxError(f"the wiki's server does not answer at {api}:\n{said}\nIts log: {log}")


def stop(command: Sequence[str]) -> bool:
    """End the server and its workers, and wait until they are gone; False when there were none."""
    running = processes(command)
    for signal_, patience in ((signal.SIGTERM, _TERM_SECONDS), (signal.SIGKILL, _START_SECONDS)):
        deadline = time.monotonic() + patience
        while (left := processes(command)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal_)
            time.sleep(0.02)
    return bool(running)
