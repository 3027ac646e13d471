"""A run beside its baseline: points by name, whole suites, time, names that vary."""

from __future__ import annotations

import pytest

from picklebot.gate.baseline_file import BaselineCost, BaselinePage, BaselineSuite
from picklebot.gate.compare import Comparison, compare, pages_with_other_text, same_text, tallies
from picklebot.gate.model import RegressionKind, SuiteOutcome
from picklebot.model import (
    Counts,
    Directive,
    ErrorKind,
    Marks,
    Note,
    NoteCode,
    Point,
    Report,
    RunResult,
    State,
    SuiteError,
)
from tests.factories import a_report, a_result, a_suite

LIMIT_MS = 10_000


def ok(name: str) -> Point:
    return Point(ok=True, description=name)


def bad(name: str, expected: str | None = None, actual: str | None = None) -> Point:
    return Point(ok=False, description=name, expected=expected, actual=actual)


def before(*points: Point, state: State | None = None, **values: object) -> BaselineSuite:
    """A suite's baseline with these points."""
    counts = Counts.of(points)
    state = state or (State.FAIL if counts.failed else State.GOOD)
    known = {"passed": counts.passed, "failed": counts.failed, "total": counts.total, "points": tallies(points)}
    known |= {"tester": "Module:Foo/testcases", "testee": "Module:Foo", "state": state}
    return BaselineSuite.model_validate(known | values)


def now(*points: Point, error: SuiteError | None = None, state: State | None = None) -> RunResult:
    failed = error is not None or any(point.failed for point in points)
    return a_result(state or (State.FAIL if failed else State.GOOD), report=a_report(*points, error=error))


def compared(baseline: BaselineSuite, result: RunResult) -> Comparison:
    return compare(baseline, result, limit_ms=LIMIT_MS)


def names(comparison: Comparison) -> list[str]:
    return [point.name for point in comparison.points]


def test_a_suite_that_passes_as_before_has_passed() -> None:
    assert compared(before(ok("a")), now(ok("a"))).outcome is SuiteOutcome.PASSED


def test_a_point_that_passed_and_fails_is_a_regression_with_its_values() -> None:
    found = compared(before(ok("a"), ok("b")), now(ok("a"), bad("b", expected="1", actual="2")))

    assert (found.outcome, found.kind) == (SuiteOutcome.REGRESSION, RegressionKind.POINT)
    assert [(point.name, point.expected, point.actual) for point in found.points] == [("b", "1", "2")]


def test_a_point_that_newly_fails_in_a_suite_that_failed_before_is_a_regression() -> None:
    found = compared(before(ok("a"), bad("b")), now(bad("a"), bad("b")))

    assert found.regressed
    assert names(found) == ["a"]


def test_points_that_failed_before_still_fail() -> None:
    found = compared(before(ok("a"), bad("b")), now(ok("a"), bad("b")))

    assert (found.outcome, found.points) == (SuiteOutcome.STILL_FAILING, ())


def test_a_suite_that_passes_where_it_failed_is_fixed_and_so_is_one_with_more_points_that_pass() -> None:
    failing = before(ok("a"), bad("b"), bad("c"))

    assert compared(failing, now(ok("a"), ok("b"), ok("c"))).outcome is SuiteOutcome.FIXED
    assert compared(failing, now(ok("a"), ok("b"), bad("c"))).outcome is SuiteOutcome.FIXED


def test_points_of_the_same_name_are_counted() -> None:
    twice = before(ok("a"), bad("a"), ok("a"))

    assert compared(twice, now(bad("a"), ok("a"), ok("a"))).outcome is SuiteOutcome.STILL_FAILING
    assert names(compared(twice, now(bad("a"), ok("a"), bad("a")))) == ["a"]


def test_points_without_a_name_are_told_by_their_place() -> None:
    assert names(compared(before(ok(""), ok("")), now(ok(""), bad("")))) == ["#2"]


def test_a_point_that_is_skipped_now_has_not_failed() -> None:
    skipped = Point(ok=False, description="a", directive=Directive.SKIP)

    assert not compared(before(ok("a"), ok("b")), now(skipped, ok("b"))).regressed


def test_a_point_that_is_there_no_more_has_not_failed() -> None:
    assert compared(before(ok("at 10:00")), now(ok("at 10:05"))).outcome is SuiteOutcome.PASSED


def test_a_failing_point_whose_name_holds_the_value_counts_where_one_more_fails_and_one_less_passes() -> None:
    found = compared(before(ok("x is 1"), ok("y")), now(bad("x is 2"), ok("y")))

    assert names(found) == ["x is 2"]
    failing_before = before(ok("y"), bad("at 10:00"))
    assert not compared(failing_before, now(ok("y"), bad("at 10:05"))).regressed


def test_failures_that_only_a_headline_counts_are_counted() -> None:
    counts = Counts(10, 7, 3)
    result = RunResult(a_suite(), "tap", None, Report("x", declared=counts), State.FAIL)
    baseline = before(state=State.FAIL, passed=9, failed=1, total=10)

    found = compared(baseline, result)

    assert (found.regressed, found.points, found.more_points) == (True, (), 2)


def test_a_suite_whose_page_shows_no_points_where_all_pass_regresses_by_the_points_that_it_shows_then() -> None:
    assert names(compared(before(state=State.GOOD), now(bad("a")))) == ["a"]


