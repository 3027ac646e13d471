"""Page tags: a change tag on the tested revision; setting it is the transition's entry in Special:Log. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from picklebot.model import OutboxEntry, RecordedUnder
from picklebot.recording.plan import TagChange, Task
from picklebot.recording.recorder import RecorderContext, WikiView
from picklebot.recording.wikitext import TAG_PREFIX, tag_name, tag_reason
from picklebot.text.messages import Messages

__all__ = ["Tags"]


class Tags:
    """Tags the tested revision with its state, and takes an older state's tag off that same revision.

    https://www.mediawiki.org/wiki/API:Tag
    """

    name: ClassVar[str] = "tags"
    under: ClassVar[RecordedUnder] = RecordedUnder.PAGE

    def __init__(self, context: RecorderContext) -> None:
        self._say = Messages(context.settings.language)

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterator[Task]:
        """One write per transition, those of a page in their order: the newest has the last word."""
        for item in pending:
            page = item.transition.page
            yield Task((item,), page.title, chain=page.page_id)

    def plan(self, task: Task, view: WikiView) -> Iterator[TagChange]:
        """The tag of the new state, unless it is there.

        A harvest that was killed before it could note its work may have set it: then its token is in the log of tags.
        """
        (item,) = task.entries
        page, new = item.transition.page, item.transition.new
        if new is None or not page.revision:
            return
        tag = tag_name(new)
        there = [name for name in view.tags(page.revision) if name.startswith(TAG_PREFIX)]
        # A later transition of this revision may have been recorded meanwhile: it stays.
        if there != [tag] and not (there and item.token in view.recorded_tokens()):
            older = tuple(name for name in there if name != tag)
            yield TagChange(page, tag, older, tag_reason(item.transition, item.at, item.token, self._say))
