"""Which states a wiki's modules have by what is written on its pages, told without any of picklebot's own code.

The sources of a life (`life_pages`) are so simple that Python can tell how their tests end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.live.livewiki import Json, LiveWiki

__all__ = ["CATEGORIES", "TESTERS", "Snapshot", "read_snapshot"]

#: Last parts of titles that make a page a tester.
TESTERS = ("testcases", "testcases2", "testspec")
#: The category of each state, as picklebot names them by default.
CATEGORIES = {
    "good": "Modules with passed tests",
    "fail": "Modules with failing tests",
    "skip-good": "Modules with skipped tests",
    "skip-fail": "Modules with skipped tests",
    "todo-good": "Modules with incomplete tests",
    "todo-fail": "Modules with incomplete tests",
    "missing": "Modules without test page",
}
# The worst state of a module's testers is the module's.
_WORST_FIRST = ("fail", "missing", "todo-fail", "todo-good", "skip-fail", "skip-good", "good")
_DIRECTIVES = {"": ("good", "fail"), "SKIP": ("skip-good", "skip-fail"), "TODO": ("todo-good", "todo-fail")}
_DEEPEST = 10


@dataclass(frozen=True)
class LifePage:
    """A page of the Module namespace."""

    title: str
    page_id: int
    lua: bool
    leads_to: str
    text: str
    revisions: tuple[Json, ...]

    @property
    def is_tester(self) -> bool:
        return self.lua and not self.leads_to and self.title.rpartition("/")[2] in TESTERS

    @property
    def module(self) -> str:
        """The title above a tester."""
        return self.title.rpartition("/")[0]

    @property
    def names(self) -> str:
        """The module that a tester's source names, or nothing."""
        match = re.search(r"'(Module:[^']+)'", self.text)
        return match[1] if match else ""


@dataclass(frozen=True)
class Snapshot:
    """The Module namespace at one moment, and the members of the tracking categories."""

    pages: Mapping[str, LifePage]
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may_hold_a_category(self, page: LifePage) -> bool:
        """Whether a page shows a documentation page that the bot may write: it follows no redirect."""
        doc = self.pages.get(f"{page.title}/doc")
        return page.lua and not (doc and doc.leads_to)

    @property
    def titles(self) -> dict[int, str]:
        return {page.page_id: page.title for page in self.pages.values()}

    def states(self, before: Collection[int]) -> dict[int, str]:
        """The state of every module, by page id.

        :param before: modules that had a state before: one that lost its tests is `missing`
        """
        found: dict[int, list[str]] = {}
        testers = [page for page in self.pages.values() if page.is_tester]
        at_home = {testee.page_id for each in testers if (testee := self.testee(each)) and testee.title == each.module}
        for page in testers:
            found.setdefault(self._subject(page, at_home).page_id, []).append(self._ends(page))
        states = {id_: min(each, key=_WORST_FIRST.index) for id_, each in found.items()}
        for page in self.pages.values():
            if page.page_id in before and page.page_id not in states and page.lua and not page.leads_to:
                states[page.page_id] = "missing"
        return states

    def testee(self, tester: LifePage) -> LifePage | None:
        """The module above a tester, or the one that a redirect there leads to, whatever it names; None without one."""
        return self._module(tester.module) or self._changed_model(tester.module)

    def _subject(self, tester: LifePage, at_home: Collection[int]) -> LifePage:
        """The page that a tester's state is one of.

        :param at_home: modules with testers below them: one below a redirect to such a module counts for itself
        """
        testee = self.testee(tester)
        guest = testee and testee.title != tester.module and testee.page_id in at_home
        return tester if testee is None or guest else testee

    def _module(self, title: str) -> LifePage | None:
        """A page of Lua, or the one that a redirect leads to in the end."""
        for _ in range(_DEEPEST):
            page = self.pages.get(title)
            if page is None or not page.lua:
                return None
            if not page.leads_to:
                return page
            title = page.leads_to
        return None

    def _value(self, title: str) -> int | None:
        """The words of a module; None where it cannot be loaded."""
        for _ in range(_DEEPEST):
            page = self.pages.get(title)
            if page is None or not page.lua or "error(" in page.text:
                return None
            if not (leads := re.search(r"return require \[\[(.+)\]\]", page.text)):
                found = re.search(r"value = (\d)", page.text)
                return int(found[1]) if found else None
            title = leads[1]  # a redirect, or on MediaWiki 1.39 a module that loads another
        return None

    def _changed_model(self, title: str) -> LifePage | None:
        page = self.pages.get(title)
        return page if page and not page.lua and not page.leads_to else None

    def _ends(self, tester: LifePage) -> str:
        testee = self.testee(tester)
        if testee and not testee.lua:
            return "fail"
        directive = re.search(r"-- (SKIP|TODO)?$", tester.text, re.MULTILINE)
        value = self._value(tester.names or tester.module)
        if value is None and "-- bare" in tester.text:
            return "fail"
        good = value == 1
        return _DIRECTIVES[directive[1] or "" if directive else ""][0 if good else 1]


def read_snapshot(wiki: LiveWiki) -> Snapshot:
    """Ask a wiki for all that the oracle has to know."""
    wanted = {"prop": "info|revisions|redirects", "rvprop": "ids|content|timestamp", "rvslots": "main"}
    query = wiki.get(action="query", generator="allpages", gapnamespace=828, gaplimit="max", **wanted)
    listed = query.get("query", {}).get("pages", [])
    titles = [page["title"] for page in listed if page.get("redirect")]
    leads = wiki.get(action="query", titles="|".join(titles), redirects=1)["query"]["redirects"] if titles else []
    targets = {each["from"]: each["to"] for each in leads}
    pages = {}
    for page in listed:
        slot = page["revisions"][0].get("slots", {}).get("main", {})
        revisions = wiki.revisions(page["title"])
        pages[page["title"]] = LifePage(
            page["title"],
            page["pageid"],
            page["contentmodel"] == "Scribunto",
            targets.get(page["title"], ""),
            slot.get("content", ""),
            tuple(revisions),
        )
    return Snapshot(pages, {name: frozenset(wiki.members(name)) for name in sorted(set(CATEGORIES.values()))})
