"""How many edits are made: a few a minute, and some in a harvest; the rest waits for the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from picklebot.errors import StoppedError
from picklebot.recording.memory import Memory

__all__ = ["EditBudget"]

_MINUTE = timedelta(minutes=1)


class EditBudget:
    """The edits that are left. Edits of earlier harvests count in the minute too: the memory keeps their times.

    :param per_minute: edits in any minute
    :param per_harvest: edits from `begin` on
    """

    def __init__(self, memory: Memory, per_minute: int, per_harvest: int) -> None:
        self._memory = memory
        self._per_minute = per_minute
        self._per_harvest = per_harvest
        self._made = 0

    def begin(self) -> None:
        """Begin a harvest."""
        self._made = 0

    def wait_for_turn(self, pause: Callable[[float], None]) -> None:
        """Wait until another edit may be made.

        :param pause: waits so many seconds, or raises StoppedError where there is no time
        :raises StoppedError: it may not in this harvest
        """
        if self._made >= self._per_harvest:
            raise StoppedError(
                f"{self._made} edits were made in this harvest, as many as edits_per_harvest allows: the rest waits",
                everywhere=False,
                postponed=True,
            )
        now = datetime.now(UTC)
        recent = [at for at in self._memory.edit_times() if now - at < _MINUTE][-self._per_minute :]
        if len(recent) >= self._per_minute:
            pause((recent[0] + _MINUTE - now).total_seconds())

    def note(self) -> None:
        """Hear that an edit was made."""
        self._made += 1
        self._memory.edited(self._per_minute)
