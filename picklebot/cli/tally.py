"""Counts the finished suites of a harvest, and puts the counts into words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from picklebot.model import State
from picklebot.text.terminal import plain

__all__ = ["STANDSTILL_SECONDS", "Standstill", "Tally"]

#: Where no suite finishes for so long, the work that is waited for is named, seconds.
STANDSTILL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Standstill:
    """Work that has been waited for, and for how many seconds."""

    work: str
    seconds: int


class Tally:
    """Counts the finished suites of a harvest, from several threads at once, and puts the counts into words.

    :param clock: seconds, as of `time.monotonic`
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers = count()
        self._works: dict[int, tuple[str, float]] = {}
        self._states: dict[int, State | None] = {}
        self._began = self._moved = clock()
        self.total = 0

    def begin(self, total: int) -> None:
        """So many suites are to run."""
        with self._lock:
            self.total = total
            self._began = self._moved = self._clock()

    @contextmanager
    def waiting_for(self, work: str) -> Iterator[None]:
        """Something is under way until the context ends."""
        with self._lock:
            number = next(self._numbers)
            self._works[number] = (work, self._clock())
        try:
            yield
        finally:
            with self._lock:
                del self._works[number]

    def finished(self, tester_id: int, state: State | None) -> None:
        """A suite has come to its end; only its last state counts."""
        with self._lock:
            self._states[tester_id] = state
            self._moved = self._clock()

    @property
    def done(self) -> int:
        """How many suites have finished."""
        return len(self._states)

    @property
    def failed(self) -> int:
        """How many of them failed."""
        with self._lock:
            return sum(state is State.FAIL for state in self._states.values())

    @property
    def seconds_left(self) -> float | None:
        """How long the others take if they take as long; None where nothing can be said of it."""
        if not 0 < self.done < self.total:
            return None
        return (self._clock() - self._began) / self.done * (self.total - self.done)

    @property
    def standstill(self) -> Standstill | None:
        """The work that has been waited for longest, where no suite has finished for a while."""
        with self._lock:
            now = self._clock()
            oldest = min(self._works.values(), key=lambda work: work[1], default=None)
            if oldest is None or now - self._moved < STANDSTILL_SECONDS or now - oldest[1] < STANDSTILL_SECONDS:
                return None
            return Standstill(oldest[0], round(now - oldest[1]))

    def words(self) -> str:
        """The number of finished suites, and the work that is waited for."""
        parts = [f"{self.done} of {self.total} done", f"{self.failed} failed"] if self.total else []
        if (left := self.seconds_left) is not None:
            parts.append(f"about {_clock_time(left)} left")
        if (still := self.standstill) is not None:
            parts.append(f"waiting for {plain(still.work, 60)} for {still.seconds} s")
        return ", ".join(parts)


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
