"""The log: a line per transition on a page of the observer's own, one page a month. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, groupby
from typing import ClassVar

from picklebot.account.pages import log_target
from picklebot.model import OutboxEntry, RecordedUnder
from picklebot.recording.plan import PageEdit, Task
from picklebot.recording.recorder import RecorderContext, WikiView
from picklebot.recording.wikitext import fill, log_line, log_summary
from picklebot.text.messages import Messages

__all__ = ["Log"]

# A line takes some 600, and a wiki refuses pages of more than 2 MiB by default ($wgMaxArticleSize).
_MAX_PAGE_BYTES = 400_000


class Log:
    """Adds lines at the end of the month's page, in one edit per harvest and month; a full page goes on on ``…/2``."""

    name: ClassVar[str] = "log"
    under: ClassVar[RecordedUnder] = RecordedUnder.NEITHER

    def __init__(self, context: RecorderContext) -> None:
        self._site = context.site
        self._page = context.settings.log_page
        self._user = context.user
        self._say = Messages(context.settings.language)

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterator[Task]:
        """One for each month."""
        for (year, month), group in groupby(pending, key=lambda item: (item.at.year, item.at.month)):
            values = {"user": self._user, "year": f"{year:04}", "month": f"{month:02}"}
            yield Task(tuple(group), place=fill(self._page, values))

    def plan(self, task: Task, view: WikiView) -> Iterator[PageEdit]:
        """The lines that are not there, as many on a page as it has room for."""
        left: Sequence[OutboxEntry] = task.entries
        for number in count(1):
            target = log_target(self._site, task.place if number == 1 else f"{task.place}/{number}")
            base = view.page(target)
            # A harvest that was killed after its edit, and before it could note that, wrote these lines already.
            new = [item for item in left if item.token not in base.text]
            text = base.text.rstrip()
            lines = [text] if text else []
            room = _MAX_PAGE_BYTES - len(base.text.encode())
            fitting = 0
            for item in new:
                line = log_line(item.transition, item.at, item.token, self._say)
                room -= len(line.encode()) + 1
                if room < 0 and lines:
                    break
                lines.append(line)
                fitting += 1
            if fitting:
                yield PageEdit(target, base, "\n".join(lines), log_summary(fitting, self._say))
            left = new[fitting:]
            if not left:
                return
