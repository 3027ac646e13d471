"""Lists a wiki's Lua pages, finds the testers among them, and reads how each is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from picklebot.discovery.calls import find_call
from picklebot.discovery.testees import testee_of
from picklebot.model import Call, Page, Suite
from picklebot.strategy import Strategies, Strategy
from picklebot.strategy.selection import Kinship
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.site import MODULE

__all__ = ["LUA", "Discovery", "Tester", "discover"]

#: The content model of modules. Pages of any other model in the Module namespace hold no Lua.
LUA = "Scribunto"

#: Tells which functions a tester offers (by its title), by loading its page; None where it cannot be loaded.
Probe = Callable[[str], frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Tester:
    """A page that holds tests, as read from the wiki."""

    page: Page
    parent: str
    source: str
    sure: bool
    call: Call | None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a wiki has: its suites in order of their testers' titles, and all its Lua pages by page id."""

    suites: tuple[Suite, ...]
    lua_pages: Mapping[int, Page]


def discover(
    wiki: Wiki, site: Site, strategies: Strategies, probe: Probe, *, only: tuple[str, ...] = (), drafts: bool = False
) -> Discovery:
    """Find all suites of a wiki.

    :param only: patterns (as in a shell) of testees or testers, with or without namespace; others are left out
    :param drafts: also take sandboxes and users' own drafts
    :raises WikiError: the wiki could not be read
    """
    pages = {page.title: page for page in _lua_pages(wiki)}
    matches = {}
    for title in pages:
        name = site.module_name(title)
        match = strategies.match_title(name, site.language)
        if match is None or not (drafts or not (match.draft or _in_user_space(name, site))):
            continue
        if _wanted(only, title, site.module_prefix + match.parent, site):
            matches[title] = match
    suites = []
    for tester in _read_testers(wiki, site, [pages[title] for title in matches]):
        match = matches[tester.page.title]
        suite = _suite(
            replace(tester, parent=site.module_prefix + match.parent, sure=match.kinship is Kinship.TESTER),
            pages,
            site,
            strategies,
            probe,
        )
        if suite is not None:
            suites.append(suite)
    return Discovery(tuple(suites), {page.page_id: page for page in pages.values()})


def _lua_pages(wiki: Wiki) -> Iterator[Page]:
    """All Lua pages, content model first: what is not Lua is never fetched."""
    for part in wiki.query(generator="allpages", gapnamespace=MODULE, gaplimit="max", prop="info"):
        for page in part.get("pages", ()):
            if page.get("contentmodel") == LUA:
                yield Page(page["title"], page["pageid"], page["lastrevid"], LUA)


def _in_user_space(name: str, site: Site) -> bool:
    prefix, colon, _ = name.partition(":")
    return bool(colon) and site.is_user_prefix(prefix)


def _wanted(only: tuple[str, ...], tester: str, testee: str, site: Site) -> bool:
    patterns = [site.module(pattern) for pattern in only]
    return not patterns or any(fnmatchcase(title, p) for p in patterns for title in (tester, testee))


def _read_testers(wiki: Wiki, site: Site, testers: Iterable[Page]) -> Iterator[Tester]:
    """Fetch testers with the pages beside them on which editors write how to run them."""
    wanted = {page.title: [title for title in _beside(page.title, site) if title] for page in testers}
    texts: dict[str, str] = {}
    revisions: dict[str, int] = {}
    titles = dict.fromkeys(title for tester, others in wanted.items() for title in (tester, *others))
    for page in wiki.pages(titles, prop="revisions", rvprop=["ids", "content"], rvslots="main"):
        if page.get("revisions"):
            texts[page["title"]] = _text(page)
            revisions[page["title"]] = page["revisions"][0]["revid"]
    for tester in testers:
        if tester.title not in texts:
            continue  # deleted since it was listed
        calls = (find_call(texts[title], tester.title, site) for title in wanted[tester.title] if title in texts)
        call = next((call for call in calls if call), None)
        read = replace(tester, revision=revisions[tester.title])
        yield Tester(read, "", texts[tester.title], sure=True, call=call)


def _text(page: Answer) -> str:
    main = page["revisions"][0].get("slots", {}).get("main", {})
    return str(main.get("content", ""))  # absent where the revision's text is hidden


def _beside(tester: str, site: Site) -> tuple[str | None, str]:
    return site.doc_page(tester), f"{site.namespaces[MODULE + 1]}:{site.module_name(tester)}"


def _suite(tester: Tester, pages: Mapping[str, Page], site: Site, strategies: Strategies, probe: Probe) -> Suite | None:
    """The suite of a tester; None where only the title made it look like one."""
    candidates = strategies.by_source(tester.source)
    if not candidates and not tester.sure:
        return None
    functions: frozenset[str] | None = None
    if not candidates and tester.call is not None:
        candidates = strategies.by_functions({tester.call.function})
    elif not candidates:
        functions = probe(tester.page.title)
        candidates = strategies.by_functions(functions or ())
    strategy = candidates[0] if candidates else strategies.ordered[-1]
    call = tester.call or _usual_call(strategy, functions)
    testee = testee_of(tester.source, tester.page.title, tester.parent, pages, site, strategies)
    return Suite(testee, tester.page, strategy.name, call, functions)


def _usual_call(strategy: Strategy, functions: frozenset[str] | None) -> Call | None:
    """The strategy's own call; None where it is known that the tester offers no such function."""
    invoke = strategy.invoke
    names = [name for name in invoke.functions if functions is None or name in functions]
    return Call(names[0], tuple(invoke.arguments)) if names else None
