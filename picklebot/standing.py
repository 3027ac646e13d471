"""Testers that stand elsewhere than below the module that they load: they decide its state only where it has no others.

Anybody can put a page anywhere that loads somebody else's module, or below a redirect to it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Protocol

from picklebot.model import Page, Suite, SuiteRecord

__all__ = ["DecidesElsewhere", "counting", "standing_alone", "subjects", "with_standing"]

#: Whether a tester elsewhere, by its title, decides its module's state all the same.
DecidesElsewhere = Callable[[str], bool]


class _Titles(Protocol):
    """A wiki's rules for titles."""

    def module(self, title: str, /) -> str: ...


def counting(patterns: Iterable[str], site: _Titles) -> DecidesElsewhere:
    """Testers elsewhere count where a pattern finds their titles; with or without the namespace."""
    wanted = [site.module(pattern) for pattern in patterns]
    return lambda tester: any(fnmatchcase(tester, pattern) for pattern in wanted)


def standing_alone(suites: Collection[Suite], counts: DecidesElsewhere) -> set[int]:
    """Testers, by their page ids, whose state is their own: their modules have testers below them.

    :param suites: all of a wiki
    """
    at_home = {suite.testee.page_id for suite in suites if suite.testee.exists and not suite.elsewhere}
    return {
        suite.tester.page_id
        for suite in suites
        if suite.elsewhere and suite.testee.page_id in at_home and not counts(suite.tester.title)
    }


def subjects(suites: Collection[Suite], counts: DecidesElsewhere) -> dict[int, Page]:
    """The pages that states are recorded on, by their ids."""
    alone = standing_alone(suites, counts)
    pages = (s.testee if s.testee.exists and s.tester.page_id not in alone else s.tester for s in suites)
    return {page.page_id: page for page in pages}


def with_standing(records: Mapping[int, SuiteRecord], counts: DecidesElsewhere) -> dict[int, SuiteRecord]:
    """The records that change, since the testers of their modules have: whose state each is told of."""
    alone = standing_alone([record.suite for record in records.values()], counts)
    return {
        tester_id: replace(record, stands_alone=tester_id in alone)
        for tester_id, record in records.items()
        if record.stands_alone is not (tester_id in alone)
    }
