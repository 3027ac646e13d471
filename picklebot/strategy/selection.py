"""Which titles are testers', and which strategies to try on a tester, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from picklebot.strategy.schema import Strategy, Titles

__all__ = ["Kinship", "Strategies", "TitleMatch"]


class Kinship(Enum):
    """How sure a title alone makes us that the page holds tests."""

    TESTER = auto()
    #: Its source or its functions must show it.
    LIKELY = auto()
    #: Its source must show it.
    CANDIDATE = auto()


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A title that looks like a tester's, and the name of the module above it.

    :param below: whether the title goes on below the part that names the tests
    """

    parent: str
    kinship: Kinship
    draft: bool
    below: bool


@dataclass(frozen=True, slots=True)
class Strategies:
    """All strategies in the order they are tried, and where each came from.

    :param digest: the same for the same files, and no others
    """

    ordered: tuple[Strategy, ...]
    titles: tuple[Titles, ...]
    origins: Mapping[str, str]
    digest: str = ""

    def __getitem__(self, name: str) -> Strategy:
        """The strategy of this name."""
        return next(strategy for strategy in self.ordered if strategy.name == name)

    def __contains__(self, name: str) -> bool:
        """Whether there is a strategy of this name: a store may remember one that is no longer given."""
        return any(strategy.name == name for strategy in self.ordered)

    @property
    def fallback(self) -> Strategy:
        """The one tried last: for testers of which nothing is known."""
        return self.ordered[-1]

    def match_title(self, name: str, language: str, extensions: Collection[str] = ()) -> TitleMatch | None:
        """Read a title without its namespace; None where the page is no tester.

        The part that names the tests may stand at any depth below the module; a neglected part (documentation,
        data…) is so at or below that part, for modules may well be named ``Foo/data`` and have tests. A part that may
        be a thing as well as tests (``Food/pickle/testcases``) gives way to one below it that is sure.

        :param extensions: names of the wiki's extensions
        """
        parts = [part.strip().lower() for part in name.split("/")]
        kinships = [(n, self._kinship(part, language, extensions)) for n, part in enumerate(parts) if n]
        found = [(n, kinship) for n, kinship in kinships if kinship is not None]
        if not found:
            return None
        depth, kinship = found[0]
        if kinship is Kinship.LIKELY:
            depth, kinship = next((each for each in found if each[1] is Kinship.TESTER), found[0])
        if any(self.is_neglected(part, language) for part in parts[depth:]):
            return None
        draft = any(self.is_draft(part, language) for part in parts)
        return TitleMatch("/".join(name.split("/")[:depth]), kinship, draft, below=depth < len(parts) - 1)

    def is_neglected(self, part: str, language: str) -> bool:
        """Whether one part of a title says that the page holds neither code nor tests, but data, say."""
        return _matches(self._patterns("neglected", language), part.strip().lower())

    def is_draft(self, part: str, language: str) -> bool:
        """Whether one part of a title says that the page is a draft."""
        return _matches(self._patterns("sandboxes", language), part.strip().lower())

    def names_tests(self, name: str) -> bool:
        """Whether a module's name speaks of tests anywhere: a framework's or a driver's, not a module under test."""
        patterns = self._patterns("testers", "any")
        words = [p for titles in self.titles for table in titles.extensions.values() for p in table.get("any", ())]
        parts = name.lower().split("/")
        return any(pattern.search(name.lower()) for pattern in patterns) or any(_matches(words, part) for part in parts)

    def by_source(self, source: str) -> list[Strategy]:
        """Strategies whose patterns are found in a tester's source."""
        return [s for s in self.ordered if s.recognise.source and _found(s.recognise.source, source)]

    def by_data(self) -> list[Strategy]:
        """Strategies for testers that return data and no function."""
        return [s for s in self.ordered if s.recognise.data]

    def at_hand(self, pages: Collection[str]) -> Strategies:
        """Without the strategies that need a page which the wiki does not have.

        :param pages: names of existing pages, as the strategies spell them
        """
        kept = tuple(s for s in self.ordered if not s.invoke.page or s.invoke.page in pages)
        return replace(self, ordered=kept)

    @property
    def pages(self) -> list[str]:
        """Names of the modules that run testers of some kind, as the strategies call them."""
        return list(dict.fromkeys(s.invoke.page for s in self.ordered if s.invoke.page))

    def by_functions(self, functions: Collection[str]) -> list[Strategy]:
        """Strategies one of whose functions a tester offers."""
        return [s for s in self.ordered if any(name in functions for name in s.recognise.functions)]

    def _kinship(self, part: str, language: str, extensions: Collection[str]) -> Kinship | None:
        tables = [s.titles for s in self.ordered]
        tables += [
            titles.extensions[name] for titles in self.titles for name in titles.extensions if name in extensions
        ]
        own = [p for table in tables for key in ("any", language) for p in table.get(key, ())]
        if _matches([*self._patterns("testers", language), *own], part):
            return Kinship.TESTER
        if _matches(self._patterns("likely", language), part):
            return Kinship.LIKELY
        return Kinship.CANDIDATE if _matches(self._patterns("candidates", language), part) else None

    def _patterns(self, table: str, language: str) -> list[Any]:
        return [p for titles in self.titles for key in ("any", language) for p in getattr(titles, table).get(key, ())]


def _matches(patterns: Iterable[Any], part: str) -> bool:
    return any(pattern.fullmatch(part) for pattern in patterns)


def _found(patterns: Iterable[Any], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
