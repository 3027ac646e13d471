"""Brings the knowledge of a wiki's pages up to date, at a cost that follows the number of changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from picklebot.discovery import read_suites
from picklebot.discovery.pages import list_pages, tester_match
from picklebot.discovery.suites import ProbeMany
from picklebot.model import LUA_MODEL, Page, SyncResult, SyncState
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki
from picklebot.wiki.changes import Changes, LatestChanges, changes_since, newest_cursor
from picklebot.wiki.revisions import current_pages
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = ["LISTED_EVERY", "maybe_testers", "synchronise"]

#: So that a harvest that runs once a day, some seconds sooner or later, lists all pages each time.
LISTED_EVERY = timedelta(hours=20)

_TALK = MODULE_NAMESPACE + 1


def synchronise(
    wiki: Wiki,
    site: Site,
    strategies: Strategies,
    probe: ProbeMany,
    followed: SyncState,
    *,
    sweep: bool = False,
    drafts: bool = False,
    latest: LatestChanges | None = None,
) -> SyncResult:
    """Find suites that are new, gone, or depend on a change.

    Follows recent changes where the wiki remembers them back to the last harvest, and lists all pages else. Some
    changes are not found there (those of ``importDump.php``, those whose row is hidden, or was lost with the wiki's
    server), so that all pages are listed once a day in any case. Where the strategies are not those of the last time,
    all suites are made anew.

    :param sweep: list all pages in any case
    :param latest: the wiki's latest changes, where they were read just now
    :raises WikiError: the wiki could not be read
    """
    seen = changes_since(wiki, followed.cursor, latest) if followed.cursor is not None else None
    restored = seen is not None and seen.restored
    others = restored or followed.strategies != strategies.digest
    now = datetime.now(UTC)
    lately = followed.listed_at is not None and timedelta() <= now - followed.listed_at < LISTED_EVERY
    follow = lately and not (sweep or others)
    changes = seen if follow else None
    if changes is None:
        cursor = seen.cursor if seen else newest_cursor(wiki, latest)
        current, candidates = _sweep(wiki, site, strategies, followed, drafts=drafts)
    else:
        current, candidates = _follow(wiki, site, strategies, followed, _news(followed, changes), drafts=drafts)
        cursor = followed.cursor if _behind(current, changes) else changes.cursor
    changed = _changed(followed, current, kinds=(True, False))
    made_anew = dict(candidates) if others else _made_anew(followed, current, changed, candidates)
    found = tuple(read_suites(wiki, site, strategies, probe, made_anew.values()))
    still = {each.suite.tester.page_id for each in found}
    gone = {id_ for id_, title in followed.testers.items() if _lost(id_, title, current)} | (
        (followed.testers if others else made_anew).keys() & followed.testers.keys()
    )
    return SyncResult(
        found,
        frozenset(gone - still),
        changed,
        loaded=_changed(followed, current, kinds=(False,)),
        cursor=cursor,
        swept=changes is None,
        strategies=strategies.digest,
        seen=_seen(followed, current),
        restored=restored,
        models=frozenset(_modules(site, strategies, changes.models) if changes else ()),
        next_listing=(now if changes is None or followed.listed_at is None else followed.listed_at) + LISTED_EVERY,
        left=frozenset(id_ for id_, title in followed.modules.items() if _left(id_, title, current)),
    )


def maybe_testers(site: Site, strategies: Strategies, titles: Iterable[str]) -> set[str]:
    """The titles among these that may be testers'."""
    modules = (title for title in titles if title.startswith(site.module_prefix))
    names = {title: site.module_name(title) for title in modules}
    return {title for title, name in names.items() if strategies.match_title(name, site.language, site.extensions)}


def _modules(site: Site, strategies: Strategies, titles: Collection[str]) -> set[str]:
    """Titles of modules that are no testers."""
    return {title for title in titles if title.startswith(site.module_prefix)} - maybe_testers(site, strategies, titles)


