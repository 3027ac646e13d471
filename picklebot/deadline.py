"""A time by which work is to be over: made once, and passed down to all that could take longer."""

from __future__ import annotations

import math
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

__all__ = ["NEVER", "Bell", "Deadline"]


class Bell:
    """Wakes all who wait for it, and all who come later.

    Unlike `threading.Event` it may be rung by the handler of a signal, whatever the thread that it interrupts is doing
    (https://docs.python.org/3/library/queue.html#simplequeue-objects).
    """

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """Wake them; a second time changes nothing."""
        self._rung.put(None)

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it rings, or for so many seconds."""
        with suppress(Empty):
            self._rung.get(timeout=seconds)
            self._rung.put(None)  # for others


@dataclass(slots=True)
class _Early:
    """An earlier end, asked for while the work goes on.

    :ivar at: on the clock of `time.monotonic`, seconds
    :ivar bell: rings when it is asked for
    """

    at: float = math.inf
    asked: bool = False
    bell: Bell = field(default_factory=Bell)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time on the clock of `time.monotonic`, seconds."""

    at: float = math.inf
    _early: _Early = field(default_factory=_Early, repr=False, compare=False)

    @classmethod
    def after(cls, seconds: float | None) -> Self:
        """So many seconds from now; never for None."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    @classmethod
    def after_start(cls, seconds: float) -> Self:
        """So many seconds after this process began: time that it has used counts."""
        return cls.after(seconds - _age_seconds())

    @property
    def left(self) -> float:
        """Seconds until then: none where it has come, infinitely many where it never does."""
        return max(min(self.at, self._early.at) - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether it has come."""
        return self.left <= 0.0

    @property
    def ending(self) -> bool:
        """Whether nothing more is to begin: it has come, or an earlier end was asked for."""
        return self._early.asked or self.over

    @property
    def brought_forward(self) -> bool:
        """Whether an earlier end was asked for."""
        return self._early.asked

    def bring_forward(self, seconds: float) -> None:
        """Ask for an earlier end: work that has begun gets so many seconds, and none is to begin any more.

        It holds for all that shares this deadline. A signal's handler may call it, and so may other threads.
        """
        self._early.at = min(self._early.at, time.monotonic() + seconds)
        self._early.asked = True
        self._early.bell.ring()

    def share(self, part: float) -> Self:
        """The time at which such a part of the remaining time will have passed."""
        at = math.inf if math.isinf(self.at) else time.monotonic() + max(self.at - time.monotonic(), 0.0) * part
        return type(self)(at, self._early)

    def sleep(self, seconds: float) -> None:
        """Wait; less where an earlier end is asked for meanwhile."""
        if self._early.asked:
            time.sleep(min(seconds, self.left))
            return
        self._early.bell.wait(seconds)


def _age_seconds() -> float:
    """How long this process has been running; 0 where the system does not tell."""
    try:
        started = float(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, IndexError, ValueError):
        return 0.0
    return max(age, 0.0)


#: For work that takes as long as it takes.
NEVER = Deadline()
