"""Work spread over threads that keep no process from ending: one may wait for a name that never resolves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TypeVar

__all__ = ["spread"]

_T = TypeVar("_T")
_R = TypeVar("_R")


def spread(work: Callable[[_T], _R], items: Iterable[_T], threads: int) -> Iterator[_R]:
    """Do work on each item, a few at a time, and yield the results as they come.

    :raises Exception: as the work does; begun work goes on by itself
    """
    todo = iter(list(items))
    lock = Lock()
    done: SimpleQueue[tuple[_R | None, BaseException | None, bool]] = SimpleQueue()

    def run() -> None:
        while True:
            with lock:
                item = next(todo, None)
            if item is None:
                done.put((None, None, True))
                return
            try:
                done.put((work(item), None, False))
            except BaseException as error:  # noqa: BLE001 (it is raised where the results are taken)
                done.put((None, error, False))
                return

    for number in range(threads):
        Thread(target=run, name=f"gate-{number}", daemon=True).start()
    left = threads
    while left:
        result, error, ended = done.get()
        if error is not None:
            raise error
        if ended:
            left -= 1
        else:
            yield result  # type: ignore[misc] # (there is one where there is no error)
