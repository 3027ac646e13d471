"""What a run changes, in what is known of its suite and of its module."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import (
    Cause,
    ChangedPage,
    Counts,
    ErrorKind,
    ModuleStatus,
    Page,
    Point,
    Report,
    State,
    Suite,
    SuiteError,
    SuiteResult,
    SuiteStatus,
    worst,
)
from picklebot.records import SuiteRecord
from picklebot.tracking.transitions import module_changes, summarise, updated

FOO, TESTS, MORE = Page("Module:Foo", 1, 10), Page("Module:Foo/testcases", 2, 20), Page("Module:Foo/testcases2", 3, 30)
ALONE = Page("Module:Bar/testcases", 4, 40)
NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def status(state: State | None, tester: Page = TESTS, testee: Page = FOO) -> SuiteStatus:
    return SuiteStatus(testee, tester, "tap", state, Counts(1, 1))


def changes(
    *suites: SuiteStatus,
    before: ModuleStatus | None = None,
    page: Page = FOO,
    there: bool = True,
    cause: Cause | None = None,
    alone: bool = False,
) -> tuple[ModuleStatus | None, tuple[State | None, State | None] | None]:
    """The new status of a page, and the states of its transition, if any."""
    known = {before.page.page_id: before} if before else {}
    pages = {page.page_id: page} if there else {}
    causes = {suite.tester.page_id: cause for suite in suites if cause}
    stood_alone = {page.page_id} if alone else set()
    (found,) = module_changes(suites, known, [page.page_id], pages, causes, stood_alone)
    assert found.page_id == page.page_id
    return found.status, (found.transition.old, found.transition.new) if found.transition else None


def test_the_first_state_is_a_transition_from_nothing() -> None:
    assert changes(status(State.GOOD)) == (ModuleStatus(FOO, State.GOOD), (None, State.GOOD))


@given(st.sampled_from(State), st.sampled_from(State), st.sampled_from([None, *State]))
def test_another_state_is_one_and_the_last_state_is_remembered(old: State, new: State, earlier: State | None) -> None:
    found, transition = changes(status(new), before=ModuleStatus(FOO, old, earlier))
    if old == new:
        assert (found, transition) == (ModuleStatus(FOO, old, earlier), None)
    else:
        assert (found, transition) == (ModuleStatus(FOO, new, old), (old, new))


@given(st.lists(st.sampled_from(State), min_size=1, max_size=4))
def test_a_module_has_the_state_of_its_worst_suite(states: list[State]) -> None:
    suites = [status(state, Page(f"Module:Foo/testcases{n}", 10 + n)) for n, state in enumerate(states)]
    assert changes(*suites)[0] == ModuleStatus(FOO, worst(*states))


def test_a_module_whose_first_run_had_no_verdict_has_no_state() -> None:
    assert changes(status(None)) == (None, None)


def test_a_suite_of_which_nothing_is_known_keeps_its_module_from_a_new_state() -> None:
    before = ModuleStatus(FOO, State.GOOD)
    assert changes(status(State.FAIL), status(None, MORE), before=before) == (before, None)
    assert changes(status(State.FAIL), status(None, MORE)) == (None, None)


def test_a_module_whose_last_tester_is_gone_is_missing_once() -> None:
    missing = ModuleStatus(FOO, State.MISSING, State.GOOD)
    assert changes(before=ModuleStatus(FOO, State.GOOD)) == (missing, (State.GOOD, State.MISSING))
    assert changes(before=missing) == (missing, None)


def test_a_module_that_never_had_a_state_is_not_missing() -> None:
    assert changes() == (None, None)


def test_a_module_that_is_gone_with_its_testers_is_forgotten() -> None:
    assert changes(before=ModuleStatus(FOO, State.GOOD), there=False) == (None, None)


def test_a_tester_without_a_module_has_a_state_of_its_own() -> None:
    suite = status(State.GOOD, ALONE, Page("Module:Bar"))
    assert changes(suite, page=ALONE) == (ModuleStatus(ALONE, State.GOOD), (None, State.GOOD))


def test_when_its_module_comes_it_is_followed_no_more_and_not_missing() -> None:
    before = ModuleStatus(ALONE, State.GOOD)
    assert changes(before=before, page=ALONE, alone=True) == (None, (State.GOOD, None))


def test_a_moved_module_is_the_same_module() -> None:
    moved = replace(FOO, title="Module:Fu", revision=11)
    assert changes(status(State.GOOD, testee=moved), before=ModuleStatus(FOO, State.GOOD)) == (
        ModuleStatus(moved, State.GOOD),
        None,
    )


def test_transitions_come_in_the_order_of_titles_with_testers_counts_and_cause() -> None:
    cause = Cause((ChangedPage("Module:Foo", 9, 10, "Jane", "2026-03-04T05:00:00Z"),))
    suites = [status(State.FAIL), status(State.GOOD, MORE), status(State.GOOD, ALONE, Page("Module:Bar"))]
    before = {1: ModuleStatus(FOO, State.GOOD)}
    found = module_changes(suites, before, [1, 4], {}, {2: cause, 4: cause}, [])
    first, second = [change.transition for change in found]
    assert first is not None
    assert second is not None
    assert (first.page, first.testers, first.cause) == (ALONE, (ALONE.title,), None), "nothing causes a first state"
    assert (second.page, second.testers, second.cause) == (FOO, (TESTS.title, MORE.title), cause)
    assert second.summary == "2 of 2 passed"


def test_only_affected_pages_are_looked_at() -> None:
    assert module_changes([status(State.GOOD)], {}, [], {}, {}, []) == []


RECORD = SuiteRecord(replace(status(State.GOOD), revision=9), ran_at=NOW, software="old", reason="changed: Module:Foo")


def run(state: State | None, *points: Point) -> SuiteResult:
    """A run that came to a state; without one, an inconclusive run."""
    suite = Suite(FOO, TESTS, ())
    if state is None:
        return SuiteResult(suite, strategy="tap", inconclusive="no answer")
    return SuiteResult(suite, strategy="tap", report=Report("tap", points), state=state, duration_ms=7)


def test_a_verdict_is_kept_with_the_revision_that_was_tested() -> None:
    failed = Point(ok=False, description="adds")
    record = updated(RECORD, run(State.FAIL, Point(ok=True), failed), NOW, "new")
    assert record.status == SuiteStatus(
        FOO, TESTS, "tap", State.FAIL, Counts(2, 1, 1), failing=(failed,), ran=True, revision=10, duration_ms=7
    )
    assert (record.ran_at, record.software, record.reason) == (NOW, "new", None)


def test_a_run_without_a_verdict_changes_no_state_and_asks_for_another_run() -> None:
    record = updated(RECORD, run(None), NOW, "new")
    assert record.status == replace(RECORD.status, ran=False, inconclusive="no answer")
    assert record.reason == "its last run was inconclusive"
    assert record.software == "old"


def test_a_run_that_disagrees_with_its_repetition_leaves_the_last_state_and_says_so() -> None:
    record = updated(RECORD, run(State.FAIL, Point(ok=False)), NOW, "new", flaky=True)
    assert record.status == replace(RECORD.status, ran=True, flaky=True)
    assert record.flaky


def test_a_run_that_agrees_again_is_flaky_no_more() -> None:
    record = updated(replace(RECORD, flaky=True), run(State.GOOD, Point(ok=True)), NOW, "new")
    assert not record.flaky
    assert not record.status.flaky


@pytest.mark.parametrize(
    ("counts", "error", "summary"),
    [
        (Counts(5, 5), None, "5 of 5 passed"),
        (Counts(5, 1, 1, 2, 1), None, "1 of 5 passed, 1 failed, 2 skipped, 1 todo"),
        (Counts(2, 2), SuiteError(ErrorKind.PLAN, "planned 3, ran 2"), "2 of 2 passed, error: plan"),
    ],
)
def test_a_summary_counts_points_and_names_kinds_of_errors(counts: Counts, error: SuiteError, summary: str) -> None:
    assert summarise([SuiteStatus(FOO, TESTS, "tap", State.FAIL, counts, error)]) == summary


def test_a_summary_adds_suites_up() -> None:
    error = SuiteError(ErrorKind.SCRIPT, "boom")
    suites = [SuiteStatus(FOO, tester, "tap", State.FAIL, Counts(2, 1, 1), error) for tester in (TESTS, MORE)]
    assert summarise(suites) == "2 of 4 passed, 2 failed, error: script"
    assert summarise([]) == "no test page"
