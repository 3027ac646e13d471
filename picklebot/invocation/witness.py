"""Which revisions of pages a run saw: asked in the very parse that runs it, behind its call. Pure.

A wiki has several servers, and none of them tells how far behind the others it is. What ``{{REVISIONID:Page}}`` says in
a parse is the one that the parse itself had: a page that it loaded is not looked up again, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from picklebot.wiki.client import Answer
from picklebot.wiki.site import Site

__all__ = ["Witness", "question", "told_by"]

# Each page that the run did not load is looked up, and counts as an expensive call: of a suite's usual 100 it has had
# what it wants before these.
_MAX_PAGES_ASKED = 50


@dataclass(frozen=True, slots=True)
class Witness:
    """The revisions that a parse tells of the pages that it was asked about.

    :param parse: it, without the pages that only the question names
    :param revisions: by title, as the parse had them, as far as it tells; 0 for a page that did not exist
    :param lookups: expensive calls that were ours
    """

    parse: Answer
    revisions: Mapping[str, int] = field(default_factory=dict)
    lookups: int = 0


def question(titles: Sequence[str], nonce: str, site: Site) -> str:
    """Wikitext that asks about pages and shows nothing, whatever stands before it.

    It sets a sort key, of which the API tells beside the text. Pages that are asked about are listed among those that
    the run depends on, behind all that it loaded itself: two pages that do not exist tell where in each namespace.
    """
    first, last = _bounds(titles, nonce, site)
    asked = "".join(f"{{{{REVISIONID:{title}}}}}," for title in (*first, *titles[:_MAX_PAGES_ASKED], *last))
    return f"{{{{DEFAULTSORT:{nonce},{asked}|noerror}}}}"


def told_by(parse: Answer, titles: Sequence[str], nonce: str, site: Site) -> Witness:
    """The answer of a parse to such a question, from ``templates``, ``links`` and ``properties``."""
    titles = titles[:_MAX_PAGES_ASKED]
    first, last = _bounds(titles, nonce, site)
    ours, order = _asked_only(parse, first, last)
    own = {**parse, "templates": [page for page in parse.get("templates", ()) if page["title"] not in ours]}
    told = str((parse.get("properties") or {}).get("defaultsort", "")).split(",")
    if told[0] != nonce or len(told) != len(first) + len(titles) + len(last) + 2:
        return Witness(own, {}, len(ours))
    revisions = {}
    exists = {page["title"]: bool(page.get("exists")) for page in parse.get("templates", ())}
    for title, said in zip(titles, told[1 + len(first) :], strict=False):
        if said.isdecimal():
            revisions[title] = int(said)
        elif said == "" and exists.get(title) is False and order:
            revisions[title] = 0
    return Witness(own, revisions, len(ours))


def _bounds(titles: Sequence[str], nonce: str, site: Site) -> tuple[list[str], list[str]]:
    """Pages that do not exist, one of each namespace to stand before those asked about, and one behind them.

    In the order of titles they would stand the other way round: a wiki that sorts its lists does not fool us.
    """
    prefixes = dict.fromkeys(_prefix(title, site) for title in titles[:_MAX_PAGES_ASKED])
    return [f"{prefix}Z{nonce}" for prefix in prefixes], [f"{prefix}A{nonce}" for prefix in prefixes]


def _prefix(title: str, site: Site) -> str:
    prefix, colon, _ = title.partition(":")
    return f"{prefix}:" if colon and prefix in site.namespaces.values() else ""


def _asked_only(parse: Answer, first: Sequence[str], last: Sequence[str]) -> tuple[set[str], bool]:
    """Titles that only the question names, and whether each namespace's list has the order that tells them."""
    listed: dict[int, list[str]] = {}
    for page in parse.get("templates", ()):
        listed.setdefault(page.get("ns", 0), []).append(page["title"])
    found: set[str] = set()
    for before, behind in zip(first, last, strict=True):
        titles = next((titles for titles in listed.values() if before in titles and behind in titles), None)
        if titles is None or titles[-1] != behind or titles.index(before) > titles.index(behind):
            return {*first, *last} & {title for some in listed.values() for title in some}, False
        found.update(titles[titles.index(before) :])
    return found, True
