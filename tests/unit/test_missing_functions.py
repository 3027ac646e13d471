"""Suites whose function is missing, and reports that only another strategy knows: how one is chosen, or none."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from picklebot.errors import WikiUnreachable
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.invocation import Output
from picklebot.model import (
    Call,
    Candidate,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Offer,
    Page,
    RunResult,
    State,
    Suite,
    SuiteError,
)
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import load_strategies
from tests.factories import notes_in_words

TESTEE, TESTER = Page("Module:Foo", 1, 1), Page("Module:Foo/testcases", 2, 2)
MISSING = Output(error=SuiteError(ErrorKind.SCRIPT, "no such function"), no_function=True)
PLUGINS = load_plugins()
STRATEGIES = load_strategies(PLUGINS)


def result(
    strategy: str, run: Callable[[Suite, Call], Output], offer: Callable[[str], Offer | None] = lambda _: None
) -> RunResult:
    """The result of a suite that this strategy is told to run, by a runner with these answers."""
    runner = SimpleNamespace(
        run=lambda suite, call, *_: run(suite, call), offer=offer, detail=lambda *_: None, logged=lambda *_: Output()
    )
    call = Call(STRATEGIES[strategy].invoke.functions[0])
    suite = Suite(TESTEE, TESTER, (Candidate(strategy, call, declared_in_source=True),))
    return SuiteEvaluator(runner, STRATEGIES, PLUGINS).evaluate(suite)  # type: ignore[arg-type]


def only(function: str, text: str) -> Callable[[Suite, Call], Output]:
    """A tester that has this function alone."""
    return lambda _, call: Output(text) if call.function == function else MISSING


def test_the_only_function_that_a_tester_offers_runs_instead_of_a_missing_one() -> None:
    found = result("tap", only("all", "1..1\nok 1 - adds"), lambda _: Offer(frozenset({"all"})))
    assert found.state is State.GOOD
    assert found.call is not None
    assert found.call.function == "all"
    assert found.report is not None
    (note,) = notes_in_words(found.report)
    assert note.startswith("there is no function ")
    assert note.endswith("; all is the one that is left")


def test_of_several_functions_none_is_called_and_the_state_is_unknown() -> None:
    found = result("tap", only("all", "1..1\nok 1"), lambda _: Offer(frozenset({"all", "some"})))
    assert found.state is State.UNKNOWN
    assert found.report is not None
    assert notes_in_words(found.report)[0].endswith("and which runs the tests is unclear: all, some")


def test_a_wiki_that_cannot_say_which_functions_there_are_leaves_no_verdict() -> None:
    def offer(_: str) -> Offer:
        raise WikiUnreachable("no answer")

    found = result("tap", only("all", "1..1\nok 1"), offer)
    assert found.state is None
    assert found.inconclusive == Inconclusive(InconclusiveCode.WIKI, ("no answer",))


def test_a_report_that_the_suites_own_strategy_does_not_know_is_read_by_one_that_does() -> None:
    found = result("scribuntounit", lambda *_: Output("ok 1 Top\nnot ok 2 It adds\n"))
    assert found.strategy == "pickle"
    assert found.state is State.FAIL
