"""Texts of pages, as many as an answer has room for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from picklebot.wiki.client import Answer, Wiki, batched

__all__ = ["Texts", "read_texts"]


@dataclass(slots=True)
class Texts:
    """Texts of pages, by their titles.

    :ivar texts: empty where a revision's text is hidden; pages that do not exist have none
    :ivar revisions: ids of the revisions that the texts are of, and of those in `too_large`
    :ivar redirects: pages that lead elsewhere
    :ivar too_large: pages whose text alone is more than the wiki puts into an answer (``$wgAPIMaxResultSize``)
    """

    texts: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)
    too_large: set[str] = field(default_factory=set)


def read_texts(wiki: Wiki, titles: Iterable[str]) -> Texts:
    """Texts of pages: a request per 50, and further ones where they do not fit into one answer.

    The wiki leaves out texts that do not fit, and says to continue, for ever where one never fits. So it is not
    continued: pages that are left are asked for anew, and where none fits, by halves.

    :param titles: as the wiki writes them
    :raises WikiError: the wiki could not be read
    """
    found = Texts()
    todo = list(batched(titles))
    while todo:
        some = todo.pop()
        answer = wiki.get(
            action="query", titles=some, prop=["info", "revisions"], rvprop=["ids", "content"], rvslots="main"
        )
        pages = answer.get("query", {}).get("pages", ())
        for page in pages:
            _take(page, found)
        if "continue" not in answer:
            continue
        there = {page["title"] for page in pages if not (page.get("missing") or page.get("invalid"))}
        unread = [title for title in some if title not in found.texts and (title in there or not there)]
        if len(unread) < len(some):
            todo += [unread] if unread else []
        elif len(unread) > 1:
            todo += [unread[: len(unread) // 2], unread[len(unread) // 2 :]]
        else:
            found.too_large.update(unread)
            found.revisions.update({page["title"]: page["lastrevid"] for page in pages if page["title"] in unread})
    return found


def _take(page: Answer, found: Texts) -> None:
    title = page["title"]
    if page.get("revisions"):
        main = page["revisions"][0].get("slots", {}).get("main", {})
        found.texts[title] = str(main.get("content", ""))
        found.revisions[title] = page["revisions"][0]["revid"]
    if page.get("redirect") and title not in found.redirects:
        found.redirects.append(title)
