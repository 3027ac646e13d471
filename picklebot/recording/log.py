"""The log: a line per transition on a page of the observer's own, one page a month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from picklebot.faults import fault
from picklebot.recording.marks import fill, log_line
from picklebot.recording.observer import Observer
from picklebot.recording.recorder import Done
from picklebot.tracking import Pending

__all__ = ["Log"]


class Log:
    """Adds lines at the end of the month's page, in one edit per harvest and month.

    :param page: title with ``{user}``, ``{year}`` and ``{month}`` to be filled in
    """

    name: ClassVar[str] = "log"

    def __init__(self, observer: Observer, page: str) -> None:
        self._observer = observer
        self._page = page

    def record(self, pending: Sequence[Pending], done: Done) -> None:
        """One edit per month."""
        for (year, month), group in groupby(pending, key=lambda item: (item.at.year, item.at.month)):
            items = list(group)
            values = {"user": self._observer.name, "year": f"{year:04}", "month": f"{month:02}"}
            title, text = self._observer.text(fill(self._page, values))
            # A harvest that was killed after its edit, and before it could note that, wrote these lines already.
            new = [item for item in items if item.token not in text]
            lines = "\n".join(log_line(item.transition, item.at, item.token) for item in new)
            modules = "1 module" if len(new) == 1 else f"{len(new)} modules"
            if new:
                fault("before-log")
                self._observer.save(title, f"{text.rstrip()}\n{lines}".lstrip(), f"states of {modules} changed")
                fault("after-log")
            done([item.id for item in items])
            fault("after-log-done")
