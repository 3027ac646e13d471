"""Which revision pages have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from picklebot.model import Page
from picklebot.wiki.client import Answer, Wiki, batched

__all__ = ["Current", "current_page", "current_pages", "page_from", "pages_by_id", "redirect_targets", "text_digests"]


@dataclass(frozen=True, slots=True)
class Current:
    """A page as it is now.

    :param edited: when its text last changed, UTC; None for a page that does not exist
    :param redirect: whether it only leads to another page
    """

    page: Page
    edited: datetime | None
    redirect: bool = False


def current_pages(wiki: Wiki, titles: Iterable[str]) -> dict[str, Current]:
    """Pages by title, missing ones included: a request per 50.

    One that was asked for by another spelling of its title than the wiki's is found by both.

    :raises WikiError: the wiki could not be read
    """
    found = wiki.pages(titles, prop=["info", "revisions"], rvprop=["ids", "timestamp"])
    return {title: current_page(page) for page in found for title in (page["title"], *page.get("asked", ()))}


def current_page(page: Answer) -> Current:
    """A page from the API's answer with ``info`` and ``revisions``."""
    return Current(page_from(page), _edited(page), bool(page.get("redirect")))


def redirect_targets(wiki: Wiki, titles: Iterable[str], *, missing: bool = False) -> dict[str, Page]:
    """Where redirects lead to in the end, by their titles and those of all on the way: a request per 50.

    :param missing: whether to tell of those too that lead to a page that does not exist
    :raises WikiError: the wiki could not be read
    """
    found: dict[str, Page] = {}
    for some in batched(titles):
        for part in wiki.query(titles=some, redirects=True, prop="info"):
            pages = {page["title"]: page_from(page) for page in part.get("pages", ())}
            leads = {each["from"]: each["to"] for each in part.get("redirects", ())}
            for old in leads:
                new = old
                for _ in leads:  # no more often: some lead in a circle
                    new = leads.get(new, new)
                if new in pages and (missing or pages[new].exists):
                    found[old] = pages[new]
    return found


def pages_by_id(wiki: Wiki, ids: Iterable[int]) -> dict[int, Page]:
    """Existing pages by page id: a request per 50.

    :raises WikiError: the wiki could not be read
    """
    found = wiki.pages(map(str, ids), by="pageids", prop="info")
    return {page["pageid"]: page_from(page) for page in found if not page.get("missing")}


def text_digests(wiki: Wiki, revisions: Iterable[int]) -> dict[int, str]:
    """SHA-1 of the texts of revisions, by revision: a request per 50. Hidden and deleted ones have none.

    :raises WikiError: the wiki could not be read
    """
    found: dict[int, str] = {}
    for some in batched(map(str, revisions)):
        for part in wiki.query(revids=some, prop="revisions", rvprop=["ids", "sha1"]):
            for page in part.get("pages", ()):
                found |= {each["revid"]: each["sha1"] for each in page.get("revisions", ()) if each.get("sha1")}
    return found


def page_from(page: Answer) -> Page:
    """A page from the API's answer with ``info``. A redirect has no content model: it holds nothing of its own."""
    if page.get("missing") or page.get("invalid"):
        return Page(page["title"])
    model = "" if page.get("redirect") else page.get("contentmodel", "")
    return Page(page["title"], page.get("pageid", 0), page.get("lastrevid", 0), model)


def _edited(page: Answer) -> datetime | None:
    revisions = page.get("revisions")
    return datetime.fromisoformat(revisions[0]["timestamp"]).astimezone(UTC) if revisions else None
