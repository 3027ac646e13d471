"""The revisions of pages that a run saw: asked in the very parse that runs it, behind its call. Pure.

A wiki has several servers, and none of them tells how far behind the others it is. What ``{{REVISIONID:Page}}`` says in
a parse is the one that the parse itself had: a page that it loaded is not looked up again, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from picklebot.wiki.client import Answer
from picklebot.wiki.site import Site

__all__ = ["MAX_PAGES_ASKED", "Sight", "Witness", "question", "revisions_asked", "revisions_told", "told_by"]

#: Each page that the run did not load is looked up, and counts as an expensive call: of a suite's usual 100 it has had
# what it wants before these.
MAX_PAGES_ASKED = 50


@dataclass(frozen=True, slots=True)
class Witness:
    """The revisions that a parse tells of the pages that it was asked about.

    :param parse: it, without the pages that only the question names
    :param revisions: by title, as the parse had them, as far as it tells; 0 for a page that did not exist
    :param lookups: expensive calls that were ours
    :param in_order: whether the wiki lists pages in the order in which they were loaded; None where it does not show
    """

    parse: Answer
    revisions: Mapping[str, int] = field(default_factory=dict)
    lookups: int = 0
    in_order: bool | None = None


def question(titles: Sequence[str], nonce: str, site: Site) -> str:
    """Wikitext that asks about pages and shows nothing, whatever stands before it.

    It sets a sort key, of which the API tells beside the text. Pages that are asked about are listed among those that
    the run depends on, behind all that it loaded itself: two pages that do not exist tell where in each namespace.
    """
    first, last = _bounds(titles, nonce, site)
    asked = revisions_asked((*first, *titles[:MAX_PAGES_ASKED], *last))
    return f"{{{{DEFAULTSORT:{nonce},{asked}|noerror}}}}"


def revisions_asked(titles: Iterable[str]) -> str:
    """Wikitext that becomes the revisions of the first few pages, each with a comma behind it."""
    return "".join(f"{{{{REVISIONID:{title}}}}}," for title in titles)


def revisions_told(titles: Sequence[str], told: str) -> dict[str, int]:
    """The revisions by title, as far as that wikitext tells them."""
    return {title: int(said) for title, said in zip(titles, told.split(","), strict=False) if said.isdecimal()}


@dataclass(frozen=True, slots=True)
class Sight:
    """The revisions that the servers of a run had, as far as they tell.

    :param revisions: by title
    :param reached: the newest that all of them are known to have had; None where one told of no landmark
    """

    revisions: Mapping[str, int] = field(default_factory=dict)
    reached: int | None = None

    @classmethod
    def of(cls, revisions: Mapping[str, int], landmarks: Iterable[str]) -> Self:
        """The sight of one server that was asked about landmarks among others."""
        return cls(revisions, max(revisions.values()) if any(title in revisions for title in landmarks) else None)

    @classmethod
    def of_all(cls, sights: Iterable[Self]) -> Self:
        """The sight of several servers: of each page the oldest revision."""
        revisions: dict[str, int] = {}
        reached: list[int | None] = []
        for each in sights:
            revisions |= {title: min(said, revisions.get(title, said)) for title, said in each.revisions.items()}
            reached.append(each.reached)
        told = [revision for revision in reached if revision is not None]
        return cls(revisions, min(told) if told and len(told) == len(reached) else None)


def told_by(parse: Answer, titles: Sequence[str], nonce: str, site: Site, *, in_order: bool | None = None) -> Witness:
    """The answer of a parse to such a question, from ``templates``, ``links`` and ``properties``.

    :param in_order: whether the wiki is known to list pages in the order in which they were loaded
    """
    titles = titles[:MAX_PAGES_ASKED]
    first, last = _bounds(titles, nonce, site)
    shown = _in_order(parse, first, last)
    ours = _asked_only(parse, first, last, in_order=in_order if shown is None else shown)
    own = {**parse, "templates": [page for page in parse.get("templates", ()) if page["title"] not in ours]}
    told = str((parse.get("properties") or {}).get("defaultsort", "")).split(",")
    if told[0] != nonce or len(told) != len(first) + len(titles) + len(last) + 2:
        return Witness(own, {}, len(ours), shown)
    revisions = revisions_told(titles, ",".join(told[1 + len(first) :]))
    if shown:
        exists = {page["title"]: bool(page.get("exists")) for page in parse.get("templates", ())}
        said = dict(zip(titles, told[1 + len(first) :], strict=False))
        revisions |= {title: 0 for title in titles if said[title] == "" and exists.get(title) is False}
    return Witness(own, revisions, len(ours), shown)


def _bounds(titles: Sequence[str], nonce: str, site: Site) -> tuple[list[str], list[str]]:
    """Pages that do not exist, one of each namespace to stand before those asked about, and one behind them.

    In the order of titles they would stand the other way round: a wiki that sorts its lists does not fool us.
    """
    prefixes = dict.fromkeys(_prefix(title, site) for title in titles[:MAX_PAGES_ASKED])
    return [f"{prefix}Z{nonce}" for prefix in prefixes], [f"{prefix}A{nonce}" for prefix in prefixes]


def _prefix(title: str, site: Site) -> str:
    prefix, colon, _ = title.partition(":")
    return f"{prefix}:" if colon and prefix in site.namespaces.values() else ""


def _listed(parse: Answer) -> list[list[str]]:
    """Titles of loaded pages as they are listed, namespace by namespace."""
    listed: dict[int, list[str]] = {}
    for page in parse.get("templates", ()):
        listed.setdefault(page.get("ns", 0), []).append(page["title"])
    return list(listed.values())


def _in_order(parse: Answer, first: Sequence[str], last: Sequence[str]) -> bool | None:
    """Whether each namespace's list has the order in which pages were loaded; None where it does not show.

    A call that has used up the look-ups that the wiki allows leaves none for those pages that show it.
    """
    all_shown = True
    for before, behind in zip(first, last, strict=True):
        titles = next((titles for titles in _listed(parse) if before in titles and behind in titles), None)
        if titles is None:
            all_shown = False
        elif titles[-1] != behind or titles.index(before) > titles.index(behind):
            return False
    return True if all_shown else None


def _asked_only(parse: Answer, first: Sequence[str], last: Sequence[str], *, in_order: bool | None) -> set[str]:
    """Titles that only the question names; where the order does not tell them, those alone that there cannot be."""
    bounds = {*first, *last}
    found = {title for titles in _listed(parse) for title in titles if title in bounds}
    for titles in _listed(parse) if in_order else ():
        begin = next((n for n, title in enumerate(titles) if title in first), len(titles))
        found.update(titles[begin:])
    return found
