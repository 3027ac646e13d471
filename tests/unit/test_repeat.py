"""How often a suite runs, and under which titles, until its state is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.repeat import RepeatedRun, run_repeated
from picklebot.invocation import Output
from picklebot.model import (
    Baseline,
    Call,
    Candidate,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Page,
    PlannedRun,
    Reason,
    RunReason,
    Schedule,
    State,
    Suite,
    SuiteError,
)
from picklebot.plugins.manager import load_plugins
from picklebot.reports.fingerprint import without_wording
from picklebot.strategy import Strategy, load_strategies

AWAY = Output(inconclusive=Inconclusive(InconclusiveCode.WIKI, ("no answer",)))

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOME, MODULE, DOC, NOWHERE = "Module:Foo/testcases", "Module:Foo", "Module:Foo/testcases/doc", "API"
SUITE = Suite(Page(MODULE, 1, 1), Page(HOME, 2, 2), (Candidate("tap", Call("tap", title=HOME)),))
PASSES, FAILS = Output(text="1..1\nok 1"), Output(text="1..1\nnot ok 1 - adds")


def run(
    output: Callable[[str], Output],
    *,
    suite: Suite = SUITE,
    batches_follow: bool = True,
    ran_before: bool = False,
    baseline: Baseline = Baseline(State.GOOD, "tap", Call("tap", title=HOME)),  # noqa: B008 (a frozen value)
) -> tuple[RepeatedRun, list[str]]:
    """A run, and the titles that the suite ran under."""
    titles: list[str] = []

    def answer(_: Suite, call: Call, __: Strategy) -> Output:
        titles.append(call.title)
        return output(call.title)

    plugins = load_plugins()
    runner = SimpleNamespace(run=answer, detail=lambda *_: None, error_at_home=lambda error, _: error)
    evaluator = SuiteEvaluator(runner, load_strategies(plugins), plugins)  # type: ignore[arg-type]
    planned = PlannedRun(suite, baseline, Schedule(), Reason(RunReason.CHANGED), ran_before=ran_before)
    return run_repeated(evaluator, planned, NOW, batches_follow=batches_follow), titles


def in_turn(*outputs: Output) -> Callable[[str], Output]:
    left = list(outputs)
    return lambda _: left.pop(0)


def test_a_suite_that_newly_fails_is_repeated_where_editors_see_it_and_a_batch_tells_the_rest() -> None:
    found, titles = run(lambda _: FAILS)
    assert titles == [HOME, MODULE]
    assert (found.result.state, found.result.title_dependent, found.title_open) == (State.FAIL, None, True)


def test_editors_see_it_on_the_page_that_makes_the_call() -> None:
    call = Call("tap", title=HOME, found_on=DOC)
    _, titles = run(lambda _: FAILS, suite=replace(SUITE, candidates=(Candidate("tap", call),)))
    assert titles == [HOME, DOC]


def test_one_that_fails_in_its_first_run_is_seen_there_as_well() -> None:
    found, titles = run(lambda _: FAILS, baseline=Baseline())
    assert (titles, found.title_open) == ([HOME, MODULE], True)


def test_one_that_quotes_its_title_is_compared_without_the_wording_from_then_on() -> None:
    found, titles = run(lambda title: Output(text=f"1..1\nnot ok 1 - on {title}"))
    assert titles == [HOME, MODULE]
    assert found.result.fingerprint == without_wording(found.result.fingerprint)
    assert found.title_open


def test_one_that_ends_differently_there_is_marked_once_both_are_seen_twice() -> None:
    found, titles = run(lambda title: FAILS if title == HOME else PASSES)
    assert titles == [HOME, MODULE, HOME, HOME, MODULE]
    assert (found.result.state, found.result.title_dependent, found.flaky) == (State.FAIL, True, False)
    assert not found.title_open


def test_one_that_tosses_a_coin_is_flaky_and_not_marked() -> None:
    found, titles = run(in_turn(FAILS, PASSES, PASSES))
    assert titles == [HOME, MODULE, HOME]
    assert (found.flaky, found.result.title_dependent, found.title_open) == (True, None, False)


def test_one_that_comes_to_another_state_when_its_difference_is_to_be_seen_twice_is_flaky() -> None:
    found, titles = run(in_turn(FAILS, PASSES, FAILS, PASSES))
    assert titles == [HOME, MODULE, HOME, HOME]
    assert (found.flaky, found.result.title_dependent) == (True, None)


def test_in_a_first_run_there_is_no_state_that_it_could_keep() -> None:
    found, _ = run(in_turn(FAILS, PASSES, PASSES), baseline=Baseline())
    assert (found.flaky, found.result.state, found.result.title_dependent) == (False, State.FAIL, None)


def test_one_whose_difference_is_not_seen_twice_is_not_marked() -> None:
    found, titles = run(in_turn(FAILS, PASSES, FAILS, FAILS, FAILS))
    assert titles == [HOME, MODULE, HOME, HOME, MODULE]
    assert (found.flaky, found.result.title_dependent, found.title_open) == (False, None, False)


def test_without_an_answer_there_its_own_title_decides() -> None:
    found, titles = run(lambda title: FAILS if title == HOME else AWAY)
    assert titles[:3] == [HOME, MODULE, HOME]
    assert (found.result.state, found.result.title_dependent) == (State.FAIL, None)


def test_where_no_batch_follows_all_titles_are_seen_alone() -> None:
    found, titles = run(lambda _: FAILS, batches_follow=False)
    assert titles == [HOME, HOME, MODULE, NOWHERE]
    assert (found.result.title_dependent, found.title_open) == (False, False)


def test_one_that_a_limit_ends_is_repeated_under_its_own_title_alone() -> None:
    _, titles = run(lambda _: Output(error=SuiteError(ErrorKind.TIME, "too long")))
    assert titles == [HOME, HOME]


def test_one_that_was_flaky_is_repeated_under_its_own_title() -> None:
    found, titles = run(in_turn(FAILS, PASSES), baseline=Baseline(State.GOOD, "tap", flaky=True))
    assert (titles, found.flaky) == ([HOME, HOME], True)


def test_one_that_newly_passes_is_repeated_under_its_own_title_and_a_batch_tells_the_rest() -> None:
    found, titles = run(lambda _: PASSES, baseline=Baseline(State.FAIL, "tap"))
    assert (titles, found.title_open) == ([HOME, HOME], True)


def test_one_that_still_fails_runs_once_and_no_batch_is_asked() -> None:
    found, titles = run(lambda _: FAILS, baseline=Baseline(State.FAIL, "tap"))
    assert (titles, found.title_open) == ([HOME], False)


def test_another_state_in_the_same_harvest_is_flaky_at_once() -> None:
    found, titles = run(lambda _: FAILS, ran_before=True)
    assert (titles, found.flaky) == ([HOME], True)


@pytest.mark.parametrize("where", [HOME, MODULE])
def test_runs_that_saw_different_revisions_of_a_page_are_no_repetition(where: str) -> None:
    revisions = [1, 2]
    baseline = Baseline(State.GOOD, "tap", flaky=where == HOME)
    found, titles = run(lambda _: replace(FAILS, seen={"Module:Bar": revisions.pop(0)}), baseline=baseline)
    assert titles == [HOME, where]
    assert (found.torn, found.flaky, found.title_open) == (True, False, False)
