"""The stop page: whatever anybody writes there ends all recording before the next write."""

from __future__ import annotations

from collections.abc import Callable

from picklebot.errors import StoppedError
from picklebot.wiki import Site, Wiki

__all__ = ["STOPPED", "StopPage"]

#: Code of the error that a text on the page comes to.
STOPPED = "stopped"
_QUOTED_CHARACTERS = 80
# Requests that change a page, a tag or a page's memberships; a login does not.
_WRITES = frozenset({"edit", "tag", "managetags", "purge"})


class StopPage:
    """Asked before each write, at the end of all pauses.

    :param before: called first, before all that is no query
    """

    def __init__(self, wiki: Wiki, site: Site, title: str, before: Callable[[], None] = lambda: None) -> None:
        self._wiki = wiki
        self._title = site.normalise(title)
        self._before = before

    def __call__(self, action: str) -> None:
        """Hear that a request is about to be sent.

        :param action: of the API
        :raises StoppedError: it is a write, and the page has a text
        :raises WikiError: the page could not be read: then nothing is written either
        """
        self._before()
        if action in _WRITES:
            self._see_that_it_is_empty()

    def _see_that_it_is_empty(self) -> None:
        asked = ["content", "user", "timestamp"]
        for page in self._wiki.pages([self._title], prop="revisions", rvprop=asked, rvslots="main"):
            for revision in page.get("revisions", ()):
                text = revision.get("slots", {}).get("main", {}).get("content")
                if text is not None and not text.strip():
                    continue
                said = " ".join((text or "").split())[:_QUOTED_CHARACTERS]
                who, at = revision.get("user") or "somebody", revision.get("timestamp", "")
                raise StoppedError(
                    f"{who} stopped all recording at {at} by writing on {self._title}: {said!r}; it goes on when that"
                    " page is empty or deleted",
                    code=STOPPED,
                    postponed=True,
                )
