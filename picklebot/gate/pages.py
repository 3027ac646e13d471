"""Texts of pages, told by their SHA-1: 50 pages a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from picklebot.gate.baseline_file import BaselinePage
from picklebot.gate.model import EditorChange
from picklebot.wiki import Wiki
from picklebot.wiki.client import Answer, batched

__all__ = ["PAGES_ASKED_AT_ONCE", "PROPERTIES", "PageNow", "editor_changes", "pages_in", "pages_now"]

#: Parameters of a query that tell of pages what `PageNow` holds.
PROPERTIES: Mapping[str, Sequence[str]] = {
    "prop": ("info", "revisions"),
    "rvprop": ("ids", "timestamp", "sha1", "user"),
}
#: As many titles as a request may name.
PAGES_ASKED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class PageNow:
    """A page as it is now.

    :param edited: when its newest revision was made, UTC; None for a page that does not exist
    :param user: who made it; empty where that is hidden
    """

    page: BaselinePage
    edited: datetime | None = None
    user: str = ""
    content_model: str = ""

    @property
    def exists(self) -> bool:
        """Whether the wiki has this page."""
        return self.page.page_id > 0


def pages_now(wiki: Wiki, titles: Iterable[str]) -> dict[str, PageNow]:
    """Pages by title, missing ones included.

    :raises WikiError: the wiki could not be read
    """
    found: dict[str, PageNow] = {}
    for some in batched(dict.fromkeys(titles)):
        for part in wiki.query(titles=some, **PROPERTIES):
            found |= pages_in(part)
    return found


def pages_in(query: Answer) -> dict[str, PageNow]:
    """The pages of an answer by title, also by the titles that they were asked for by."""
    found = {page["title"]: _page(page) for page in query.get("pages", ())}
    spelt = {each["from"]: found[each["to"]] for each in query.get("normalized", ()) if each["to"] in found}
    return found | spelt


def editor_changes(
    titles: Iterable[str], before: Mapping[str, BaselinePage], now: Mapping[str, PageNow], base: str
) -> tuple[EditorChange, ...]:
    """Changes that editors made to pages, with links to the differences.

    :param base: URL of the wiki's index.php
    """
    return tuple(_change(title, before.get(title, BaselinePage()), now.get(title), base) for title in titles)


def _change(title: str, old: BaselinePage, now: PageNow | None, base: str) -> EditorChange:
    new = now.page.revision if now else 0
    diff = f"{base}?{urlencode({'oldid': old.revision, 'diff': new})}" if old.revision and new else ""
    return EditorChange(title, old.revision, new, now.user if now else "", diff)


def _page(page: Answer) -> PageNow:
    if page.get("missing") or page.get("invalid") or not page.get("revisions"):
        return PageNow(BaselinePage())
    newest = page["revisions"][0]
    known = BaselinePage(
        revision=page.get("lastrevid", newest["revid"]), page_id=page.get("pageid", 0), sha1=newest.get("sha1", "")
    )
    edited = datetime.fromisoformat(newest["timestamp"]).astimezone(UTC) if "timestamp" in newest else None
    return PageNow(known, edited, newest.get("user", ""), page.get("contentmodel", ""))
