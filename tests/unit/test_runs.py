"""Which runs are believed, on a wiki and with states that a script holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from picklebot.deadline import NEVER
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.runs import run_alone
from picklebot.model import (
    Baseline,
    Call,
    Candidate,
    ErrorKind,
    Page,
    PlannedRun,
    Point,
    Reason,
    Report,
    RunAloneReason,
    RunReason,
    Schedule,
    State,
    Suite,
    SuiteError,
    SuiteResult,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CALL = Call("tap", (), "Module:Foo/testcases")
SUITE = Suite(Page("Module:Foo", 1, 11), Page("Module:Foo/testcases", 2, 12), (Candidate("tap", CALL),))


class Wiki:
    """Knows no pages: nothing that a suite depends on ever changes."""

    clock = NOW
    deadline = NEVER

    def query(self, **_: object) -> Iterable[dict[str, object]]:
        return ()


class SuiteEvaluator:
    """Comes to states in the order of a script."""

    def __init__(self, *states: State) -> None:
        self.script = list(states)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> SuiteResult:  # noqa: ARG002 (as the evaluator has it)
        state = self.script.pop(0)
        report = Report("tap", (Point(ok=state is State.GOOD),))
        return SuiteResult(suite, "tap", CALL, report, state, page_counts=report.counts)


@pytest.fixture(autouse=True)
def under_other_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    """No title matters to any suite of these."""
    probed = "picklebot.evaluation.runs.probe_titles"
    monkeypatch.setattr(probed, lambda _, result: replace(result, title_dependent=False))


def planned(state: State | None, *, ran: bool = False, flaky: bool = False) -> PlannedRun:
    baseline = Baseline(state, "tap", CALL, flaky=flaky)
    return PlannedRun(SUITE, baseline, Schedule(NOW), Reason(RunReason.NEW), ran_before=ran)


def outcome_on(wiki: Wiki, evaluator: SuiteEvaluator, run: PlannedRun) -> RunOutcome:
    context = RunContext(wiki, None, evaluator)  # type: ignore[arg-type]
    ((outcome,),) = run_alone(context, [run])
    return outcome


def outcome_of(run: PlannedRun, *states: State) -> tuple[RunOutcome, list[State]]:
    """The outcome of a suite, and the rest of the script."""
    evaluator = SuiteEvaluator(*states)
    return outcome_on(Wiki(), evaluator, run), evaluator.script


def test_a_state_that_differs_from_the_last_is_seen_twice_before_it_is_believed() -> None:
    outcome, left = outcome_of(planned(State.GOOD), State.FAIL, State.FAIL, State.GOOD)
    assert (outcome.result and outcome.result.state, outcome.flaky, left) == (State.FAIL, False, [State.GOOD])


def test_one_that_disagrees_with_its_repetition_is_flaky() -> None:
    outcome, _ = outcome_of(planned(State.GOOD), State.FAIL, State.GOOD)
    assert outcome.flaky


def test_one_that_stands_is_seen_once() -> None:
    outcome, left = outcome_of(planned(State.GOOD), State.GOOD, State.FAIL)
    assert (outcome.flaky, left) == (False, [State.FAIL])


@pytest.mark.parametrize(("first", "then"), [(State.GOOD, State.FAIL), (State.FAIL, State.GOOD)])
def test_another_state_than_that_of_the_same_harvest_is_no_second_change_but_flaky(first: State, then: State) -> None:
    outcome, left = outcome_of(planned(first, ran=True), then, then, then)
    assert outcome.flaky
    assert left == [then, then], "there is nothing to be sure of"


def test_the_same_state_as_in_the_same_harvest_stands() -> None:
    outcome, _ = outcome_of(planned(State.FAIL, ran=True), State.FAIL)
    assert not outcome.flaky


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ErrorKind.TIME, RunAloneReason.NEAR_LIMIT),
        (ErrorKind.MEMORY, RunAloneReason.NEAR_LIMIT),
        (ErrorKind.OUTPUT, RunAloneReason.NEAR_LIMIT),
        (ErrorKind.SCRIPT, None),
    ],
)
def test_one_that_a_limit_ended_is_never_put_into_a_batch(kind: ErrorKind, reason: RunAloneReason | None) -> None:
    class Ended(SuiteEvaluator):
        def evaluate(self, suite: Suite, *, detail: bool = True) -> SuiteResult:
            report = Report("", error=SuiteError(kind, "no more"))
            return replace(super().evaluate(suite, detail=detail), report=report)

    assert outcome_on(Wiki(), Ended(State.FAIL), planned(State.FAIL)).run_alone is reason


def test_of_a_flaky_suite_two_runs_must_agree() -> None:
    outcome, left = outcome_of(planned(State.GOOD, flaky=True), State.GOOD, State.FAIL)
    assert outcome.flaky
    assert left == []


class Pages(Wiki):
    """Has these pages at the end of a run, by their titles, in place of those that the suite was made of."""

    def __init__(self, **changed: dict[str, object]) -> None:
        pages = {"testee": SUITE.testee, "tester": SUITE.tester}
        self.answers = [
            {
                "title": page.title,
                "pageid": page.page_id,
                "lastrevid": page.revision,
                "contentmodel": "Scribunto",
                "revisions": [{"timestamp": "2026-01-01T00:00:00Z"}],
                **changed.get(name, {}),
            }
            for name, page in pages.items()
        ]

    def query(self, **_: object) -> Iterable[dict[str, object]]:
        return [{"pages": self.answers}]


def result_on(wiki: Wiki) -> SuiteResult:
    outcome = outcome_on(wiki, SuiteEvaluator(State.GOOD, State.GOOD, State.GOOD), planned(State.GOOD))
    assert outcome.result
    return outcome.result


@pytest.mark.parametrize("page", ["tester", "testee"])
@pytest.mark.parametrize("became", [{"missing": True}, {"pageid": 99}, {"redirect": True}])
def test_a_suite_whose_own_page_went_while_it_ran_has_no_verdict(page: str, became: dict[str, object]) -> None:
    assert result_on(Pages()).state is State.GOOD
    result = result_on(Pages(**{page: became}))
    assert (result.state, result.inconclusive) == (None, "its test page or its module was moved or deleted meanwhile")


def test_a_module_whose_content_model_changed_fails_with_that_reason() -> None:
    result = result_on(Pages(testee={"contentmodel": "wikitext"}))
    assert result.state is State.FAIL
    assert result.report
    assert result.report.error
    assert result.report.error.message == "the content model of Module:Foo is wikitext: it holds no Lua"


DEP = "Module:Dep"
GONE: dict[str, object] = {"title": DEP, "missing": True}
BACK: dict[str, object] = {
    "title": DEP,
    "pageid": 7,
    "lastrevid": 70,
    "revisions": [{"timestamp": "2026-01-01T00:00:00Z"}],
}


class Sight(SuiteEvaluator):
    """Comes to states that depend on a further page: in the order of a script they saw that it is there, or is not."""

    def __init__(self, *saw: bool) -> None:
        super().__init__(*[State.GOOD] * len(saw))
        self.saw = list(saw)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> SuiteResult:
        result = replace(super().evaluate(suite, detail=detail), depends_on=(DEP,))
        if self.saw.pop(0):
            return replace(result, there=frozenset({DEP}))
        return replace(result, seen={DEP: 0})


def dependencies_at_the_end(now: dict[str, object], *saw: bool) -> tuple[Mapping[str, int] | None, int]:
    """The pages that a suite is taken to depend on, and how many runs that took."""
    wiki, evaluator = Pages(), Sight(*saw)
    wiki.answers.append(now)
    outcome = outcome_on(wiki, evaluator, planned(State.GOOD))
    return outcome.dependencies, len(saw) - len(evaluator.saw)


def test_a_page_that_went_while_a_suite_ran_is_noticed_without_a_row_in_recent_changes() -> None:
    assert dependencies_at_the_end(GONE, True, False) == ({DEP: 0}, 2)


def test_a_page_that_came_while_a_suite_ran_is_noticed_whatever_its_revision_says_of_its_time() -> None:
    assert dependencies_at_the_end(BACK, False, True) == ({DEP: 70}, 2)


@pytest.mark.parametrize(("now", "saw"), [(GONE, False), (BACK, True)])
def test_a_page_that_stayed_as_it_was_costs_no_second_run(now: dict[str, object], *, saw: bool) -> None:
    assert dependencies_at_the_end(now, saw, saw)[1] == 1


class Crowd(SuiteEvaluator):
    """Comes to states that depend on a page of which a run tells only if it is asked for among the first few."""

    FEW = 3

    def __init__(self, *revisions: int) -> None:
        super().__init__(*[State.GOOD] * len(revisions))
        self.revisions = list(revisions)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> SuiteResult:
        result = replace(super().evaluate(suite, detail=detail), depends_on=(DEP,))
        revision = self.revisions.pop(0)
        return replace(result, seen={DEP: revision} if DEP in suite.watched[: self.FEW] else {})


@pytest.mark.parametrize(("saw", "runs"), [((69, 70), 3), ((70,), 2)])
def test_of_many_pages_those_that_changed_are_asked_for_first(saw: tuple[int, ...], runs: int) -> None:
    wiki, evaluator = Pages(), Crowd(69, *saw)
    wiki.answers.append(BACK)
    run = planned(State.GOOD).depending_on({"Module:A": 1, "Module:B": 2, DEP: 69})
    assert (outcome_on(wiki, evaluator, run).dependencies, len(evaluator.revisions)) == ({DEP: 70}, 1 + len(saw) - runs)
