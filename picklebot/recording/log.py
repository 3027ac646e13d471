"""The log: a line per transition on a page of the observer's own, one page a month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby
from typing import ClassVar

from picklebot.account.observer import Edit, Observer
from picklebot.account.pages import log_target
from picklebot.failpoints import failpoint
from picklebot.model import OutboxEntry
from picklebot.recording.recorder import LOG, Done
from picklebot.recording.wikitext import fill, log_line
from picklebot.wiki import Site

__all__ = ["Log"]

# Bytes; a line takes some 200, and a wiki refuses pages of more than 2 MiB by default ($wgMaxArticleSize).
_LARGEST = 400_000


class Log:
    """Adds lines at the end of the month's page, in one edit per harvest and month; a full page goes on on ``…/2``.

    :param page: title with ``{user}``, ``{year}`` and ``{month}`` to be filled in
    """

    name: ClassVar[str] = LOG

    def __init__(self, observer: Observer, site: Site, page: str) -> None:
        self._observer = observer
        self._site = site
        self._page = page

    def record(self, pending: Sequence[OutboxEntry], done: Done) -> None:
        """One edit per month and page."""
        for (year, month), group in groupby(pending, key=lambda item: (item.at.year, item.at.month)):
            items = list(group)
            values = {"user": self._observer.name, "year": f"{year:04}", "month": f"{month:02}"}
            title = fill(self._page, values)
            left = self._add(title, items)
            for number in count(2):
                if not left:
                    break
                left = self._add(f"{title}/{number}", left)
            done([item.id for item in items])
            failpoint("after-log-done")

    def _add(self, title: str, items: Sequence[OutboxEntry]) -> list[OutboxEntry]:
        """Add the lines that are not there, as many as the page has room for; return the others."""
        left: list[OutboxEntry] = []

        def rewrite(text: str) -> Edit | None:
            # A harvest that was killed after its edit, and before it could note that, wrote these lines already.
            new = [item for item in items if item.token not in text]
            text = text.rstrip()
            lines = [text] if text else []
            room = _LARGEST - len(text.encode())
            left[:] = new
            while left:
                line = log_line(left[0].transition, left[0].at, left[0].token)
                room -= len(line.encode()) + 1
                if room < 0 and lines:
                    break
                lines.append(line)
                del left[0]
            added = len(new) - len(left)
            if not added:
                return None
            failpoint("before-log")
            modules = "1 module" if added == 1 else f"{added} modules"
            return Edit("\n".join(lines), f"states of {modules} changed")

        if self._observer.edit(log_target(self._site, title), rewrite):
            failpoint("after-log")
        return left
