"""The rules that turn a report into a state, in the order of the table: the first that applies."""

from __future__ import annotations

from picklebot.model import Directive, Report, State

__all__ = ["state_of"]


def state_of(report: Report) -> tuple[State, str]:
    """Tell the state of a suite, and the rule that gave it, in a few words.

    Where a report declares its counts, they count beside the points that it lists: the worse of the two stands. Points
    that are declared but not listed are taken as their directive expects them: TODO as failed, SKIP as passed.
    """
    for rule in (_broken, _failed, _empty, _todo, _skip):
        found = rule(report)
        if found is not None:
            return found
    return _good(report)


def _broken(report: Report) -> tuple[State, str] | None:
    if report.error is not None:
        return State.FAIL, _with_reason(report.error.kind, report.error.message)
    if not report.recognised:
        return State.UNKNOWN, "no report was recognised"
    return None


def _failed(report: Report) -> tuple[State, str] | None:
    failed = max(report.counts.failed, sum(point.failed for point in report.points))
    return (State.FAIL, f"{_points(failed)} failed") if failed else None


def _empty(report: Report) -> tuple[State, str] | None:
    if report.counts.total or report.points:
        return None
    if report.plan is not None and report.plan.skip_all:
        return State.SKIP_GOOD, _with_reason("the whole plan is skipped", report.plan.reason)
    return State.PENDING, "no test was run"


def _todo(report: Report) -> tuple[State, str] | None:
    good, bad = _directed(report, Directive.TODO)
    bad += max(0, report.counts.todo - good - bad)
    if bad:
        return State.TODO_FAIL, f"{_points(bad)} marked TODO failed"
    return (State.TODO_GOOD, f"{_points(good)} marked TODO passed") if good else None


def _skip(report: Report) -> tuple[State, str] | None:
    good, bad = _directed(report, Directive.SKIP)
    if bad:
        return State.SKIP_FAIL, f"{_points(bad)} marked SKIP failed"
    good = max(good, report.counts.skipped)
    return (State.SKIP_GOOD, f"{_points(good)} skipped") if good else None


def _good(report: Report) -> tuple[State, str]:
    counts = report.counts
    if counts.passed < 1 or counts.passed != counts.total:
        return State.UNKNOWN, "the counts of the report contradict each other"
    return State.GOOD, f"{_points(counts.passed)} passed"


def _directed(report: Report, directive: Directive) -> tuple[int, int]:
    """How many listed points with that directive passed, and how many failed."""
    marked = [point.ok for point in report.points if point.directive is directive]
    return sum(marked), len(marked) - sum(marked)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _with_reason(rule: str, reason: str) -> str:
    return f"{rule}: {reason}" if reason else rule
