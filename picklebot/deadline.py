"""A time by which work is to be over: made once, and passed down to all that could take longer."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["NEVER", "Deadline"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time on the clock of `time.monotonic`, seconds."""

    at: float = math.inf

    @classmethod
    def after(cls, seconds: float | None) -> Self:
        """So many seconds from now; never for None."""
        return cls() if seconds is None else cls(time.monotonic() + seconds)

    @classmethod
    def after_start(cls, seconds: float) -> Self:
        """So many seconds after this process began: what it has used up until now counts."""
        return cls.after(seconds - _age_seconds())

    @property
    def left(self) -> float:
        """Seconds until then: none where it has come, infinitely many where it never does."""
        return max(self.at - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether it has come."""
        return time.monotonic() >= self.at

    def share(self, part: float) -> Self:
        """The time at which such a part of the remaining time will have passed."""
        return type(self)() if math.isinf(self.at) else type(self)(time.monotonic() + self.left * part)


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
