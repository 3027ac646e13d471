"""The nouns of what is kept from harvest to harvest: frozen values, as those of `picklebot.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from picklebot.model import Candidate, Counts, ModuleStatus, Suite, SuiteStatus, Transition
from picklebot.results import Cost

__all__ = [
    "Anchor",
    "Dependencies",
    "Dependent",
    "Followed",
    "Found",
    "Knowledge",
    "Pending",
    "SuiteRecord",
    "Sync",
]

#: Titles of pages and the revisions they had; 0 for a page that did not exist.
Dependencies = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """A suite, how it last ended, and what decides whether it runs again.

    :param status: how it last ended; its pages carry the newest known revisions
    :param ran_at: when it last came to a verdict, UTC
    :param software: digest of the wiki's software at that run
    :param reason: why it must run, or None
    :param solo: why it never runs in a batch, or None
    :param flaky: whether its last runs disagreed without anything known having changed
    :param shown: what the page alone said of its points, before the console added detail
    :param fingerprint: of what was read then, which a batch may confirm; empty where none can
    """

    status: SuiteStatus
    candidates: tuple[Candidate, ...] = ()
    functions: frozenset[str] | None = None
    data: bool = False
    ran_at: datetime | None = None
    software: str = ""
    reason: str | None = None
    solo: str | None = None
    flaky: bool = False
    cost: Cost = field(default_factory=Cost)
    shown: Counts | None = None
    fingerprint: str = ""

    @property
    def suite(self) -> Suite:
        """The suite as it can be run."""
        return Suite(
            self.status.testee,
            self.status.tester,
            self.candidates,
            self.functions,
            data=self.data,
            elsewhere=self.status.elsewhere,
        )


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a wiki: suites by their tester's page id, modules by page id."""

    suites: Mapping[int, SuiteRecord] = field(default_factory=dict)
    modules: Mapping[int, ModuleStatus] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """A transition in the outbox.

    :param token: derived from what the transition says, and written with it, so that it can be recognised
    :param at: when it was found, UTC
    :param former: titles under which something was recorded of the page, for who records under titles
    """

    id: int
    token: str
    at: datetime
    transition: Transition
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where one stopped reading.

    :param at: time of the newest row seen, UTC
    :param rows: times of the newest rows seen, by their ids, as the wiki writes them; empty where they are not known
    """

    at: datetime
    rows: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A suite, and the pages that decided how it was made, with their revisions (0 where there is none).

    :param named: those of them that are modules: the tester may load any of them
    """

    suite: Suite
    made_from: Mapping[str, int]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dependent:
    """A suite (by its tester's page id) that depends on some page, and the page's revision when it last did.

    :param make: whether the page decides how the suite is made; else its run loaded it or asked about it
    """

    tester_id: int
    revision: int
    make: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed on a wiki.

    :param testers: titles of the known testers, by page id
    :param dependents: by the title of the page that they depend on
    :param anchor: up to where recent changes were read; None before the first harvest
    :param unmade: testers of which the wiki did not say how to run them
    :param strategies: digest of the strategies that the suites were made with
    :param modules: titles of the modules that have a state, by page id
    :param listed_at: when all pages were last listed, UTC
    """

    testers: Mapping[int, str] = field(default_factory=dict)
    dependents: Mapping[str, tuple[Dependent, ...]] = field(default_factory=dict)
    anchor: Anchor | None = None
    unmade: frozenset[int] = frozenset()
    strategies: str = ""
    modules: Mapping[int, str] = field(default_factory=dict)
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sync:
    """What changed.

    :param found: suites that are new, or were made anew
    :param gone: testers that are there no more, or are none any more, by page id
    :param changed: titles that changed since the suite was made or ran, by its tester's page id
    :param loaded: those of them that its run depended on
    :param anchor: where to go on; None where the wiki has no recent changes
    :param swept: whether all pages were listed
    :param strategies: digest of the strategies that the suites are made with now
    :param seen: titles that its last run saw at the revision that they have now, by its tester's page id
    :param next_listing: when all pages are to be listed again, UTC
    :param restored: whether the wiki is an older one than it was, and may have given ids of revisions a second time
    :param models: modules whose content model changed
    :param left: modules that are no longer under their titles, or no longer Lua, by page id
    """

    found: tuple[Found, ...]
    gone: frozenset[int]
    changed: Mapping[int, tuple[str, ...]]
    loaded: Mapping[int, tuple[str, ...]]
    anchor: Anchor | None
    swept: bool
    strategies: str
    next_listing: datetime
    seen: Mapping[int, frozenset[str]] = field(default_factory=dict)
    restored: bool = False
    models: frozenset[str] = frozenset()
    left: frozenset[int] = frozenset()