def _sweep(
    wiki: Wiki, site: Site, strategies: Strategies, followed: SyncState, *, drafts: bool
) -> tuple[dict[str, Page], dict[int, Page]]:
    """List all modules and their talk pages; keep only followed pages and testers."""
    current: dict[str, Page] = {}
    candidates: dict[int, Page] = {}
    watched = followed.dependents.keys() | set(followed.modules.values())
    for namespace in (MODULE_NAMESPACE, _TALK):
        for page in list_pages(wiki, namespace):
            if page.title in watched:
                current[page.title] = page
            if namespace == MODULE_NAMESPACE and tester_match(page, site, strategies, drafts=drafts):
                candidates[page.page_id] = page
    listed = (site.module_prefix, f"{site.namespaces[_TALK]}:")
    unseen = watched - current.keys()
    current |= {title: Page(title) for title in unseen if title.startswith(listed)}
    elsewhere = (title for title in unseen if not title.startswith(listed))
    current |= {title: each.page for title, each in current_pages(wiki, elsewhere).items()}
    return current, candidates


def _follow(
    wiki: Wiki, site: Site, strategies: Strategies, followed: SyncState, touched: Iterable[str], *, drafts: bool
) -> tuple[dict[str, Page], dict[int, Page]]:
    """Ask for those touched pages that are followed, or that their titles make testers."""
    watched = followed.dependents.keys() | set(followed.modules.values())
    relevant = (watched & set(touched)) | maybe_testers(site, strategies, touched)
    current = {title: each.page for title, each in current_pages(wiki, sorted(relevant)).items()}
    testers = (page for page in current.values() if page.exists)
    candidates = {p.page_id: p for p in testers if tester_match(p, site, strategies, drafts=drafts)}
    return current, candidates


def _news(followed: SyncState, changes: Changes) -> frozenset[str]:
    """The touched titles whose newest revision is not known yet: rows are read twice, so that none is missed."""
    known = (
        title
        for title, revision in changes.edited.items()
        if title in followed.dependents and all(each.revision == revision for each in followed.dependents[title])
    )
    return changes.titles.difference(known)


def _behind(current: Mapping[str, Page], changes: Changes) -> bool:
    """Whether the server that told of pages does not have an edit yet that another told of: it is read again then."""
    return any(page.revision < changes.edited.get(title, 0) for title, page in current.items())


def _changed(
    followed: SyncState, current: Mapping[str, Page], *, kinds: tuple[bool, ...]
) -> dict[int, tuple[str, ...]]:
    """Titles whose revision differs from the one depended on, by the suite's tester; ``kinds`` as `Dependent.make`."""
    titles: dict[int, dict[str, None]] = {}
    for title, page in current.items():
        for dependent in followed.dependents.get(title, ()):
            if dependent.make in kinds and dependent.revision != page.revision:
                titles.setdefault(dependent.tester_id, {})[title] = None
    return {tester_id: tuple(changed) for tester_id, changed in titles.items()}


def _seen(followed: SyncState, current: Mapping[str, Page]) -> dict[int, frozenset[str]]:
    """Titles that the last run of a suite saw at the revision that they have now, by its tester."""
    titles: dict[int, set[str]] = {}
    for title, page in current.items():
        for dependent in followed.dependents.get(title, ()):
            if not dependent.make and dependent.revision == page.revision:
                titles.setdefault(dependent.tester_id, set()).add(title)
    return {tester_id: frozenset(seen) for tester_id, seen in titles.items()}


def _made_anew(
    followed: SyncState,
    current: Mapping[str, Page],
    changed: Mapping[int, tuple[str, ...]],
    candidates: Mapping[int, Page],
) -> dict[int, Page]:
    """Testers to read: new ones, moved ones, and ones whose making depended on a change."""
    anew = {id_: page for id_, page in candidates.items() if followed.testers.get(id_) != page.title}
    for tester_id in changed.keys() | followed.unmade:
        titles = changed.get(tester_id, ())
        making = tester_id in followed.unmade or any(
            each.make for title in titles for each in followed.dependents[title] if each.tester_id == tester_id
        )
        title = followed.testers.get(tester_id)
        if making and title is not None and tester_id not in anew and not _lost(tester_id, title, current):
            known = current.get(title)
            revision = max(d.revision for d in followed.dependents[title] if d.tester_id == tester_id)
            anew[tester_id] = known or Page(title, tester_id, revision, LUA_MODEL)
    return anew


def _lost(tester_id: int, title: str, current: Mapping[str, Page]) -> bool:
    """Whether a tester is known to be no longer where it was."""
    page = current.get(title)
    return page is not None and page.page_id != tester_id


def _left(page_id: int, title: str, current: Mapping[str, Page]) -> bool:
    """Whether a module is known to be no longer where it was, or to be no Lua any more."""
    page = current.get(title)
    return page is not None and (page.page_id != page_id or page.content_model != LUA_MODEL)
