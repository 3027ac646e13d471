"""Addresses of hosts, looked up within a time: the system's resolver knows no limit."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

__all__ = ["look_up"]

# A resolver that works answers within seconds, also where its first server is gone.
_LONGEST_SECONDS = 10.0
# How often to look, while nothing comes, whether the time is over.
_LOOK_SECONDS = 0.5


def look_up(host: str, port: int, *, over: Callable[[], bool]) -> list[str]:
    """The addresses of a host. A resolver that takes longer is left behind: nothing can end it.

    :param over: whether it is too late to go on
    :raises socket.gaierror: there are none
    :raises TimeoutError: they were not told in time
    """
    found: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(info[4][0]) for info in infos)))
        except OSError as error:
            found.put(error)
        except UnicodeError as error:
            found.put(socket.gaierror(str(error)))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    until = time.monotonic() + _LONGEST_SECONDS
    while not over() and time.monotonic() < until:
        try:
            told = found.get(timeout=_LOOK_SECONDS)
        except Empty:
            continue
        if isinstance(told, OSError):
            raise told
        return told
    raise TimeoutError(f"the address of {host} could not be looked up in time")
