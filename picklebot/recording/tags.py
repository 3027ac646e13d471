"""Page tags: a change tag on the tested revision; setting it is the transition's entry in Special:Log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import ClassVar

from picklebot.account.observer import RATE_LIMITED, Observer
from picklebot.errors import RecordingError, StoppedError
from picklebot.failpoints import failpoint
from picklebot.model import OutboxEntry
from picklebot.recording.recorder import TAGS, Done
from picklebot.recording.wikitext import TAG_PREFIX, describe, tag_name, token_in
from picklebot.wiki import Wiki
from picklebot.wiki.revisions import pages_by_id

__all__ = ["Tags"]

_NO_RIGHT = "tags-update-no-permission"
_HINTS = {
    "badtags": "the change tags are not defined here: a sysop runs `picklebot setup` once",
    "tags-apply-no-permission": "the account lacks the right applychangetags (grant: edit existing pages)",
    _NO_RIGHT: "the account lacks the right changetags (grant: edit existing pages)",
    "permissiondenied": "the account lacks the rights changetags and applychangetags (grant: edit existing pages)",
    RATE_LIMITED: "the wiki limits how many tags an account sets in a minute; the rest waits for the next harvest",
}
# What keeps one revision from being tagged may not keep another; after so many in a row it is taken to.
_FAILURES = 3
# How far the wiki's clock may be behind ours.
_SKEW = timedelta(hours=1)


class Tags:
    """Tags the tested revision with its state, and takes an older state's tag off that same revision.

    https://www.mediawiki.org/wiki/API:Tag
    """

    name: ClassVar[str] = TAGS

    def __init__(self, observer: Observer, wiki: Wiki) -> None:
        self._observer = observer
        self._wiki = wiki

    def record(self, pending: Sequence[OutboxEntry], done: Done) -> None:
        """One write per transition, those of a page in their order: the newest has the last word.

        What a page keeps us from is told at the end; what keeps us from all of them ends the work.
        """
        log = _Written(self._wiki, self._observer.name, pending)
        problems: dict[int, str] = {}
        in_a_row = 0
        for item in pending:
            page, new = item.transition.page, item.transition.new
            if page.page_id in problems:
                continue  # its older transition comes first
            try:
                if new is not None and page.revision and not self._tag(item, tag_name(new), log):
                    continue  # it is gone: the next harvest knows whether it came back
            except StoppedError as error:
                raise error.after(problems.values()) from error
            except RecordingError as error:
                in_a_row += 1
                problems[page.page_id] = f"{page.title}: {error}"
                if not error.code or error.code in _HINTS or in_a_row >= _FAILURES:
                    break
                continue
            in_a_row = 0
            done([item.id])
            failpoint("after-tag-done")
        if problems:
            raise RecordingError("; ".join(problems.values()))

    def _tag(self, item: OutboxEntry, tag: str, log: _Written) -> bool:
        """Tag a revision, unless that was done by a harvest that was killed before it could note it.

        :returns: whether that was done, or can never be done; not where its page is gone, and may come back
        """
        page = item.transition.page
        there = [name for name in self._tags(page.revision) if name.startswith(TAG_PREFIX)]
        if there == [tag] or (there and item.token in log.tokens):
            return True  # a later transition of this revision may have been recorded meanwhile: it stays
        older = "|".join(name for name in there if name != tag)
        reason = describe(item.transition, item.token)
        failpoint("before-tag")
        try:
            tagged = self._observer.tag(page, tag, older, reason)
        except StoppedError:
            raise
        except RecordingError as error:
            # MediaWiki 1.43 gives the same answer to who may not and to who may not at this moment.
            limited = error.code == _NO_RIGHT and self._observer.has_right("changetags")
            hint = _HINTS.get(RATE_LIMITED if limited else error.code)
            raise RecordingError(f"{hint} ({error})" if hint else f"{error}", code=error.code) from error
        failpoint("after-tag")
        return tagged or bool(pages_by_id(self._wiki, [page.page_id]))

    def _tags(self, revision: int) -> list[str]:
        query = self._wiki.get(action="query", prop="revisions", revids=revision, rvprop=["ids", "tags"])["query"]
        return [tag for page in query.get("pages", ()) for entry in page.get("revisions", ()) for tag in entry["tags"]]


class _Written:
    """What the observer has written to the log of tags since the oldest of the transitions that wait."""

    def __init__(self, wiki: Wiki, user: str, pending: Sequence[OutboxEntry]) -> None:
        self._wiki = wiki
        self._user = user
        self._since = min(item.at for item in pending) - _SKEW

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The tokens of the entries; asked for once, and only where a revision's tags leave it open."""
        return frozenset(token for token in map(token_in, self._reasons()) if token)

    def _reasons(self) -> Iterator[str]:
        since = self._since.strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = {"letype": "tag", "leuser": self._user, "leprop": "comment", "ledir": "newer", "lestart": since}
        for part in self._wiki.query(list="logevents", lelimit="max", **wanted):
            for entry in part["logevents"]:
                yield entry.get("comment", "")
