"""Which runs are believed, on a wiki and with states that a script holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from picklebot.deadline import NEVER
from picklebot.evaluation.alone import run_alone
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.title_probe import Probed
from picklebot.invocation.witness import Sight
from picklebot.model import (
    Baseline,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    PlannedRun,
    Reason,
    Report,
    RunAloneReason,
    RunReason,
    RunResult,
    Schedule,
    State,
    Suite,
    SuiteError,
)
from tests.factories import CALL, a_result, a_suite

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SUITE = a_suite(call=CALL)


class Wiki:
    """Knows no pages: nothing that a suite depends on ever changes."""

    clock = NOW
    deadline = NEVER
    #: Rows of recent changes when the runs begin.
    recent: Sequence[dict[str, object]] = ()

    def get(self, **_: object) -> dict[str, object]:
        return {"query": {"recentchanges": self.recent}}

    def query(self, **_: object) -> Iterable[dict[str, object]]:
        return ()


class SuiteEvaluator:
    """Comes to states in the order of a script."""

    def __init__(self, *states: State) -> None:
        self.script = list(states)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:  # noqa: ARG002 (as the evaluator has it)
        state = self.script.pop(0)
        return a_result(state, suite)


@pytest.fixture(autouse=True)
def under_other_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    """No title matters to any suite of these."""
    probed = "picklebot.evaluation.repeat.probe_titles"
    monkeypatch.setattr(probed, lambda _, result, __: Probed(replace(result, title_dependent=False)))


def planned(state: State | None, *, ran: bool = False, flaky: bool = False) -> PlannedRun:
    baseline = Baseline(state, "tap", CALL, flaky=flaky)
    return PlannedRun(SUITE, baseline, Schedule(NOW), Reason(RunReason.NEW), ran_before=ran)


def outcome_on(wiki: Wiki, evaluator: SuiteEvaluator, run: PlannedRun) -> RunOutcome:
    context = RunContext(wiki, None, evaluator)  # type: ignore[arg-type]
    ((outcome,),) = run_alone(context, [run], batches_follow=False)
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
        def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:
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


def result_on(wiki: Wiki) -> RunResult:
    outcome = outcome_on(wiki, SuiteEvaluator(State.GOOD, State.GOOD, State.GOOD), planned(State.GOOD))
    assert outcome.result
    return outcome.result


@pytest.mark.parametrize("page", ["tester", "testee"])
@pytest.mark.parametrize("became", [{"missing": True}, {"pageid": 99}, {"redirect": True}])
def test_a_suite_whose_own_page_went_while_it_ran_has_no_verdict(page: str, became: dict[str, object]) -> None:
    assert result_on(Pages()).state is State.GOOD
    result = result_on(Pages(**{page: became}))
    assert (result.state, result.inconclusive) == (
        None,
        Inconclusive(InconclusiveCode.PAGES_MOVED),
    )


def test_a_module_whose_content_model_changed_fails_with_that_reason() -> None:
    result = result_on(Pages(testee={"contentmodel": "wikitext"}))
    assert result.state is State.FAIL
    assert result.report
    assert result.report.error
    assert result.report.error.note == Note(NoteCode.NO_LUA, ("Module:Foo", "wikitext"))


DEP = "Module:Dep"
GONE: dict[str, object] = {"title": DEP, "missing": True}
BACK: dict[str, object] = {
    "title": DEP,
    "pageid": 7,
    "lastrevid": 70,
    "revisions": [{"timestamp": "2026-01-01T00:00:00Z"}],
}


# A recent edit of another page: a server that has it has all that was saved before.
LANDMARK = "Talk:Elsewhere"


def landmark(revision: int) -> dict[str, object]:
    return {"type": "edit", "title": LANDMARK, "ns": 1, "revid": revision, "timestamp": "2026-11-01T11:00:00Z"}


class Glimpse(SuiteEvaluator):
    """Comes to states that depend on a further page: in the order of a script they saw that it is there, or is not."""

    def __init__(self, *saw: bool) -> None:
        super().__init__(*[State.GOOD] * len(saw))
        self.saw = list(saw)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:
        result = replace(super().evaluate(suite, detail=detail), depends_on=(DEP,), seen={LANDMARK: 80}, reached=80)
        if self.saw.pop(0):
            return replace(result, there=frozenset({DEP}))
        return replace(result, seen={LANDMARK: 80, DEP: 0})


def dependencies_at_the_end(now: dict[str, object], *saw: bool) -> tuple[Mapping[str, int] | None, int]:
    """The pages that a suite is taken to depend on, and how many runs that took."""
    wiki, evaluator = Pages(), Glimpse(*saw)
    wiki.recent = [landmark(80)]
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


class Server(SuiteEvaluator):
    """Comes to states behind a server that has pages at revisions of its own, of which it tells where it is asked.

    :param later: the revision that it has of the page that they depend on in each run
    """

    def __init__(self, has: Mapping[str, int], *later: int) -> None:
        super().__init__(*[State.GOOD] * len(later))
        self.has, self.later = dict(has), list(later)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:
        self.has[DEP] = self.later.pop(0)
        asked = (*suite.landmarks, *suite.watched)
        seen = {title: revision for title, revision in self.has.items() if title in asked}
        reached = Sight.of(seen, suite.landmarks).reached
        result = replace(super().evaluate(suite, detail=detail), depends_on=(DEP,), there=frozenset({DEP}))
        return replace(result, seen=seen, reached=reached)


OWN = {SUITE.testee.title: 11, SUITE.tester.title: 12}


def first_run(server: Server, *recent: dict[str, object]) -> tuple[RunResult | None, int]:
    """The result of a suite of which no dependency is known, and how many runs that took."""
    wiki, runs = Pages(), len(server.later)
    wiki.recent = recent
    wiki.answers.append(BACK)
    outcome = outcome_on(wiki, server, planned(None))
    return outcome.result, runs - len(server.later)


def test_where_a_server_has_the_newest_edit_a_page_that_is_depended_on_for_the_first_time_costs_no_second_run() -> None:
    result, runs = first_run(Server({**OWN, LANDMARK: 80}, 70, 70), landmark(80))
    assert result
    assert (result.state, runs) == (State.GOOD, 1)


def test_nor_does_it_where_a_server_lacks_newer_edits_than_that_of_the_page() -> None:
    older = {**landmark(75), "title": "Talk:Older", "timestamp": "2026-11-01T10:00:00Z"}
    result, runs = first_run(Server({**OWN, LANDMARK: 60, "Talk:Older": 75}, 70, 70), landmark(80), older)
    assert result
    assert (result.state, runs) == (State.GOOD, 1)


@pytest.mark.parametrize("recent", [[landmark(80)], []], ids=["recent changes", "own pages"])
def test_where_it_is_behind_the_page_is_asked_for_until_the_server_has_it(recent: list[dict[str, object]]) -> None:
    behind = {**OWN, LANDMARK: 60}
    result, runs = first_run(Server(behind, 69, 69, 69, 69), *recent)
    assert result
    assert (result.state, runs) == (None, 4)
    result, runs = first_run(Server(behind, 69, 70), *recent)
    assert result
    assert (result.state, runs) == (State.GOOD, 2)


def test_where_it_does_not_tell_how_far_it_is_the_page_is_asked_for_too() -> None:
    result, runs = first_run(Server({}, 69, 69, 69, 69), landmark(80))
    assert result
    assert (result.state, runs) == (None, 4)
    result, runs = first_run(Server({}, 70, 70), landmark(80))
    assert result
    assert (result.state, runs) == (State.GOOD, 2)


class Crowd(SuiteEvaluator):
    """Comes to states that depend on a page of which a run tells only if it is asked for among the first few."""

    FEW = 3

    def __init__(self, *revisions: int) -> None:
        super().__init__(*[State.GOOD] * len(revisions))
        self.revisions = list(revisions)

    def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:
        result = replace(super().evaluate(suite, detail=detail), depends_on=(DEP,))
        revision = self.revisions.pop(0)
        return replace(result, seen={DEP: revision} if DEP in suite.watched[: self.FEW] else {})


@pytest.mark.parametrize(("saw", "runs"), [((69, 70), 3), ((70,), 2)])
def test_of_many_pages_those_that_changed_are_asked_for_first(saw: tuple[int, ...], runs: int) -> None:
    wiki, evaluator = Pages(), Crowd(69, *saw)
    wiki.answers.append(BACK)
    run = planned(State.GOOD).depending_on({"Module:A": 1, "Module:B": 2, DEP: 69})
    assert (outcome_on(wiki, evaluator, run).dependencies, len(evaluator.revisions)) == ({DEP: 70}, 1 + len(saw) - runs)
