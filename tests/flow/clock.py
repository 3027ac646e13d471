"""A clock that only moves when somebody waits: hours of a watch pass in no time, and the same ones in every run."""

from __future__ import annotations

import math
import queue
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from picklebot.deadline import Deadline

__all__ = ["Clock", "stopped"]

START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
# Far from zero: a time of zero means "at once" to a watch.
_MONOTONIC = 10_000.0


@dataclass
class Clock:
    """What time it is, and what happens at which time.

    :ivar passed: seconds since the beginning
    :ivar slept: the length of each pause, seconds
    """

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)
    _due: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def read(self) -> float:
        """As `time.monotonic` would."""
        return _MONOTONIC + self.passed

    def timestamp(self) -> float:
        """As `time.time` would."""
        return self.now.timestamp()

    def later(self, seconds: float, happens: Callable[[], object]) -> None:
        """Let something happen so many seconds from now, when somebody waits that long."""
        self._due.append((self.passed + seconds, len(self._due), happens))
        self._due.sort(key=lambda each: each[:2])

    def tick(self) -> None:
        """Let a second pass in which nothing else happens."""
        self.passed += 1

    def advance(self, seconds: float) -> None:
        """Let time pass, and happen what is due in it."""
        end = self.passed + seconds
        while self._due and self._due[0][0] <= end:
            at, _, happens = self._due.pop(0)
            self.passed = max(self.passed, at)
            happens()
        self.passed = max(self.passed, end)

    def until_something_happens(self, seconds: float) -> None:
        """Let time pass, but not further than to what happens next."""
        left = min([at for at, _, _ in self._due[:1]], default=math.inf) - self.passed
        self.advance(min(max(left, 0.0), seconds))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)


@contextmanager
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Let all of picklebot go by a clock of its own."""
    clock = Clock()

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # no subclass goes out
            return clock.now.astimezone(tz)

    class Inbox(queue.SimpleQueue[object]):
        """A queue of which one waits for news without waiting."""

        def get(self, block: bool = True, timeout: float | None = None) -> object:
            if timeout is None:  # threads of a pool wait for work like this
                return super().get(block)
            if self.empty():
                clock.until_something_happens(timeout)
            return self.get_nowait()

    monkeypatch.setattr(time, "monotonic", clock.read)
    monkeypatch.setattr(time, "time", clock.timestamp)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(Deadline, "sleep", lambda _, seconds: clock.sleep(seconds))
    monkeypatch.setattr(queue, "SimpleQueue", Inbox)
    for name, each in list(sys.modules.items()):
        if name.startswith("picklebot.") and getattr(each, "datetime", None) is datetime:
            monkeypatch.setattr(each, "datetime", Stopped)
    yield clock
