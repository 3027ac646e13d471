"""Which module a tester tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from picklebot.discovery.lua import mentioned_modules
from picklebot.model import Page
from picklebot.strategy import Strategies
from picklebot.wiki import Site

__all__ = ["testee_of"]


def testee_of(
    source: str, tester: str, parent: str, pages: Mapping[str, Page], site: Site, strategies: Strategies
) -> tuple[Page, str]:
    """The module under test: the page above the tester, unless the source says that it is another.

    The parent is it where it exists and the source names it (or a draft of it), or names no module at all: many
    testers only go through templates. Otherwise it is the module named, where there is just one, or just one of the
    parent's own family. Test frameworks and what lies below the tester do not count.

    :param parent: title above the tester, which may not exist
    :returns: the testee (`Page.exists` is false where there is none), and why it is the one
    """
    named = dict.fromkeys(_named(source, tester, site, strategies))
    drafts = {
        title.rpartition("/")[0] for title in named if strategies.is_draft(title.rpartition("/")[2], site.language)
    }
    if parent in pages and (not named or parent in named or parent in drafts):
        return pages[parent], "the page above the tester"
    there = [title for title in named if title in pages]
    family = [title for title in there if title.startswith(f"{parent}/")]
    for choice in (family, there):
        if len(choice) == 1:
            return pages[choice[0]], "the module that the tester requires"
    if parent in pages:
        return pages[parent], f"the page above the tester, which names {', '.join(there) or 'none that exists'}"
    return Page(parent), "no module: there is no page above the tester, and it requires no single one"


def _named(source: str, tester: str, site: Site, strategies: Strategies) -> Iterator[str]:
    for name, full in mentioned_modules(source):
        if full and not site.is_module(name):
            continue  # a library of Scribunto's own, such as "strict"
        title = site.normalise(name) if full else site.module(name)
        framework = strategies.by_source(f'require("{title}")')
        if not framework and title != tester and not title.startswith(f"{tester}/"):
            yield title
