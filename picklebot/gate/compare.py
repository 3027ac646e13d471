"""Compares how a suite ended with its baseline: its points by name, its error, its pages' texts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from picklebot.gate.baseline_file import BaselinePage, BaselineSuite, PointTally
from picklebot.gate.model import NewlyFailing, RegressionKind, SuiteOutcome
from picklebot.model import ErrorKind, Point, Report, RunResult, State
from picklebot.text.wording import error_words, point_message

__all__ = ["Comparison", "compare", "pages_with_other_text", "same_text", "tallies"]

# Of a Lua time limit: a suite that needed less than this part of it before, and is out of time now, has regressed.
_ROOMY = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a suite ended, compared with its baseline.

    :param outcome: passed, still failing, fixed, regression or inconclusive, by this one run
    :param points: that newly fail
    :param more_points: how many more do, whose names no report shows
    :param strangers: how many of the points, the last ones, have names that the baseline does not know
    :param why: of an inconclusive or a flaky one
    """

    outcome: SuiteOutcome
    kind: RegressionKind | None = None
    points: tuple[NewlyFailing, ...] = ()
    strangers: int = 0
    more_points: int = 0
    error: str = ""
    why: str = ""

    @property
    def regressed(self) -> bool:
        """Whether something fails that passed."""
        return self.outcome is SuiteOutcome.REGRESSION

    def seen_again(self, again: Comparison) -> Comparison:
        """The part of a regression that another run of the candidate shows too; flaky where that is nothing.

        :param again: a run that came to a result
        """
        if not again.regressed:
            return replace(self, outcome=SuiteOutcome.FLAKY, why="another run did not fail")
        if self.kind is not RegressionKind.POINT or again.kind is not RegressionKind.POINT:
            return self if self.kind is RegressionKind.POINT else again
        return self._with_points(again, shared=True) or replace(
            self, outcome=SuiteOutcome.FLAKY, points=(), more_points=0, why="each run failed at other points"
        )

    def without_failures_of(self, old: Comparison) -> Comparison:
        """The part of a regression that the old software does not show now; flaky where that is nothing.

        :param old: a run under the old software that came to a result
        """
        if not old.regressed:
            return self
        left = None
        if old.kind is RegressionKind.POINT:
            left = self if self.kind is not RegressionKind.POINT else self._with_points(old, shared=False)
        why = "it fails under the old software as well by now"
        return left or replace(self, outcome=SuiteOutcome.FLAKY, points=(), more_points=0, why=why)

    def _with_points(self, other: Comparison, *, shared: bool) -> Comparison | None:
        """A regression with only the points that another run shows too, or does not; None where none is left.

        Points whose names the baseline does not know may be named otherwise in each run: they are counted.
        """
        theirs = Counter(point.name for point in other._known)
        known = []
        for point in self._known:
            is_shared = theirs[point.name] > 0
            theirs[point.name] -= is_shared
            if is_shared is shared:
                known.append(point)
        mine, others = self.strangers, other.strangers
        strangers = min(mine, others) if shared else max(mine - others, 0)
        more = min(self.more_points, other.more_points) if shared else max(self.more_points - other.more_points, 0)
        points = (*known, *self.points[len(self._known) :][:strangers])
        if not points and not more:
            return None
        return replace(self, points=points, more_points=more, strangers=strangers)

    @property
    def _known(self) -> tuple[NewlyFailing, ...]:
        return self.points[: len(self.points) - self.strangers]


def tallies(points: Iterable[Point]) -> list[PointTally]:
    """Points counted by name, in the order of the report; nameless ones have their number, where they have one."""
    found: dict[str, list[int]] = {}
    for name, point in _named(points):
        counts = found.setdefault(name, [0, 0, 0])
        counts[2 if point.directive is not None else 0 if point.ok else 1] += 1
    return [PointTally(name=name, passed=p, failed=f, other=o) for name, (p, f, o) in found.items()]


def compare(before: BaselineSuite, now: RunResult, *, limit_ms: int) -> Comparison:
    """Compare a run with the baseline.

    :param limit_ms: of Lua's time in one request
    """
    if now.state is None or now.report is None:
        why = " ".join(now.inconclusive.details) if now.inconclusive else ""
        return Comparison(SuiteOutcome.INCONCLUSIVE, why=why or "it came to no result")
    report = now.report
    error = error_words(report.error) if report.error is not None else ""
    found = _newly_failing(before, report)
    if before.at_stake and report.error is not None and report.error.kind is ErrorKind.TIME and not found.regressed:
        return _out_of_time(before, limit_ms, error)
    if before.at_stake and _is_lost(before, now.state, report):
        return replace(found, outcome=SuiteOutcome.REGRESSION, kind=RegressionKind.SUITE, error=error)
    if found.regressed:
        return replace(found, error=error)
    return replace(_without_new_failures(before, now.state, report), error=error)


