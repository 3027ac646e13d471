"""Data pages: the state of each module and all that explains it, on pages of the observer's own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import ClassVar

from picklebot.account.pages import BasePage, PageTarget, data_target
from picklebot.account.refusals import OVERWRITTEN_TODAY
from picklebot.errors import RecordingError
from picklebot.model import OutboxEntry, OwnPage, RecordedUnder
from picklebot.recording.datapage import DataPage, pages_of, read_data_page, shard_of
from picklebot.recording.plan import PageEdit, PageSeen, Task, Write
from picklebot.recording.recorder import RecorderContext, WikiView
from picklebot.recording.wikitext import fill
from picklebot.text.messages import Messages

__all__ = ["Data"]

# How often pages are read in which nothing of ours changed, and changes of others overwritten.
_DAY = timedelta(days=1)
_PAGE_0 = 0


class Data:
    """Keeps the data pages as the store knows the wiki; an edit for each page on which something differs.

    Where there are to be more pages, new ones are written first, then page 0, which says how many there are, then those
    that entries have left: whoever reads them finds each entry at any time.
    """

    name: ClassVar[str] = "data"
    under: ClassVar[RecordedUnder] = RecordedUnder.TITLE

    def __init__(self, context: RecorderContext) -> None:
        self._site = context.site
        self._memory = context.memory
        self._user = context.user
        self._begin = fill(context.settings.data_page, {"user": context.user})
        self._say = Messages(context.settings.language)
        self._known: Mapping[str, OwnPage] = {}
        self._pages: Sequence[DataPage] = ()
        self._there = 0

    def has_news(self) -> bool:
        """Whether a data page differs from the store, or has not been looked at for a day."""
        there = self._remembered()
        if there and not self._memory.has_news(self.name) and not any(map(self._is_old, range(there))):
            return False
        self._find(there)
        if any(True for _ in self._touched()):
            return True
        self.caught_up()
        return False

    def look(self, view: WikiView) -> None:
        """Find the pages that there are to be, at least as many as there are."""
        there = self._remembered()
        if not there:
            first = read_data_page(view.page(self._target(_PAGE_0)).text)
            there = first.shards if first else 0
        self._find(there)

    def caught_up(self) -> None:
        """Remember that the pages tell all that is known."""
        self._memory.caught_up(self.name)

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterator[Task]:
        """One for each page that may differ, and one for transitions that other pages tell of already."""
        touched = list(self._touched())
        grown = len(self._pages) > self._there
        # New pages come first, and each page only after those before it.
        order = sorted(touched, key=lambda number: (number < self._there, number)) if grown else touched
        entries: dict[int | None, list[OutboxEntry]] = {}
        for item in pending:
            number = shard_of(item.transition.page.title, len(self._pages) or 1)
            entries.setdefault(number if number in touched else None, []).append(item)
        if None in entries:
            yield Task(tuple(entries[None]))
        for number in order:
            yield Task(tuple(entries.get(number, ())), chain="growth" if grown else number, place=str(number))

    def plan(self, task: Task, view: WikiView) -> Iterator[Write]:
        """The page as it should be, unless it is."""
        if not task.place:
            return
        number = int(task.place)
        page, target = self._pages[number], self._target(number)
        base = view.page(target)
        if base.page_id and page.says_the_same(base.text, number):
            yield PageSeen(base, page.digest(number))
            return
        foreign = self._is_of_others(base)
        if foreign:
            self._see_that_a_day_has_gone(base)
        summary = self._say("data-summary", _changed_entries(page, base.text))
        yield PageEdit(target, base, page.text, summary, page.digest(number), overwrites=foreign)

    def _target(self, number: int) -> PageTarget:
        return data_target(self._site, f"{self._begin}/{number}.json", self._user)

    def _remembered(self) -> int:
        """How many pages are remembered, from 0 without a gap."""
        self._known = self._memory.own_pages()
        return next(number for number in count() if self._own(number) is None)

    def _own(self, number: int) -> OwnPage | None:
        return self._known.get(self._target(number).title)

    def _find(self, there: int) -> None:
        summaries = self._memory.summaries()
        self._pages, self._there = pages_of(summaries, there) if summaries or there else (), there

    def _touched(self) -> Iterator[int]:
        for number, page in enumerate(self._pages):
            own = self._own(number)
            if own is None or own.digest != page.digest(number) or self._is_old(number):
                yield number

    def _is_old(self, number: int) -> bool:
        own = self._own(number)
        return own is not None and datetime.now(UTC) - own.checked_at >= _DAY

    def _is_of_others(self, base: BasePage) -> bool:
        """Whether somebody else has changed a page since it was written, or deleted it."""
        if base.page_id:
            return base.user != self._user
        return base.title in self._known

    def _see_that_a_day_has_gone(self, base: BasePage) -> None:
        own = self._known.get(base.title)
        if own and own.overwritten_at and datetime.now(UTC) - own.overwritten_at < _DAY:
            who = base.user or "somebody"
            raise RecordingError(
                f"{base.title} was changed again by {who}: it is overwritten once a day at most; who wants it to say"
                " something else switches the recorder data off",
                code=OVERWRITTEN_TODAY,
            )


def _changed_entries(page: DataPage, text: str) -> int:
    """How many modules are told of otherwise than before."""
    before = read_data_page(text)
    old = before.modules if before else {}
    return sum(old.get(title) != page.modules.get(title) for title in old.keys() | page.modules.keys())
