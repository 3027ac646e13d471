"""Lists a wiki's Lua pages, finds the testers among them, and reads what stands on and beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from picklebot.discovery.calls import find_call
from picklebot.discovery.suites import Probe, Tester, make_suite
from picklebot.model import Page, Suite
from picklebot.strategy import Strategies
from picklebot.strategy.selection import Kinship, TitleMatch
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.site import MODULE

__all__ = ["LUA", "Discovery", "discover", "literal"]

#: The content model of modules. Pages of any other model in the Module namespace hold no Lua.
LUA = "Scribunto"

# What begins a pattern of the shell's kind that matches more than itself.
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a wiki has.

    :param suites: in order of their testers' titles
    :param lua_pages: all, by page id
    """

    suites: tuple[Suite, ...]
    lua_pages: Mapping[int, Page]


def discover(
    wiki: Wiki,
    site: Site,
    strategies: Strategies,
    probe: Probe,
    *,
    only: tuple[str, ...] = (),
    also: Collection[int] = (),
    drafts: bool = False,
) -> Discovery:
    """Find the suites of a wiki.

    :param only: patterns (as in a shell) of testees or testers, with or without namespace; others are left out. A
        tester outside the family of the titles that a pattern matches is not looked at, unless ``also`` names it.
    :param also: page ids of testers to look at whatever their titles
    :param drafts: also take sandboxes and users' own drafts
    :raises WikiError: the wiki could not be read
    """
    patterns = tuple(site.module(pattern) for pattern in only)
    families = tuple(map(_family, patterns)) or ("",)
    pages = {page.title: page for page in _lua_pages(wiki)}
    matches = {}
    for title, page in pages.items():
        match = strategies.match_title(site.module_name(title), site.language)
        if match is None or (_is_draft(title, match, site) and not drafts):
            continue
        if title.startswith(families) or page.page_id in also:
            matches[page] = match
    suites = []
    for tester in _read_testers(wiki, site, matches):
        suite = make_suite(tester, pages, site, strategies, probe)
        if suite is not None and _wanted(patterns, suite):
            suites.append(suite)
    return Discovery(tuple(suites), {page.page_id: page for page in pages.values()})


def literal(title: str) -> str:
    """A pattern that matches one title only."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in title)


def _family(pattern: str) -> str:
    """What all titles begin with that a pattern may concern: a module, and all that lies below its first part."""
    return _WILD.split(pattern.partition("/")[0])[0]


def _lua_pages(wiki: Wiki) -> Iterator[Page]:
    """All Lua pages, content model first: what is not Lua is never fetched."""
    for part in wiki.query(generator="allpages", gapnamespace=MODULE, gaplimit="max", prop="info"):
        for page in part.get("pages", ()):
            if page.get("contentmodel") == LUA:
                yield Page(page["title"], page["pageid"], page["lastrevid"], LUA)


def _is_draft(title: str, match: TitleMatch, site: Site) -> bool:
    prefix, colon, _ = site.module_name(title).partition(":")
    return match.draft or (bool(colon) and site.is_user_prefix(prefix))


def _wanted(patterns: tuple[str, ...], suite: Suite) -> bool:
    titles = (suite.tester.title, suite.testee.title)
    return not patterns or any(fnmatchcase(title, pattern) for title in titles for pattern in patterns)


def _read_testers(wiki: Wiki, site: Site, testers: Mapping[Page, TitleMatch]) -> Iterator[Tester]:
    """Fetch testers with the pages beside them on which editors write how to run them."""
    beside = {page.title: _beside(page.title, site) for page in testers}
    texts: dict[str, str] = {}
    revisions: dict[str, int] = {}
    titles = dict.fromkeys(title for tester, others in beside.items() for title in (tester, *others))
    for page in wiki.pages(titles, prop="revisions", rvprop=["ids", "content"], rvslots="main"):
        if page.get("revisions"):
            texts[page["title"]] = _text(page)
            revisions[page["title"]] = page["revisions"][0]["revid"]
    for tester, match in testers.items():
        if tester.title not in texts:
            continue  # deleted since it was listed
        calls = {title: find_call(texts[title], tester.title, site) for title in beside[tester.title] if title in texts}
        where = next((title for title, call in calls.items() if call), None)
        yield Tester(
            page=replace(tester, revision=revisions[tester.title]),
            source=texts[tester.title],
            parent=site.module_prefix + match.parent,
            sure=match.kinship is Kinship.TESTER,
            call=calls[where] if where else None,
            call_page=where or "",
        )


def _text(page: Answer) -> str:
    main = page["revisions"][0].get("slots", {}).get("main", {})
    return str(main.get("content", ""))  # absent where the revision's text is hidden


def _beside(tester: str, site: Site) -> list[str]:
    talk = f"{site.namespaces[MODULE + 1]}:{site.module_name(tester)}"
    return [title for title in (site.doc_page(tester), talk) if title]
