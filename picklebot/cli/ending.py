"""Signals that ask a command for its end: noted, where it has an answer to give first."""

from __future__ import annotations

import signal

from picklebot.deadline import Bell

__all__ = ["asked_to_end", "bell", "note_signals"]

#: Rings with the first signal; others may ring it, too.
bell = Bell()
_noted: list[int] = []


def note_signals() -> None:
    """Note SIGTERM and SIGINT from now on, instead of ending."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _note)


def asked_to_end() -> str:
    """The name of the first signal that was noted; empty for none."""
    return signal.Signals(_noted[0]).name if _noted else ""


def _note(number: int, _: object) -> None:
    _noted.append(number)
    bell.ring()
