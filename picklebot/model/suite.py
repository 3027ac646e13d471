"""Suites: a module under test, its test page, and how it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

from picklebot.model.calls import Candidate
from picklebot.model.notes import Note

__all__ = ["LUA_MODEL", "DiscoveredSuite", "Page", "Suite", "SuiteKey"]


#: Tells suites apart on all wikis that have them: the title of the tester. Page ids differ between two wikis.
SuiteKey = NewType("SuiteKey", str)

#: The content model of modules. Pages of any other model in the Module namespace hold no Lua.
LUA_MODEL = "Scribunto"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a wiki at one revision. ``page_id`` and ``revision`` are 0 for a page that does not exist."""

    title: str
    page_id: int = 0
    revision: int = 0
    content_model: str = ""

    @property
    def exists(self) -> bool:
        """Whether the wiki has this page."""
        return self.page_id > 0


@dataclass(frozen=True, slots=True)
class Suite:
    """A testee, its tester, and the strategies that may run it.

    :param testee: the module under test; it may not exist (a tester without a module)
    :param candidates: in the order in which they are tried; empty where no strategy knows how to run it
    :param functions: those of the tester, where it had to be asked; None without candidates: the wiki did not say
    :param why: findings that led to this testee and these candidates
    :param data: whether it had to be asked, and holds something else than functions
    :param elsewhere: whether the tester stands elsewhere than below the testee: no module is above it, or a redirect
    :param watched: titles of pages of which its runs are to tell the revisions that they saw
    :param landmarks: titles of recently edited pages of which they are to tell as well: its runs need not load them
    """

    testee: Page
    tester: Page
    candidates: tuple[Candidate, ...]
    functions: frozenset[str] | None = None
    why: tuple[Note, ...] = ()
    data: bool = False
    elsewhere: bool = False
    watched: tuple[str, ...] = ()
    landmarks: tuple[str, ...] = ()

    @property
    def key(self) -> SuiteKey:
        """Tells it apart from others, and is the same on another wiki that has it."""
        return SuiteKey(self.tester.title)


@dataclass(frozen=True, slots=True)
class DiscoveredSuite:
    """A suite, and the pages that decided how it was made, with their revisions (0 where there is none).

    :param named: those of them that are modules: the tester may load any of them
    """

    suite: Suite
    made_from: Mapping[str, int]
    named: frozenset[str] = frozenset()
