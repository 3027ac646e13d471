"""What every recorder is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Protocol

from picklebot.model import OutboxEntry

__all__ = ["CATEGORIES", "LOG", "RECORDERS", "TAGS", "Done", "Recorder"]

TAGS: Final = "tags"
CATEGORIES: Final = "categories"
LOG: Final = "log"
#: Names of all recorders, in the order in which they work.
RECORDERS: Final = (TAGS, CATEGORIES, LOG)

#: Notes transitions as recorded, by their ids; called as soon as the wiki has them, and with none before more is begun.
Done = Callable[[Sequence[int]], None]


class Recorder(Protocol):
    """One way of recording a transition."""

    #: Under this name the outbox notes what has been recorded.
    name: ClassVar[str]

    def record(self, pending: Sequence[OutboxEntry], done: Done) -> None:
        """Record transitions, oldest first.

        :raises RecordingError: this recorder cannot do its work; what is not noted as done waits for the next harvest
        """
