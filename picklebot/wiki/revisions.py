"""Which revision pages have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from picklebot.model import Page
from picklebot.wiki.client import Answer, Wiki

__all__ = ["Current", "current_page", "current_pages", "pages_by_id"]


@dataclass(frozen=True, slots=True)
class Current:
    """A page as it is now.

    :param edited: when its text last changed, UTC; None for a page that does not exist
    """

    page: Page
    edited: datetime | None


def current_pages(wiki: Wiki, titles: Iterable[str]) -> dict[str, Current]:
    """Pages by title, those that do not exist too: a request per 50.

    :raises WikiError: the wiki could not be read
    """
    found = wiki.pages(titles, prop=["info", "revisions"], rvprop=["ids", "timestamp"])
    return {page["title"]: current_page(page) for page in found}


def current_page(page: Answer) -> Current:
    """A page from the API's answer with ``info`` and ``revisions``."""
    return Current(_page(page), _edited(page))


def pages_by_id(wiki: Wiki, ids: Iterable[int]) -> dict[int, Page]:
    """Pages by page id, those that exist: a request per 50.

    :raises WikiError: the wiki could not be read
    """
    found = wiki.pages(map(str, ids), by="pageids", prop="info")
    return {page["pageid"]: _page(page) for page in found if not page.get("missing")}


def _page(page: Answer) -> Page:
    if page.get("missing") or page.get("invalid"):
        return Page(page["title"])
    return Page(page["title"], page.get("pageid", 0), page.get("lastrevid", 0), page.get("contentmodel", ""))


def _edited(page: Answer) -> datetime | None:
    revisions = page.get("revisions")
    return datetime.fromisoformat(revisions[0]["timestamp"]).astimezone(UTC) if revisions else None
