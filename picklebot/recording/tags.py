"""Page tags: a change tag on the tested revision; setting it is the transition's entry in Special:Log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from picklebot.errors import RecordingError
from picklebot.recording.marks import TAG_PREFIX, describe, tag_name
from picklebot.recording.observer import Observer
from picklebot.recording.recorder import Done
from picklebot.tracking import Pending
from picklebot.wiki import Wiki

__all__ = ["Tags"]

# The revision was deleted since it was tested: there is nothing left to tag.
_GONE = "nosuchrevid"
_NO_RIGHT = "tags-update-no-permission"
_LIMITED = "ratelimited"
_HINTS = {
    "badtags": "the change tags are not defined here: a sysop runs `picklebot setup` once",
    "tags-apply-no-permission": "the account lacks the right applychangetags (grant: edit existing pages)",
    _NO_RIGHT: "the account lacks the right changetags (grant: edit existing pages)",
    "permissiondenied": "the account lacks the rights changetags and applychangetags (grant: edit existing pages)",
    _LIMITED: "the wiki limits how many tags an account sets in a minute; the rest waits for the next harvest",
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
                self._tag(page.revision, tag_name(new), describe(item.transition, item.token))
            done([item.id])

    def _tag(self, revision: int, tag: str, reason: str) -> None:
        """Tag a revision.

        What keeps a single revision from being tagged is told in the answer, and is no error of the API's.
        """
        older = [name for name in self._tags(revision) if name.startswith(TAG_PREFIX) and name != tag]
        try:
            answer = self._observer.write(action="tag", revid=revision, add=tag, remove="|".join(older), reason=reason)
            _check(answer["tag"][0])
        except RecordingError as error:
            # MediaWiki 1.43 gives the same answer to who may not and to who may not at this moment.
            limited = error.code == _NO_RIGHT and self._observer.has_right("changetags")
            hint = _HINTS.get(_LIMITED if limited else error.code)
            raise RecordingError(f"{hint} ({error})" if hint else f"{error}", code=error.code) from error

    def _tags(self, revision: int) -> list[str]:
        query = self._wiki.get(action="query", prop="revisions", revids=revision, rvprop=["ids", "tags"])["query"]
        return [tag for page in query.get("pages", ()) for entry in page.get("revisions", ()) for tag in entry["tags"]]


def _check(result: Mapping[str, Any]) -> None:
    """Raise what kept a revision from being tagged (ApiTag.php, ``processIndividual``)."""
    if result["status"] == "success" or result.get("code") == _GONE:
        return
    if result["status"] == "skipped":
        raise RecordingError("skipped", code=_LIMITED)
    found = next(iter(result.get("errors", ())), result)
    code = str(found.get("code", result["status"]))
    raise RecordingError(f"{code}: {found.get('info') or found.get('message', '')}", code=code)
