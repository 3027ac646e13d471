"""SIGTERM and Ctrl-C: the first ends a command in good order, a second one at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from picklebot.deadline import Deadline

__all__ = ["GRACE_SECONDS", "ending_in_good_order"]

#: For the suite that runs: Toolforge and Kubernetes kill some 15 s after SIGTERM.
GRACE_SECONDS = 10.0


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