def _out_of_time(before: BaselineSuite, limit_ms: int, error: str) -> Comparison:
    if before.cost.lua_ms < limit_ms * _ROOMY:
        return Comparison(SuiteOutcome.REGRESSION, RegressionKind.TIME_OUT, error=error)
    why = f"out of Lua time, of which it needed {before.cost.lua_ms} of {limit_ms} ms under the baseline"
    return Comparison(SuiteOutcome.INCONCLUSIVE, error=error, why=why)


def _without_new_failures(before: BaselineSuite, state: State, report: Report) -> Comparison:
    """The comparison of a run that shows no point that newly fails."""
    if before.passes:
        if state.passing:
            return Comparison(SuiteOutcome.PASSED)
        return Comparison(SuiteOutcome.REGRESSION, RegressionKind.SUITE)
    fixed = state.passing or _names_passed(before) < {name for name, p in _named(report.points) if _is_pass(p)}
    return Comparison(SuiteOutcome.FIXED if fixed else SuiteOutcome.STILL_FAILING)


def same_text(before: BaselinePage, now: BaselinePage) -> bool:
    """Whether a page has the same text: moves and protection raise its revision alone. Hidden texts have no digest."""
    if before.revision == now.revision:
        return True
    return bool(before.sha1) and before.sha1 == now.sha1


def _is_pass(point: Point) -> bool:
    return point.ok and point.directive is None


def _names_passed(before: BaselineSuite) -> set[str]:
    return {each.name for each in before.points if each.passed}


def _failing(name: str, point: Point) -> NewlyFailing:
    return NewlyFailing(name, point.expected, point.actual, point_message(point))


def _named(points: Iterable[Point]) -> Iterable[tuple[str, Point]]:
    """Points with the names that they are compared by."""
    for place, point in enumerate(points, 1):
        yield point.description.strip() or f"#{place if point.number is None else point.number}", point


def _is_lost(before: BaselineSuite, state: State, report: Report) -> bool:
    """Whether the suite as a whole has nothing any more of the points that passed."""
    if not report.recognised or (report.error is not None and not report.counts.passed):
        return True
    # Nothing failed by name: an error behind the points, a plan that does not fit, marks that nobody can read.
    return before.passes and not state.passing and not report.counts.failed


def _newly_failing(before: BaselineSuite, report: Report) -> Comparison:
    """A regression by the points that fail and passed; none where there are no such points."""
    known = {each.name: each for each in before.points}
    now: dict[str, list[Point]] = {}
    for name, point in _named(report.points):
        now.setdefault(name, []).append(point)
    found: list[NewlyFailing] = []
    strangers: list[NewlyFailing] = []
    for name, points in now.items():
        failing = [_failing(name, each) for each in points if each.failed]
        if name in known:
            lost = min(len(failing) - known[name].failed, known[name].passed - sum(map(_is_pass, points)))
            found += failing[: max(lost, 0)]
        else:
            strangers += failing
    counts = report.counts
    # Names may hold values, and be others now: as many count as there are more failures, and fewer that pass. A page
    # need not count passed points where all passed.
    excess = counts.failed - before.failed
    excess = (excess if before.passes else min(excess, before.passed - counts.passed)) - len(found)
    strangers = strangers[: max(excess, 0)]
    more = max(excess - len(strangers), 0) if counts.failed > sum(each.failed for each in report.points) else 0
    points_found = (*found, *strangers)
    if not points_found and not more:
        return Comparison(SuiteOutcome.STILL_FAILING)
    return Comparison(SuiteOutcome.REGRESSION, RegressionKind.POINT, points_found, len(strangers), more)


def pages_with_other_text(
    titles: Sequence[str], before: Mapping[str, BaselinePage], now: Mapping[str, BaselinePage]
) -> list[str]:
    """Titles of the pages whose text is another one; of a page that one side does not know nothing can be said."""
    return [title for title in titles if title in before and title in now and not same_text(before[title], now[title])]
