"""What changed between two harvests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import (
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
    Transition,
    worst,
)
from picklebot.tracking import Knowledge, compare
from picklebot.tracking.transitions import summarise

FOO, TESTS, MORE = Page("Module:Foo", 1, 10), Page("Module:Foo/testcases", 2, 20), Page("Module:Foo/testcases2", 3, 30)
ALONE = Page("Module:Bar/testcases", 4, 40)
PAGES = {page.page_id: page for page in (FOO, TESTS, MORE, ALONE)}


def result(state: State | None, tester: Page = TESTS, testee: Page = FOO, report: Report | None = None) -> SuiteResult:
    """A run that came to a state; without one, an inconclusive run."""
    suite = Suite(testee, tester, ())
    if state is None:
        return SuiteResult(suite, strategy="tap", inconclusive="no answer")
    return SuiteResult(suite, strategy="tap", report=report or Report("tap", (Point(ok=True),)), state=state)


def after(
    known: Knowledge, *results: SuiteResult, pages: dict[int, Page] = PAGES, everything: bool = True
) -> tuple[Knowledge, list[tuple[str, State | None, State | None]]]:
    knowledge, transitions = compare(known, results, pages, everything=everything)
    return knowledge, [(found.page.title, found.old, found.new) for found in transitions]


def without(*gone: Page) -> dict[int, Page]:
    return {page_id: page for page_id, page in PAGES.items() if page not in gone}


GOOD, _ = compare(Knowledge(), [result(State.GOOD)], PAGES, everything=True)


def test_the_first_state_is_a_transition_from_nothing() -> None:
    known, transitions = after(Knowledge(), result(State.GOOD))
    assert transitions == [("Module:Foo", None, State.GOOD)]
    assert known.modules[1] == ModuleStatus(FOO, State.GOOD)


@pytest.mark.parametrize("state", State)
def test_the_same_state_again_is_none(state: State) -> None:
    known, _ = after(Knowledge(), result(state))
    assert after(known, result(state))[1] == []


@given(st.sampled_from(State), st.sampled_from(State))
def test_another_state_is_one_and_the_last_state_is_remembered(old: State, new: State) -> None:
    known, _ = after(Knowledge(), result(old))
    known, transitions = after(known, result(new))
    assert transitions == ([("Module:Foo", old, new)] if old != new else [])
    assert known.modules[1].previous == (old if old != new else None)
    known, _ = after(known, result(new))
    assert known.modules[1].previous == (old if old != new else None), "and stays so until it changes again"


@given(st.lists(st.sampled_from(State), min_size=2, max_size=2))
def test_a_module_has_the_state_of_its_worst_suite(states: list[State]) -> None:
    known, _ = after(Knowledge(), result(states[0], TESTS), result(states[1], MORE))
    assert known.modules[1].state is worst(*states)
    assert [suite.state for suite in known.suites.values()] == states


def test_a_run_without_a_verdict_changes_nothing_but_is_told() -> None:
    known, transitions = after(GOOD, result(None))
    assert transitions == []
    assert known.modules == GOOD.modules
    assert known.suites[2] == replace(GOOD.suites[2], ran=False, inconclusive="no answer")


def test_a_module_whose_first_run_had_no_verdict_has_no_state() -> None:
    known, transitions = after(Knowledge(), result(None))
    assert transitions == []
    assert known.modules == {}
    assert known.suites[2].state is None


def test_a_suite_of_which_nothing_is_known_keeps_its_module_from_a_new_state() -> None:
    known, transitions = after(GOOD, result(State.GOOD, TESTS), result(None, MORE))
    assert transitions == []
    assert known.modules[1].state is State.GOOD
    known, transitions = after(known, result(State.GOOD, TESTS), result(State.FAIL, MORE))
    assert transitions == [("Module:Foo", State.GOOD, State.FAIL)]


def test_a_module_whose_last_tester_is_gone_is_missing_once() -> None:
    known, transitions = after(GOOD, pages=without(TESTS))
    assert transitions == [("Module:Foo", State.GOOD, State.MISSING)]
    assert known.suites == {}
    assert known.modules[1] == ModuleStatus(FOO, State.MISSING, State.GOOD)
    assert after(known, pages=without(TESTS))[1] == []


def test_a_harvest_of_a_part_sees_testers_that_are_gone_too() -> None:
    assert after(GOOD, pages=without(TESTS), everything=False)[1] == [("Module:Foo", State.GOOD, State.MISSING)]


def test_a_harvest_of_a_part_leaves_the_rest_as_it_was() -> None:
    known, transitions = after(GOOD, result(State.FAIL, ALONE, Page("Module:Bar")), everything=False)
    assert transitions == [("Module:Bar/testcases", None, State.FAIL)]
    assert known.suites[2] == replace(GOOD.suites[2], ran=False)
    assert known.modules[1] == GOOD.modules[1]


def test_a_module_that_lost_one_of_two_testers_has_the_state_of_the_other() -> None:
    known, _ = after(Knowledge(), result(State.GOOD, TESTS), result(State.FAIL, MORE))
    assert after(known, result(State.GOOD), pages=without(MORE))[1] == [("Module:Foo", State.FAIL, State.GOOD)]


def test_a_module_that_is_gone_with_its_testers_is_forgotten() -> None:
    known, transitions = after(GOOD, pages={})
    assert (known, transitions) == (Knowledge(), [])


def test_a_tester_without_a_module_has_a_state_of_its_own() -> None:
    known, transitions = after(Knowledge(), result(State.GOOD, ALONE, Page("Module:Bar")))
    assert transitions == [("Module:Bar/testcases", None, State.GOOD)]
    assert known.modules == {4: ModuleStatus(ALONE, State.GOOD)}


def test_when_its_module_comes_the_state_moves_there() -> None:
    known, _ = after(Knowledge(), result(State.GOOD, ALONE, Page("Module:Bar")))
    bar = Page("Module:Bar", 5, 50)
    known, transitions = after(known, result(State.GOOD, ALONE, bar), pages={**PAGES, 5: bar})
    assert transitions == [("Module:Bar", None, State.GOOD), ("Module:Bar/testcases", State.GOOD, None)]
    assert set(known.modules) == {5}


def test_a_moved_module_is_the_same_module() -> None:
    moved = replace(FOO, title="Module:Fu", revision=11), replace(TESTS, title="Module:Fu/testcases")
    known, transitions = after(GOOD, result(State.GOOD, moved[1], moved[0]), pages={1: moved[0], 2: moved[1]})
    assert transitions == []
    assert known.modules[1].page.title == "Module:Fu"


def test_transitions_come_in_the_order_of_titles_with_testers_and_counts() -> None:
    report = Report("tap", (Point(ok=True), Point(ok=False)))
    results = [result(State.FAIL, report=report), result(State.GOOD, ALONE, Page("Module:Bar"))]
    _, transitions = compare(Knowledge(), results, PAGES, everything=True)
    assert transitions == [
        Transition(ALONE, None, State.GOOD, "1 of 1 passed", (ALONE.title,)),
        Transition(FOO, None, State.FAIL, "1 of 2 passed, 1 failed", (TESTS.title,)),
    ]


def test_the_revision_that_was_tested_is_the_testees() -> None:
    assert GOOD.suites[2].revision == FOO.revision
    assert GOOD.modules[1].page.revision == FOO.revision


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