def test_a_suite_that_ends_in_an_error_has_lost_all_of_its_points() -> None:
    error = SuiteError(ErrorKind.SCRIPT, "attempt to call a nil value")

    for baseline in (before(ok("a")), before(ok("a"), bad("b"))):
        found = compared(baseline, now(error=error))
        assert (found.regressed, found.kind, found.error) == (True, RegressionKind.SUITE, error.message)


def test_findings_about_errors_and_points_are_told_in_words() -> None:
    error = SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (2, 1)))
    assert compared(before(ok("a")), now(error=error)).error == "planned 2, ran 1"
    alike = Point(ok=False, description="a", note=Note(NoteCode.VALUES_ALIKE))
    (point,) = compared(before(ok("a")), now(alike)).points
    assert point.message == "the page shows both values alike"


def test_a_suite_that_ended_in_an_error_before_has_nothing_to_lose() -> None:
    error = SuiteError(ErrorKind.SCRIPT, "boom")

    assert compared(before(state=State.FAIL), now(error=error)).outcome is SuiteOutcome.STILL_FAILING


@pytest.mark.parametrize("state", [State.UNKNOWN, State.PENDING])
def test_a_suite_that_passed_and_of_which_nothing_can_be_read_any_more_has_regressed(state: State) -> None:
    result = RunResult(a_suite(), "tap", None, Report("", marks=Marks.CLEAR), state)

    assert compared(before(ok("a")), result).kind is RegressionKind.SUITE


def test_a_suite_that_is_out_of_time_regresses_where_it_needed_less_than_half_of_it() -> None:
    error = SuiteError(ErrorKind.TIME, "The time allocated for running scripts has expired.")

    quick = compared(before(ok("a"), cost=BaselineCost(lua_ms=4_900)), now(error=error))
    slow = compared(before(ok("a"), cost=BaselineCost(lua_ms=5_100)), now(error=error))

    assert (quick.outcome, quick.kind) == (SuiteOutcome.REGRESSION, RegressionKind.TIME_OUT)
    assert slow.outcome is SuiteOutcome.INCONCLUSIVE
    assert "5100 of 10000 ms" in slow.why


def test_a_run_without_a_result_is_inconclusive_and_says_why() -> None:
    found = compared(before(ok("a")), a_result(None))

    assert (found.outcome, found.why) == (SuiteOutcome.INCONCLUSIVE, "no answer")


def test_only_points_that_fail_in_each_run_count() -> None:
    baseline = before(ok("a"), ok("b"), ok("c"))
    first, again = compared(baseline, now(bad("a"), bad("b"), ok("c"))), compared(baseline, now(ok("a"), bad("b")))

    assert names(first.seen_again(again)) == ["b"]


def test_a_suite_that_fails_at_another_point_each_time_is_flaky() -> None:
    baseline = before(ok("a"), ok("b"))
    first, again = compared(baseline, now(bad("a"), ok("b"))), compared(baseline, now(ok("a"), bad("b")))

    assert first.seen_again(again).outcome is SuiteOutcome.FLAKY
    assert first.seen_again(compared(baseline, now(ok("a"), ok("b")))).outcome is SuiteOutcome.FLAKY


def test_points_whose_names_hold_a_value_are_seen_again_by_their_number() -> None:
    baseline = before(ok("x is 1"), ok("y"))
    first, again = compared(baseline, now(bad("x is 2"), ok("y"))), compared(baseline, now(bad("x is 3"), ok("y")))

    assert first.seen_again(again).regressed


def test_points_that_fail_under_the_old_software_as_well_do_not_count() -> None:
    baseline = before(ok("a"), ok("b"))
    both = compared(baseline, now(bad("a"), bad("b")))

    assert names(both.without_failures_of(compared(baseline, now(bad("a"), ok("b"))))) == ["b"]
    assert both.without_failures_of(both).outcome is SuiteOutcome.FLAKY
    assert both.without_failures_of(compared(baseline, now(ok("a"), ok("b")))) == both


def test_a_suite_that_dies_under_the_candidate_and_only_fails_a_point_under_the_old_software_has_regressed() -> None:
    baseline = before(ok("a"), ok("b"))
    dead = compared(baseline, now(error=SuiteError(ErrorKind.SCRIPT, "boom")))

    assert dead.without_failures_of(compared(baseline, now(bad("a"), ok("b")))).kind is RegressionKind.SUITE
    assert dead.without_failures_of(dead).outcome is SuiteOutcome.FLAKY


def test_texts_are_told_by_their_digests_and_not_by_their_revisions() -> None:
    old = BaselinePage(revision=1, page_id=7, sha1="ab")

    assert same_text(old, BaselinePage(revision=5, page_id=7, sha1="ab"))
    assert not same_text(old, BaselinePage(revision=5, page_id=7, sha1="cd"))
    assert not same_text(BaselinePage(revision=1), BaselinePage(revision=5))
    assert same_text(BaselinePage(), BaselinePage())


def test_only_pages_that_both_sides_know_can_be_said_to_have_changed() -> None:
    old = {"A": BaselinePage(revision=1, sha1="a"), "B": BaselinePage(revision=1, sha1="b")}
    new = {"A": BaselinePage(revision=2, sha1="x"), "C": BaselinePage(revision=1)}

    assert pages_with_other_text(["A", "B", "C"], old, new) == ["A"]
