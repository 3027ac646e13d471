"""What a run makes of a suite's record, and what its suites make of a module."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import (
    Baseline,
    Basis,
    Cause,
    ChangedPage,
    Cost,
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    ModuleStatus,
    Note,
    NoteCode,
    Page,
    Point,
    Reason,
    Report,
    RunAloneReason,
    RunReason,
    RunResult,
    Schedule,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
    worst,
)
from picklebot.tracking.transitions import ModuleChange, counts_of_suites, module_changes, updated
from tests.factories import FOO, MORE, TESTS, a_page, a_record, a_report, a_result, a_suite

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ALONE = a_record(suite=a_suite(a_page("Bar/testcases", 4, 40), a_page("Bar")))
CAUSE = Cause((ChangedPage("Module:Foo", 9, 10),))
NEW = SuiteRecord(a_suite(), schedule=Schedule(must_run=Reason(RunReason.NEW)))
POINTS = (Point(ok=True, description="a"), Point(ok=False, description="b"))


def result(state: State | None, **changes: object) -> RunResult:
    """A run that came to a state; without one, an inconclusive run."""
    run = replace(a_result(state, report=a_report(*POINTS)), call=None)
    return replace(run, **changes)  # type: ignore[arg-type]


def record(state: State | None, tester: Page = TESTS, testee: Page = FOO) -> SuiteRecord:
    return a_record(state, a_suite(tester, testee), counts=Counts(1, 1))


def changed(
    suites: list[SuiteRecord],
    old: State | None = None,
    *,
    pages: dict[int, Page] | None = None,
    stood_alone: frozenset[int] = frozenset(),
    page: Page = FOO,
) -> ModuleChange:
    before = {page.page_id: ModuleStatus(page, old)} if old else {}
    causes = {TESTS.page_id: CAUSE}
    (change,) = module_changes(suites, before, [page.page_id], pages or {}, causes, stood_alone)
    return change


def test_a_verdict_is_a_suites_new_status_and_nothing_asks_for_another_run() -> None:
    error = SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (3, 2)))
    run = result(
        State.FAIL, report=Report("tap", POINTS, error=error), cost=Cost(5, 6), duration_ms=7, title_dependent=True
    )
    known = replace(NEW, schedule=Schedule(must_run=Reason(RunReason.NEW), run_alone=RunAloneReason.NEAR_LIMIT))
    assert updated(known, run, NOW, "digest") == SuiteRecord(
        Suite(FOO, TESTS, ()),
        Baseline(
            State.FAIL,
            "tap",
            page_counts=Counts(2, 1, 1),
            title_dependent=True,
            cost=Cost(5, 6),
            software="digest",
        ),
        Schedule(ran_at=NOW, run_alone=RunAloneReason.NEAR_LIMIT),
        SuiteStatus(Counts(2, 1, 1), error, (POINTS[1],), ran=True, revision=FOO.revision, duration_ms=7),
    )


@given(st.sampled_from(State))
def test_a_run_without_a_verdict_keeps_the_last_one_and_asks_for_another_run(state: State) -> None:
    known = updated(NEW, result(state), NOW, "digest")
    assert updated(known, result(None), NOW.replace(year=2027), "another digest") == replace(
        known,
        schedule=replace(known.schedule, must_run=Reason(RunReason.INCONCLUSIVE)),
        status=replace(known.status, ran=False, inconclusive=Inconclusive(InconclusiveCode.WIKI, ("no answer",))),
    )


def test_a_first_run_without_a_verdict_gives_no_state() -> None:
    known = updated(NEW, result(None), NOW, "digest")
    assert known.state is None
    assert known.schedule.ran_at is None


@given(st.sampled_from(State), st.sampled_from(State))
def test_a_run_that_disagrees_with_its_repetition_keeps_the_last_state_and_is_marked(old: State, new: State) -> None:
    known = updated(NEW, result(old), NOW, "digest")
    unsteady = updated(known, result(new), NOW, "digest", flaky=True)
    assert unsteady.status == replace(known.status, ran=True)
    assert unsteady.baseline == replace(known.baseline, flaky=True)
    assert unsteady.schedule.must_run is None
    steady = updated(unsteady, result(new), NOW, "digest")
    assert (steady.state, steady.baseline.flaky) == (new, False)


def test_the_first_state_is_a_transition_from_nothing_and_has_no_cause() -> None:
    assert changed([record(State.GOOD)]) == ModuleChange(
        1, ModuleStatus(FOO, State.GOOD), Transition(FOO, None, State.GOOD, Counts(1, 1), testers=(TESTS.title,))
    )


@given(st.sampled_from(State), st.sampled_from(State))
def test_another_state_is_a_transition_with_its_cause_and_the_last_state_is_remembered(old: State, new: State) -> None:
    change = changed([record(new)], old)
    expected = Transition(FOO, old, new, Counts(1, 1), testers=(TESTS.title,), cause=CAUSE)
    assert change.transition == (expected if old != new else None)
    assert change.status == ModuleStatus(FOO, new, old if old != new else None)


def test_the_state_before_last_is_remembered_until_it_changes_again() -> None:
    before = {1: ModuleStatus(FOO, State.FAIL, State.GOOD)}
    (change,) = module_changes([record(State.FAIL)], before, [1], {}, {}, ())
    assert change.status == before[1]


@given(st.lists(st.sampled_from(State), min_size=1, max_size=4))
def test_a_module_has_the_state_of_its_worst_suite(states: list[State]) -> None:
    suites = [record(state, Page(f"Module:Foo/{n}", 100 + n)) for n, state in enumerate(states)]
    assert changed(suites).status == ModuleStatus(FOO, worst(*states))


@given(st.lists(st.sampled_from(State), max_size=3), st.sampled_from([None, *State]))
def test_a_suite_of_which_nothing_is_known_keeps_its_module_from_a_new_state(
    states: list[State], old: State | None
) -> None:
    change = changed([*map(record, states), record(None, MORE)], old)
    assert change.transition is None
    assert change.status == (ModuleStatus(FOO, old) if old else None)


@given(st.sampled_from([state for state in State if state is not State.MISSING]))
def test_a_module_whose_last_tester_is_gone_is_missing_once(old: State) -> None:
    change = changed([], old, pages={1: FOO})
    assert change == ModuleChange(
        1, ModuleStatus(FOO, State.MISSING, old), Transition(FOO, old, State.MISSING, basis=Basis.NO_TEST_PAGE)
    )
    assert changed([], State.MISSING, pages={1: FOO}).transition is None


def test_a_module_that_is_gone_with_its_testers_is_forgotten() -> None:
    assert changed([], State.GOOD) == ModuleChange(1, None, None)


def test_a_module_that_never_had_a_tester_has_no_state() -> None:
    assert changed([], None, pages={1: FOO}) == ModuleChange(1, None, None)


def test_a_tester_without_a_module_has_a_state_of_its_own() -> None:
    change = changed([ALONE], page=ALONE.suite.tester)
    assert change.status == ModuleStatus(ALONE.suite.tester, State.GOOD)
    assert change.transition is not None
    assert change.transition.page == ALONE.suite.tester


def test_a_tester_that_stood_alone_and_no_longer_does_is_not_missing_tests() -> None:
    change = changed(
        [],
        State.GOOD,
        page=ALONE.suite.tester,
        pages={4: ALONE.suite.tester},
        stood_alone=frozenset({ALONE.suite.tester.page_id}),
    )
    assert change == ModuleChange(4, None, Transition(ALONE.suite.tester, State.GOOD, None, basis=Basis.NO_TEST_PAGE))


def test_a_moved_module_is_the_same_module() -> None:
    moved = replace(FOO, title="Module:Fu", revision=11)
    (change,) = module_changes(
        [record(State.GOOD, testee=moved)], {1: ModuleStatus(FOO, State.GOOD, State.FAIL)}, [1], {}, {}, ()
    )
    assert change == ModuleChange(1, ModuleStatus(moved, State.GOOD, State.FAIL), None)


def test_only_the_modules_that_are_asked_about_are_looked_at() -> None:
    assert module_changes([record(State.GOOD), ALONE], {}, [4], {}, {}, ()) == [
        changed([ALONE], page=ALONE.suite.tester)
    ]


def test_changes_come_in_the_order_of_titles() -> None:
    changes = module_changes([record(State.GOOD), ALONE], {}, [1, 4], {}, {}, ())
    assert [change.transition.page.title for change in changes if change.transition] == [
        "Module:Bar/testcases",
        "Module:Foo",
    ]


def test_the_counts_of_a_module_are_those_of_its_suites_added_up_with_each_kind_of_error_once() -> None:
    script, late = (SuiteError(kind, "boom") for kind in (ErrorKind.SCRIPT, ErrorKind.TIME))
    ends = ((Counts(2, 1, 1), script), (Counts(5, 0, 1, 2, 2), late), (Counts(1, 1), script), (Counts(), None))
    suites = [replace(record(State.FAIL), status=SuiteStatus(counts, error)) for counts, error in ends]
    assert counts_of_suites(suites) == (Counts(8, 2, 2, 2, 2), (ErrorKind.SCRIPT, ErrorKind.TIME))
