"""The suites that a gate runs, and their order: used on most pages first, then the quick ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from picklebot.gate.baseline_file import BaselineSuite

__all__ = ["Selection", "Tier", "in_order", "select"]

# Of the quick tier: so many suites, and each with so little Lua time.
_QUICK_SUITES = 200
_QUICK_MS = 500


class Tier(StrEnum):
    """How many of a wiki's suites are run."""

    #: A few hundred that many pages use and that take no time.
    QUICK = "quick"
    #: All but drafts.
    STANDARD = "standard"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """The suites that are asked for.

    :param only: patterns of titles, a shell's, with or without the namespace; none for all
    :param titles: of testers or modules; None for all
    :param sample: so many of them, drawn by the seed; None for all
    """

    tier: Tier = Tier.STANDARD
    only: tuple[str, ...] = ()
    titles: frozenset[str] | None = None
    sample: int | None = None
    seed: int = 0


def select(suites: Sequence[BaselineSuite], selection: Selection) -> list[BaselineSuite]:
    """The suites that are asked for, in the order in which they run."""
    found = [suite for suite in suites if _is_asked_for(suite, selection)]
    if selection.sample is not None and selection.sample < len(found):
        found = random.Random(selection.seed).sample(found, selection.sample)  # noqa: S311 (a sample, no secret)
    found = in_order(found)
    if selection.tier is Tier.QUICK:
        quick = [suite for suite in found if _is_quick(suite)]
        return quick[:_QUICK_SUITES]
    return found


def in_order(suites: Sequence[BaselineSuite]) -> list[BaselineSuite]:
    """Used on most pages first, then quick ones."""
    return sorted(suites, key=lambda suite: (-(suite.used_on or 0), suite.cost.lua_ms, suite.tester))


def _is_quick(suite: BaselineSuite) -> bool:
    return bool(suite.batch_fingerprint) and suite.cost.lua_ms <= _QUICK_MS and suite.at_stake


def _is_asked_for(suite: BaselineSuite, selection: Selection) -> bool:
    if suite.draft and selection.tier is not Tier.ALL:
        return False
    titles = (suite.tester, suite.testee)
    if selection.titles is not None and selection.titles.isdisjoint(titles):
        return False
    return not selection.only or any(_matches(title, pattern) for title in titles for pattern in selection.only)


def _matches(title: str, pattern: str) -> bool:
    return fnmatchcase(title, pattern) or fnmatchcase(title.partition(":")[2], pattern)
