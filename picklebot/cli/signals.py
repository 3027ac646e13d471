"""SIGTERM and Ctrl-C: they end a harvest in good order, and let a gate give its answer first."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from picklebot.deadline import Bell, Deadline

__all__ = ["GRACE_SECONDS", "asked_to_end", "bell_of_signals", "ending_in_good_order", "note_signals"]

#: For the suite that runs: Toolforge and Kubernetes kill some 15 s after SIGTERM.
GRACE_SECONDS = 10.0
_noted: list[int] = []
_bells: list[Bell] = []


@contextmanager
def ending_in_good_order(deadline: Deadline, also: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let a first signal bring the deadline forward, and do nothing else: no more than a handler may.

    :param also: called by the handler, too
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        deadline.bring_forward(GRACE_SECONDS)
        also()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def note_signals() -> None:
    """Note SIGTERM and SIGINT from now on, instead of ending; earlier ones are forgotten."""
    _noted.clear()
    _bells.clear()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _note)


def asked_to_end() -> str:
    """The name of the first signal that was noted; empty for none."""
    return signal.Signals(_noted[0]).name if _noted else ""


def bell_of_signals() -> Bell:
    """A bell that rings with each signal that is noted, and has rung if there was one."""
    bell = Bell()
    _bells.append(bell)
    if _noted:
        bell.ring()
    return bell


def _note(number: int, _: object) -> None:
    _noted.append(number)
    for bell in _bells:
        bell.ring()
