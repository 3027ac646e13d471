"""The wiki as recorders see it while they plan: read once for each plan, and never written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from picklebot.account.pages import BasePage, PageTarget
from picklebot.errors import RecordingError
from picklebot.model import OutboxEntry
from picklebot.recording.plan import PageEdit, TagChange, Task, Write
from picklebot.recording.trace import token_in
from picklebot.wiki import Wiki
from picklebot.wiki.revisions import current_pages

__all__ = ["View"]

# How far the wiki's clock may be behind ours.
_SKEW = timedelta(hours=1)


class View:
    """The pages read for one task, and for the group of tasks that it belongs to.

    :param read_page: reads a page that is to be written: as the observer, who edits it, or as anybody
    :param pending: all that waits for the recorder
    """

    def __init__(
        self, wiki: Wiki, user: str, read_page: Callable[[PageTarget], BasePage], pending: Sequence[OutboxEntry] = ()
    ) -> None:
        self._wiki = wiki
        self._user = user
        self._read_page = read_page
        self._since = min((item.at for item in pending), default=datetime.now(UTC))
        self._titles: tuple[str, ...] = ()
        self._ids: dict[str, int] | None = None
        self._pages: dict[str, BasePage] = {}
        self._first_ids: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._tags: dict[int, tuple[str, ...]] = {}
        self._tokens: frozenset[str] | None = None

    @property
    def user(self) -> str:
        """The observer's name, as the wiki writes it."""
        return self._user

    def begin_group(self, tasks: Iterable[Task]) -> None:
        """Forget all; the pages of these tasks are asked for together."""
        self._titles = tuple(dict.fromkeys(item.transition.page.title for task in tasks for item in task.entries))
        self._ids = None
        self.begin()

    def begin(self) -> None:
        """Forget all that was read for the last task."""
        self._first_ids.clear()
        self.forget()

    def forget(self) -> None:
        """Forget all that may have changed while a plan was carried out; a page that is another one now is noticed."""
        self._pages.clear()
        self._texts.clear()
        self._tags.clear()

    def assume(self, write: Write) -> None:
        """Go on as if this had been written."""
        if isinstance(write, PageEdit):
            base = write.base
            self._pages[write.target.title] = BasePage(
                base.title, base.page_id, base.revision, base.timestamp, write.text
            )
            self._texts[write.target.title] = write.text
        elif isinstance(write, TagChange):
            left = (tag for tag in self.tags(write.page.revision) if tag not in write.remove)
            self._tags[write.page.revision] = (*left, write.add)

    def page(self, target: PageTarget) -> BasePage:
        """A page that is to be written, as it is now.

        :raises RecordingError: it is not the page that is meant, or not the one any more that it was
        """
        if target.title not in self._pages:
            page = self._read_page(target)
            first = self._first_ids.setdefault(target.title, page.page_id)
            if first and page.page_id != first:
                raise RecordingError(f"{target.title} was moved, deleted or made anew meanwhile: it is left alone")
            self._pages[target.title] = page
        return self._pages[target.title]

    def text(self, title: str) -> str:
        """The text of any page; empty where there is none."""
        if title not in self._texts:
            found = self._wiki.pages([title], prop="revisions", rvprop="content", rvslots="main")
            slots = (revision.get("slots", {}) for page in found for revision in page.get("revisions", ()))
            self._texts[title] = next((str(slot.get("main", {}).get("content", "")) for slot in slots), "")
        return self._texts[title]

    def page_id(self, title: str) -> int | None:
        """The id of the page with a title; 0 where there is none, None where the wiki does not say."""
        if self._ids is None:
            found = current_pages(self._wiki, self._titles) if self._titles else {}
            self._ids = {name: current.page.page_id for name, current in found.items()}
        if title not in self._ids and title not in self._titles:
            self._ids |= {name: each.page.page_id for name, each in current_pages(self._wiki, [title]).items()}
        return self._ids.get(title)

    def tags(self, revision: int) -> tuple[str, ...]:
        """The change tags of a revision."""
        if revision not in self._tags:
            query = self._wiki.get(action="query", prop="revisions", revids=revision, rvprop=["ids", "tags"])["query"]
            entries = (entry for page in query.get("pages", ()) for entry in page.get("revisions", ()))
            self._tags[revision] = tuple(tag for entry in entries for tag in entry["tags"])
        return self._tags[revision]

    def recorded_tokens(self) -> frozenset[str]:
        """Tokens in the log of tags since the oldest transition that waits; asked for once, and only if they matter."""
        if self._tokens is None:
            self._tokens = frozenset(token for token in map(token_in, self._reasons()) if token)
        return self._tokens

    def _reasons(self) -> Iterator[str]:
        since = (self._since - _SKEW).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = {"letype": "tag", "leuser": self._user, "leprop": "comment", "ledir": "newer", "lestart": since}
        for part in self._wiki.query(list="logevents", lelimit="max", **wanted):
            for entry in part["logevents"]:
                yield entry.get("comment", "")
