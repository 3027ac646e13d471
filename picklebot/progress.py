"""The progress of long work, as it is reported; `cli/progress.py` shows it to people."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from picklebot.model import State

__all__ = ["UNWATCHED", "Progress"]


class Progress(Protocol):
    """Hears how far the suites of a harvest are; from several threads at once, where several suites run."""

    def begin(self, total: int) -> None:
        """So many suites are to run."""

    def waiting_for(self, work: str) -> AbstractContextManager[None]:
        """Something is under way, named for people, until the context ends."""

    def finished(self, tester_id: int, state: State | None) -> None:
        """A suite has come to its end; to hear of the same one again counts once.

        :param tester_id: page id of its tester
        :param state: None where it came to none
        """

    def end(self) -> None:
        """No further suite runs."""


class _Unwatched:
    """For work that nobody watches."""

    def begin(self, total: int) -> None:
        """Tell nobody."""

    def waiting_for(self, work: str) -> AbstractContextManager[None]:  # noqa: ARG002 (as the protocol has it)
        """Tell nobody."""
        return nullcontext()

    def finished(self, tester_id: int, state: State | None) -> None:
        """Tell nobody."""

    def end(self) -> None:
        """Tell nobody."""


#: For work that nobody watches.
UNWATCHED: Progress = _Unwatched()
