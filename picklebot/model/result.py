"""Results of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from picklebot.model.calls import Call
from picklebot.model.reasons import Inconclusive, Rule
from picklebot.model.report import Counts, Report
from picklebot.model.state import State
from picklebot.model.suite import Suite

__all__ = ["Cost", "DisregardedCall", "RunResult"]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a run for the wiki: Lua time in milliseconds, memory in bytes.

    :param permille: how much of a request's other limits (size of the answer, expensive calls…) it took, of the one
        that it came nearest
    """

    lua_ms: int = 0
    memory_bytes: int = 0
    permille: int = 0


@dataclass(frozen=True, slots=True)
class DisregardedCall:
    """The state that a suite comes to by a call that editors wrote down, where that is not the one that counts."""

    call: Call
    state: State


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run of a suite. Either a report and a state, or the reason why none was had.

    :param strategy: name of the one whose report it is
    :param call: how it was run
    :param rule: that gave the state
    :param inconclusive: why there is no state; never recorded, never overwrites a state
    :param depends_on: titles of the pages that the run loaded or asked about
    :param seen: revisions that the run saw, by title, as far as it tells; 0 for a page that did not exist
    :param reached: the newest revision that its servers are known to have had; None where one told of no landmark
    :param there: titles of those of these pages that existed, whatever their revision
    :param page_counts: counts of points that the page alone shows, before the console added detail
    :param fingerprint: of the report before the console added detail; empty where a batch cannot see the same
    :param title_dependent: whether it ends otherwise under another title; None where that was not tried
    :param limit_usage: how much of any limit of one request it took
    :param other: the result of another call, where it differs
    """

    suite: Suite
    strategy: str = ""
    call: Call | None = None
    report: Report | None = None
    state: State | None = None
    rule: Rule | None = None
    inconclusive: Inconclusive | None = None
    duration_ms: int = 0
    cost: Cost = field(default_factory=Cost)
    depends_on: tuple[str, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)
    reached: int | None = None
    there: frozenset[str] = frozenset()
    page_counts: Counts | None = None
    fingerprint: str = ""
    title_dependent: bool | None = None
    limit_usage: float = 0.0
    other: DisregardedCall | None = None
