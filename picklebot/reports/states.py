"""The rules that turn a report into a state, in the order of the table: the first that applies."""

from __future__ import annotations

from picklebot.model import Directive, Report, Rule, RuleCode, State

__all__ = ["state_of"]


def state_of(report: Report) -> tuple[State, Rule]:
    """Tell the state of a suite, and the rule that gave it.

    Where a report declares its counts, they count beside the points that it lists: the worse of the two stands. Points
    that are declared but not listed are taken as their directive expects them: TODO as failed, SKIP as passed.
    """
    for rule in (_broken, _failed, _empty, _todo, _skip):
        found = rule(report)
        if found is not None:
            return found
    return _good(report)


def _broken(report: Report) -> tuple[State, Rule] | None:
    if report.error is not None:
        error = report.error
        return State.FAIL, Rule(RuleCode.ERROR, error=error.kind, detail=error.message, note=error.note)
    if not report.recognised:
        return State.UNKNOWN, Rule(RuleCode.UNRECOGNISED)
    return None


def _failed(report: Report) -> tuple[State, Rule] | None:
    failed = max(report.counts.failed, sum(point.failed for point in report.points))
    return (State.FAIL, Rule(RuleCode.FAILED, failed)) if failed else None


def _empty(report: Report) -> tuple[State, Rule] | None:
    if report.counts.total or report.points:
        return None
    if report.plan is not None and report.plan.skip_all:
        return State.SKIP_GOOD, Rule(RuleCode.ALL_SKIPPED, detail=report.plan.reason)
    return State.PENDING, Rule(RuleCode.EMPTY)


def _todo(report: Report) -> tuple[State, Rule] | None:
    good, bad = _directed(report, Directive.TODO)
    bad += max(0, report.counts.todo - good - bad)
    if bad:
        return State.TODO_FAIL, Rule(RuleCode.TODO_FAILED, bad)
    return (State.TODO_GOOD, Rule(RuleCode.TODO_PASSED, good)) if good else None


def _skip(report: Report) -> tuple[State, Rule] | None:
    good, bad = _directed(report, Directive.SKIP)
    if bad:
        return State.SKIP_FAIL, Rule(RuleCode.SKIP_FAILED, bad)
    good = max(good, report.counts.skipped)
    return (State.SKIP_GOOD, Rule(RuleCode.SKIPPED, good)) if good else None


def _good(report: Report) -> tuple[State, Rule]:
    counts = report.counts
    if counts.passed < 1 or counts.passed != counts.total:
        return State.UNKNOWN, Rule(RuleCode.CONTRADICTORY)
    return State.GOOD, Rule(RuleCode.PASSED, counts.passed)


def _directed(report: Report, directive: Directive) -> tuple[int, int]:
    """How many listed points with that directive passed, and how many failed."""
    marked = [point.ok for point in report.points if point.directive is directive]
    return sum(marked), len(marked) - sum(marked)
