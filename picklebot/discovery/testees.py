"""The module that a tester tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from picklebot.discovery.lua import MentionKind, builds_names, mentioned_modules
from picklebot.model import Note, NoteCode, Page
from picklebot.strategy import Strategies
from picklebot.wiki import Site

__all__ = ["deciding_titles", "named_modules", "testee_of"]

# How alike two titles are that differ in a letter or an ending: Module:adresse IP/testcases tests Module:adresses IP.
_MIN_SIMILARITY = 0.8
# A source can name tens of thousands of modules, and each costs a share of a request to look up. So many of them are
# considered, and so many of the ones that it loads are looked up.
_MAX_MODULES_CONSIDERED = 1_000
_MAX_MODULES_LOOKED_UP = 50


def testee_of(
    source: str, tester: str, parent: str, pages: Mapping[str, Page], site: Site, strategies: Strategies
) -> tuple[Page, tuple[Note, ...]]:
    """The module under test: the page above the tester, unless that is not there or the source tells otherwise.

    A parent that exists is it, but where the source names it nowhere, builds no name either, and loads just one module
    of code from below it: many testers go through templates. A missing parent that the source names was deleted, or is
    yet to come: then nothing else is tested. Without a parent it is a module that the tester loads: the first below the
    missing parent's title, the only one, or the one whose title is most like it. Test frameworks, drivers, and what
    lies below the tester do not count.

    :param parent: title above the tester, which may not exist
    :param pages: Lua pages by title, at least those of `deciding_titles`, where they exist
    :returns: the testee (`Page.exists` is false where there is none), and the findings that made it the one
    """
    named = list(named_modules(source, tester, site, strategies))
    titles = {title for title, _ in named}
    loaded = [title for title in _loaded(named) if title in pages]
    family = [title for title in loaded if title.startswith(f"{parent}/") and not _is_data(title, site, strategies)]
    if parent in pages:
        drafts = {title.rpartition("/")[0] for title in titles if _is_draft(title, site, strategies)}
        if len(family) == 1 and parent not in titles | drafts and not builds_names(source):
            return pages[family[0]], (Note(NoteCode.TESTEE_NOT_NAMED),)
        return pages[parent], (Note(NoteCode.TESTEE_ABOVE),)
    if parent in titles:
        return Page(parent), (Note(NoteCode.TESTEE_MISSING),)
    title, code = _without_parent(parent, loaded, family)
    notes = [Note(code)]
    if len(_loaded(named)) > _MAX_MODULES_LOOKED_UP:
        notes.append(Note(NoteCode.MODULES_CONSIDERED, (_MAX_MODULES_LOOKED_UP,)))
    return pages.get(title, Page(parent)), tuple(notes)


def deciding_titles(source: str, tester: str, parent: str, site: Site, strategies: Strategies) -> list[str]:
    """Titles of the pages that decide which module is the testee: others in a source decide by their names alone.

    :param parent: title above the tester, which may not exist
    """
    named = list(named_modules(source, tester, site, strategies))
    if any(title == parent for title, _ in named):
        return [parent]
    return list(dict.fromkeys((parent, *_loaded(named)[:_MAX_MODULES_LOOKED_UP])))


def _loaded(named: Iterable[tuple[str, MentionKind]]) -> list[str]:
    return list(dict.fromkeys(title for title, use in named if use in (MentionKind.CODE, MentionKind.INVOKE)))


def _without_parent(parent: str, loaded: list[str], family: list[str]) -> tuple[str, NoteCode]:
    """Of the modules that a tester loads the one that it tests, or an empty title; and why."""
    if family:
        return family[0], NoteCode.TESTEE_FIRST_BELOW
    if len(loaded) == 1:
        return loaded[0], NoteCode.TESTEE_ONLY_ONE
    alike = max(loaded, key=lambda title: _likeness(title, parent), default="")
    if alike and _likeness(alike, parent) >= _MIN_SIMILARITY:
        return alike, NoteCode.TESTEE_ALIKE
    return "", NoteCode.TESTEE_UNCLEAR


def named_modules(source: str, tester: str, site: Site, strategies: Strategies) -> Iterator[tuple[str, MentionKind]]:
    """Titles of the modules that a tester names, as the wiki normalises them, and its use of them.

    Each once for each use, loaded ones first; of very many only the first.
    """
    seen: set[tuple[str, MentionKind]] = set()
    for mention in mentioned_modules(source):
        if mention.use is MentionKind.INVOKE:
            title = site.invoked(mention.name)
        elif site.is_module(mention.name):
            title = site.normalise(mention.name)
        else:
            continue  # a library of Scribunto's own, such as "strict", or no module's title at all
        if (title, mention.use) in seen:
            continue
        seen.add((title, mention.use))
        if len(seen) > _MAX_MODULES_CONSIDERED:
            return
        framework = strategies.by_source(f'require("{title}")') or strategies.names_tests(site.module_name(title))
        if not framework and title != tester and not title.startswith(f"{tester}/"):
            yield title, mention.use


def _is_data(title: str, site: Site, strategies: Strategies) -> bool:
    return strategies.is_neglected(title.rpartition("/")[2], site.language)


def _is_draft(title: str, site: Site, strategies: Strategies) -> bool:
    return strategies.is_draft(title.rpartition("/")[2], site.language)


def _likeness(title: str, other: str) -> float:
    name, other_name = (text.partition(":")[2].casefold() for text in (title, other))  # the namespace is the same
    return SequenceMatcher(None, name, other_name).ratio()
