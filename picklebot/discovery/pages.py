"""Finds testers among a wiki's Lua pages, and reads them and their documentation and talk pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice

from picklebot.discovery.calls import find_call
from picklebot.discovery.suites import ProbeMany, Tester, make_suite, must_be_asked
from picklebot.discovery.testees import deciding_titles
from picklebot.model import LUA_MODEL, Call, DiscoveredSuite, Note, NoteCode, Page, Suite
from picklebot.strategy import Strategies
from picklebot.strategy.selection import TitleMatch
from picklebot.text.wikitext import CostlyWikitextError
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import current_pages, page_from, redirect_targets
from picklebot.wiki.site import MODULE_NAMESPACE
from picklebot.wiki.texts import read_texts

__all__ = ["list_pages", "read_suites", "suites_for_module", "tester_match", "titles_like", "wanted"]

# Content models of the Module namespace that a tester may load, or that are no page of their own (redirects).
_TESTED_AS_DATA = frozenset({"", "json", "sanitized-css"})
# Testers read at a time: their texts are in memory together.
_TESTERS_READ_TOGETHER = 50


def list_pages(wiki: Wiki, namespace: int, prefix: str = "") -> Iterator[Page]:
    """All pages of a namespace in the order of titles, one request per 500 (5,000 with ``apihighlimits``).

    :param prefix: the beginning of titles, without the namespace
    :raises WikiError: the wiki could not be read
    """
    # Where there is no page at all the answer would hold nothing, as one does that is none: so it is asked who asks.
    asked = {"generator": "allpages", "gaplimit": "max", "prop": "info", "meta": "userinfo"}
    parts = wiki.query(gapnamespace=namespace, gapprefix=prefix, **asked)
    for part in parts:
        for page in part.get("pages", ()):
            yield page_from(page)


def tester_match(page: Page, site: Site, strategies: Strategies, *, drafts: bool) -> TitleMatch | None:
    """How the title of a Lua page makes it a tester; None where it is none. Pages without Lua are never fetched.

    :param drafts: whether sandboxes and users' own drafts count
    """
    if page.content_model != LUA_MODEL:
        return None
    name = site.module_name(page.title)
    match = strategies.match_title(name, site.language, site.extensions)
    if match is None:
        return None
    prefix, colon, _ = name.partition(":")
    draft = match.draft or (bool(colon) and site.is_user_prefix(prefix))
    return match if drafts or not draft else None


def suites_for_module(
    wiki: Wiki, site: Site, strategies: Strategies, probe: ProbeMany, module: str
) -> tuple[Page, list[Suite]]:
    """A module (or where it leads to, if it is a redirect), and the suites that test it or that are on it.

    Only those testers are read that may be its: of the family of titles that share its first part, drafts too, and of
    all the wiki those with no module above them, or a redirect, for they may test any.

    :param module: title, as the wiki normalises it
    """
    pages = {page.title: page for page in list_pages(wiki, MODULE_NAMESPACE)}
    redirects = {title for title, page in pages.items() if not page.content_model}
    if module in redirects:
        module = redirect_targets(wiki, [module]).get(module, Page(module)).title
    root = site.module_name(module).partition("/")[0]
    testers = []
    for page in pages.values():
        match = tester_match(page, site, strategies, drafts=True)
        if match is None:
            continue
        above = site.invoked(match.parent)
        stray = (above not in pages or above in redirects) and not match.draft
        if stray or site.module_name(page.title).partition("/")[0] == root:
            testers.append(page)
    suites = [found.suite for found in read_suites(wiki, site, strategies, probe, testers)]
    mine = [suite for suite in suites if module in (suite.testee.title, suite.tester.title)]
    return pages.get(module, Page(module)), mine


def titles_like(wiki: Wiki, site: Site, module: str) -> list[str]:
    """Titles of modules that begin as a title does that is not there: one of them may have been meant."""
    return [page.title for page in list_pages(wiki, MODULE_NAMESPACE, site.module_name(module)[:2])]


def wanted(patterns: tuple[str, ...], suite: Suite, site: Site) -> bool:
    """Whether a suite's testee or tester is asked for; patterns are a shell's, with or without the namespace."""
    titles = (suite.tester.title, suite.testee.title)
    return not patterns or any(fnmatchcase(title, site.module(pattern)) for title in titles for pattern in patterns)


def read_suites(
    wiki: Wiki, site: Site, strategies: Strategies, probe: ProbeMany, testers: Iterable[Page]
) -> Iterator[DiscoveredSuite]:
    """Make the suites of testers, in their order. A page that looked like a tester by its title alone yields none.

    :raises WikiError: the wiki could not be read
    """
    iterator = iter(testers)
    while some := list(islice(iterator, _TESTERS_READ_TOGETHER)):
        read = list(_read_testers(wiki, site, strategies, some))
        named = {tester.page.title: _deciding(tester, site, strategies) for tester, _ in read}
        run_by = {name: site.module(name) for name in strategies.pages}
        every = (title for titles in (*named.values(), run_by.values()) for title in titles)
        current = current_pages(wiki, dict.fromkeys(every))
        redirects = [title for title, it in current.items() if it.redirect]
        elsewhere = redirect_targets(wiki, redirects, missing=True)
        between = current_pages(wiki, elsewhere.keys() - current.keys())
        now = {title: elsewhere.get(title, it.page) for title, it in current.items()}
        pages = {title: page for title, page in now.items() if page.content_model == LUA_MODEL}
        usable = strategies.at_hand({name for name, title in run_by.items() if title in pages})
        offered = probe([tester.page.title for tester, _ in read if must_be_asked(tester, usable)])
        for tester, beside in read:
            there = pages | _above(tester, now)
            suite = make_suite(tester, there, site, usable, offered.__getitem__)
            if suite is not None:
                runners = run_by.values() if suite.data and not suite.functions else ()
                titles = [title for title in (*named[tester.page.title], *runners) if title in current]
                pages_named = [*(current[title].page for title in titles), *(now[title] for title in titles)]
                if any(current[title].redirect for title in titles):
                    pages_named += [each.page for each in between.values()]
                looked_up = {page.title: page.revision for page in pages_named}
                made_from = {**looked_up, **beside, tester.page.title: tester.page.revision}
                yield DiscoveredSuite(suite, made_from, frozenset(looked_up))


def _above(tester: Tester, now: Mapping[str, Page]) -> dict[str, Page]:
    """The page above a tester where its content model was changed: it is still the testee."""
    page = now.get(tester.parent, Page(tester.parent))
    return {tester.parent: page} if page.exists and page.content_model not in _TESTED_AS_DATA else {}


def _deciding(tester: Tester, site: Site, strategies: Strategies) -> list[str]:
    """Titles that decide which module is the testee."""
    return deciding_titles(tester.source or "", tester.page.title, tester.parent, site, strategies)


def _read_testers(
    wiki: Wiki, site: Site, strategies: Strategies, testers: list[Page]
) -> Iterator[tuple[Tester, Mapping[str, int]]]:
    """Fetch testers with the pages beside them on which editors write how to run them, and those pages' revisions."""
    beside = {page.title: _beside(page.title, site) for page in testers}
    titles = dict.fromkeys(title for tester, others in beside.items() for title in (tester, *others))
    here = read_texts(wiki, titles)
    leads = {old: page.title for old, page in redirect_targets(wiki, here.redirects, missing=True).items()}
    there = read_texts(wiki, leads.values())
    texts = here.texts | {old: there.texts[new] for old, new in leads.items() if new in there.texts}
    revisions = here.revisions | there.revisions
    too_large = here.too_large | there.too_large
    beside = {
        tester: [title for page in pages for title in (page, leads.get(page, ""))] for tester, pages in beside.items()
    }
    for tester in testers:
        match = tester_match(tester, site, strategies, drafts=True)
        if tester.title not in revisions or match is None:
            continue  # deleted since it was listed
        mine = [title for title in beside[tester.title] if title]
        call, costly = _call(tester.title, {title: texts[title] for title in mine if title in texts}, site)
        # A documentation page may stand among the talk pages of a wiki; the target of a redirect may be anybody's.
        doc = site.doc_page(tester.title)
        read = Tester(
            page=replace(tester, revision=revisions[tester.title]),
            source=texts.get(tester.title),
            parent=site.invoked(match.parent),
            kinship=match.kinship,
            below=match.below,
            call=call,
            unread=(*(Note(NoteCode.PAGE_TOO_LARGE, (title,)) for title in mine if title in too_large), *costly),
            documented=call is None or call.found_on == doc or not site.is_talk(call.found_on),
        )
        yield read, {title: revisions.get(title, 0) for title in mine}


def _call(tester: str, texts: Mapping[str, str], site: Site) -> tuple[Call | None, tuple[Note, ...]]:
    """The first call of a tester on the pages beside it, and findings about pages that could not be read for one."""
    unread: list[Note] = []
    for title, text in texts.items():
        try:
            call = find_call(text, tester, site)
        except CostlyWikitextError as error:
            unread.append(Note(NoteCode.PAGE_UNREAD, (title, str(error))))
            continue
        if call is not None:
            return replace(call, found_on=title), tuple(unread)
    return None, tuple(unread)


def _beside(tester: str, site: Site) -> list[str]:
    talk = f"{site.namespaces[MODULE_NAMESPACE + 1]}:{site.module_name(tester)}"
    return [title for title in (site.doc_page(tester), talk) if title]
