"""The cause of a transition: changes between two runs of a suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from picklebot.model import Cause, ChangedPage, SoftwareChange
from picklebot.tracking.protocols import PageLookup

__all__ = ["changed_pages", "find_cause", "order_pages"]

#: How the pages of a cause are ordered, in words for people.
# Of pages that are no more it takes a request each to ask who removed them; so many are asked about, the first ones.
_MAX_REMOVALS_LOOKED_UP = 10


def changed_pages(before: Mapping[str, int], after: Mapping[str, int]) -> list[ChangedPage]:
    """Pages whose revision differs between two runs, or that only one of them depended on and that differ since.

    A page that only one run depended on is none that changed: the reason why it is asked for now is another page.
    """
    return [
        ChangedPage(title, before[title], after[title])
        for title in before
        if after.get(title, before[title]) != before[title]
    ]


def order_pages(pages: list[ChangedPage], testee: str, tester: str) -> tuple[ChangedPage, ...]:
    """The likeliest first: the module, its test page, then pages that they load, the latest change first."""
    ranks = {testee: 0, tester: 1}
    latest_first = sorted(pages, key=lambda page: (page.at, page.new), reverse=True)
    return tuple(sorted(latest_first, key=lambda page: ranks.get(page.title, 2)))


def find_cause(
    history: PageLookup,
    testee: str,
    tester: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    software: tuple[Mapping[str, str], Mapping[str, str]],
) -> Cause:
    """Name the changed pages, with user and time of each change.

    :param before: dependencies of the last run, titles to revisions; ``after`` likewise for this run
    :param software: versions before and now
    :raises WikiError: the wiki could not be asked
    """
    pages = order_pages(changed_pages(before, after), testee, tester)
    who = history.editors([page.new for page in pages if page.new])
    removed = [page.title for page in pages if not page.new]
    by = {title: history.remover(title) for title in removed[:_MAX_REMOVALS_LOOKED_UP]}
    named = [
        replace(page, user=user, at=at)
        for page in pages
        for user, at in [who.get(page.new, ("", "")) if page.new else by.get(page.title, ("", ""))]
    ]
    return Cause(order_pages(named, testee, tester), _software_change(*software))


def _software_change(before: Mapping[str, str], now: Mapping[str, str]) -> SoftwareChange | None:
    if not before:
        return None
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    versions = ({name: each[name] for name in names if name in each} for each in (before, now))
    return SoftwareChange(*versions) if names else None
