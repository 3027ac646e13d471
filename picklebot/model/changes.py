"""Dependencies of suites, and the changes that bring the knowledge of a wiki up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from picklebot.model.suite import DiscoveredSuite

__all__ = ["ChangesCursor", "Dependencies", "Dependent", "SyncResult", "SyncState"]

#: Titles of pages and the revisions they had; 0 for a page that did not exist.
Dependencies = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChangesCursor:
    """Where one stopped reading.

    :param at: time of the newest row seen, UTC
    :param rows: times of the newest rows seen, by their ids, as the wiki writes them; empty where they are not known
    """

    at: datetime
    rows: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Dependent:
    """A suite (by its tester's page id) that depends on some page, and the page's revision when it last did.

    :param make: whether the page decides how the suite is made; else its run loaded it or asked about it
    """

    tester_id: int
    revision: int
    make: bool


@dataclass(frozen=True, slots=True)
class SyncState:
    """The pages followed on a wiki, and the place reached in its recent changes.

    :param testers: titles of the known testers, by page id
    :param dependents: by the title of the page that they depend on
    :param cursor: up to where recent changes were read; None before the first harvest
    :param unmade: testers of which the wiki did not say how to run them
    :param strategies: digest of the strategies that the suites were made with
    :param modules: titles of the modules that have a state, by page id
    :param listed_at: when all pages were last listed, UTC
    """

    testers: Mapping[int, str] = field(default_factory=dict)
    dependents: Mapping[str, tuple[Dependent, ...]] = field(default_factory=dict)
    cursor: ChangesCursor | None = None
    unmade: frozenset[int] = frozenset()
    strategies: str = ""
    modules: Mapping[int, str] = field(default_factory=dict)
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The changes that a look at a wiki found.

    :param found: suites that are new, or were made anew
    :param gone: testers that are there no more, or are none any more, by page id
    :param changed: titles that changed since the suite was made or ran, by its tester's page id
    :param loaded: those of them that its run depended on
    :param cursor: where to go on; None where the wiki has no recent changes
    :param swept: whether all pages were listed
    :param strategies: digest of the strategies that the suites are made with now
    :param seen: titles that its last run saw at the revision that they have now, by its tester's page id
    :param next_listing: when all pages are to be listed again, UTC
    :param restored: whether the wiki is an older one than it was, and may have given ids of revisions a second time
    :param models: modules whose content model changed
    :param left: modules that are no longer under their titles, or no longer Lua, by page id
    """

    found: tuple[DiscoveredSuite, ...]
    gone: frozenset[int]
    changed: Mapping[int, tuple[str, ...]]
    loaded: Mapping[int, tuple[str, ...]]
    cursor: ChangesCursor | None
    swept: bool
    strategies: str
    next_listing: datetime
    seen: Mapping[int, frozenset[str]] = field(default_factory=dict)
    restored: bool = False
    models: frozenset[str] = frozenset()
    left: frozenset[int] = frozenset()
