"""Pages of a wiki, for comparisons: which there are now, who changed them, who took them away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from picklebot.model import Page
from picklebot.wiki.client import Wiki
from picklebot.wiki.revisions import current_pages, pages_by_id

__all__ = ["PageHistory"]


class PageHistory:
    """The pages of one wiki. All methods raise WikiError: the wiki could not be read."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    def current(self, titles: Iterable[str]) -> Mapping[str, Page]:
        """Pages by title, titles without a page too."""
        return {title: found.page for title, found in current_pages(self._wiki, titles).items()}

    def by_id(self, ids: Iterable[int]) -> Mapping[int, Page]:
        """Existing pages, by page id."""
        return pages_by_id(self._wiki, ids)

    def editors(self, revisions: Collection[int]) -> Mapping[int, tuple[str, str]]:
        """Authors and times of revisions (ISO 8601, UTC); an empty name where that is hidden."""
        found = {}
        if revisions:
            ids = map(str, revisions)
            for page in self._wiki.pages(ids, by="revids", prop="revisions", rvprop=["ids", "user", "timestamp"]):
                for revision in page.get("revisions", ()):
                    found[revision["revid"]] = (revision.get("user", ""), revision["timestamp"])
        return found

    def remover(self, title: str) -> tuple[str, str]:
        """The user who deleted or moved a page that is no more, and the time; empty where the log does not say."""
        wanted = ["type", "user", "timestamp"]
        answer = self._wiki.get(action="query", list="logevents", letitle=title, leprop=wanted, lelimit=1)
        for event in answer["query"]["logevents"]:
            if event.get("type") in ("delete", "move"):
                return event.get("user", ""), event.get("timestamp", "")
        return "", ""
