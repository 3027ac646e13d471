"""The table of states, row by row, and what it promises as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Counts, Directive, ErrorKind, Plan, Point, Report, Rule, RuleCode, State, SuiteError
from picklebot.reports.states import state_of

OK = Point(ok=True)
NOT_OK = Point(ok=False)
TODO_GOOD = Point(ok=True, directive=Directive.TODO)
TODO_FAIL = Point(ok=False, directive=Directive.TODO)
SKIP_GOOD = Point(ok=True, directive=Directive.SKIP)
SKIP_FAIL = Point(ok=False, directive=Directive.SKIP)


def report(*points: Point, **rest: object) -> Report:
    return Report(**{"format": "tap", "points": points, **rest})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ErrorKind)
def test_an_error_of_any_kind_fails(kind: ErrorKind) -> None:
    assert state_of(report(OK, error=SuiteError(kind, "why"))) == (
        State.FAIL,
        Rule(RuleCode.ERROR, error=kind, detail="why"),
    )
    assert state_of(report(error=SuiteError(kind, ""), format="")) == (
        State.FAIL,
        Rule(RuleCode.ERROR, error=kind),
    )


def test_what_nobody_recognised_is_unknown() -> None:
    assert state_of(Report(format="")) == (State.UNKNOWN, Rule(RuleCode.UNRECOGNISED))


@pytest.mark.parametrize(
    ("points", "state"),
    [
        ((OK, NOT_OK, TODO_FAIL, SKIP_FAIL), State.FAIL),
        ((), State.PENDING),
        ((OK, TODO_FAIL, TODO_GOOD, SKIP_FAIL), State.TODO_FAIL),
        ((OK, TODO_GOOD, SKIP_FAIL, SKIP_GOOD), State.TODO_GOOD),
        ((OK, SKIP_FAIL, SKIP_GOOD), State.SKIP_FAIL),
        ((OK, SKIP_GOOD), State.SKIP_GOOD),
        ((SKIP_GOOD,), State.SKIP_GOOD),
        ((OK,), State.GOOD),
    ],
)
def test_the_first_row_that_applies(points: tuple[Point, ...], state: State) -> None:
    assert state_of(report(*points))[0] is state


def test_a_whole_plan_that_is_skipped_is_skipped() -> None:
    plan = Plan(0, skip_all=True, reason="no data here")

    assert state_of(report(plan=plan)) == (
        State.SKIP_GOOD,
        Rule(RuleCode.ALL_SKIPPED, detail="no data here"),
    )
    assert state_of(report(plan=Plan(0))) == (State.PENDING, Rule(RuleCode.EMPTY))


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        (Counts(total=5, passed=3, failed=2), State.FAIL),
        (Counts(failed=1), State.FAIL),
        (Counts(), State.PENDING),
        (Counts(total=5, passed=4, todo=1), State.TODO_FAIL),
        (Counts(total=5, passed=4, skipped=1), State.SKIP_GOOD),
        (Counts(total=5, passed=5), State.GOOD),
        (Counts(total=5), State.UNKNOWN),
        (Counts(total=5, passed=4), State.UNKNOWN),
        (Counts(total=-1, passed=-1), State.UNKNOWN),
    ],
)
def test_declared_counts_are_judged_without_points(counts: Counts, state: State) -> None:
    assert state_of(report(declared=counts))[0] is state


def test_listed_points_tell_how_declared_todos_went() -> None:
    counts = Counts(total=3, passed=2, todo=1)

    assert state_of(report(TODO_GOOD, declared=counts))[0] is State.TODO_GOOD
    assert state_of(report(declared=counts))[0] is State.TODO_FAIL


def test_a_listed_failure_stands_against_a_headline_that_declares_none() -> None:
    assert state_of(report(NOT_OK, declared=Counts(total=3, passed=3)))[0] is State.FAIL
    assert state_of(report(NOT_OK, declared=Counts()))[0] is State.FAIL


POINTS = st.builds(Point, ok=st.booleans(), directive=st.none() | st.sampled_from(Directive))
COUNTS = st.builds(Counts, *[st.integers(0, 3)] * 5)
REPORTS = st.builds(
    Report,
    format=st.sampled_from(["", "tap"]),
    points=st.lists(POINTS, max_size=4).map(tuple),
    plan=st.none() | st.builds(Plan, st.integers(0, 3), st.booleans()),
    declared=st.none() | COUNTS,
    error=st.none() | st.builds(SuiteError, st.sampled_from(ErrorKind), st.text(max_size=3)),
)


@given(REPORTS)
def test_good_means_that_points_ran_and_all_passed(some: Report) -> None:
    state, rule = state_of(some)

    assert rule
    assert state is not State.MISSING
    if state is State.GOOD:
        assert some.recognised
        assert some.error is None
        assert some.counts.passed == some.counts.total > 0
        assert all(point.ok and point.directive is None for point in some.points)


@given(REPORTS)
def test_a_failure_is_never_passing(some: Report) -> None:
    if some.error is not None or any(point.failed for point in some.points) or some.counts.failed:
        assert not state_of(some)[0].passing
