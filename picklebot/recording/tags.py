"""Page tags: a change tag on the tested revision; setting it is the transition's entry in Special:Log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from picklebot.errors import RecordingError
from picklebot.recording.marks import TAG_PREFIX, describe, tag_name
from picklebot.recording.observer import Observer
from picklebot.recording.recorder import Done
from picklebot.tracking import Pending
from picklebot.wiki import Wiki

__all__ = ["Tags"]

# The revision was deleted since it was tested: there is nothing left to tag.
_GONE = "nosuchrevid"
_HINTS = {
    "badtags": "the change tags are not defined here: a sysop runs `picklebot setup` once",
    "tags-apply-no-permission": "the account lacks the right applychangetags (grant: edit existing pages)",
    "tags-update-no-permission": "the account lacks the right changetags (grant: edit existing pages)",
    "permissiondenied": "the account lacks the rights changetags and applychangetags (grant: edit existing pages)",
}


class Tags:
    """Tags the tested revision with its state, and takes an older state's tag off that same revision.

    https://www.mediawiki.org/wiki/API:Tag
    """

    name: ClassVar[str] = "tags"

    def __init__(self, observer: Observer, wiki: Wiki) -> None:
        self._observer = observer
        self._wiki = wiki

    def record(self, pending: Sequence[Pending], done: Done) -> None:
        """One write per transition."""
        for item in pending:
            page, new = item.transition.page, item.transition.new
            if new is not None and page.revision:
                self._tag(page.revision, tag_name(new), describe(item.transition))
            done([item.id])

    def _tag(self, revision: int, tag: str, reason: str) -> None:
        older = [name for name in self._tags(revision) if name.startswith(TAG_PREFIX) and name != tag]
        try:
            self._observer.write(action="tag", revid=revision, add=tag, remove="|".join(older), reason=reason)
        except RecordingError as error:
            if error.code == _GONE:
                return
            hint = _HINTS.get(error.code)
            raise RecordingError(f"{hint} ({error})" if hint else f"{error}", code=error.code) from error

    def _tags(self, revision: int) -> list[str]:
        query = self._wiki.get(action="query", prop="revisions", revids=revision, rvprop=["ids", "tags"])["query"]
        return [tag for page in query.get("pages", ()) for entry in page.get("revisions", ()) for tag in entry["tags"]]
