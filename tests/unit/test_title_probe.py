"""What a suite comes to under other titles, and how it words that, on a wiki that a script holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.title_probe import probe_titles
from picklebot.invocation import Output
from picklebot.model import (
    Call,
    Candidate,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Page,
    RunResult,
    Suite,
    SuiteError,
)
from picklebot.plugins.manager import load_plugins
from picklebot.reports.fingerprint import without_wording
from picklebot.strategy import Strategy, load_strategies

TESTER = Page("Module:Foo/testcases", 2, 2)
CALL = Call("tap", title=TESTER.title)
SUITE = Suite(Page("Module:Foo", 1, 1), TESTER, (Candidate("tap", CALL),))


def probed(output: Callable[[str], Output]) -> tuple[RunResult, RunResult]:
    """A suite's result under its own title, and with the probe of others, by what it prints under a title."""

    def run(_: Suite, call: Call, __: Strategy) -> Output:
        return output(call.title)

    def at_home(error: SuiteError, _: Page) -> SuiteError:
        return replace(error, message=error.message.replace("in Module:Foo/testcases ", ""))

    plugins = load_plugins()
    runner = SimpleNamespace(run=run, detail=lambda *_: None, error_at_home=at_home)
    evaluator = SuiteEvaluator(runner, load_strategies(plugins), plugins)  # type: ignore[arg-type]
    result = evaluator.evaluate(SUITE)
    return result, probe_titles(evaluator, result).result


def prints(text: str) -> Callable[[str], Output]:
    return lambda title: Output(text=text.replace("$title", title))


def fails(message: str) -> Callable[[str], Output]:
    def output(title: str) -> Output:
        place = "" if title == TESTER.title else "in Module:Foo/testcases "
        said = message.replace("$title", title).replace("$place", place)
        return Output(error=SuiteError(ErrorKind.SCRIPT, said))

    return output


@pytest.mark.parametrize(
    "output", [prints("1..1\nnot ok 1 - on $title"), prints("1..1\nnot ok 1 - $title # TODO"), fails("no $title")]
)
def test_a_suite_that_quotes_its_title_is_known_without_the_wording(output: Callable[[str], Output]) -> None:
    before, after = probed(output)
    assert after.title_dependent is False
    assert after.fingerprint == without_wording(before.fingerprint)


@pytest.mark.parametrize(
    "output",
    [
        prints("1..1\nnot ok 1 - adds"),
        prints("1..1\nok 1 - on $title"),
        fails("Lua error $placeat line 3: the roof leaks."),
    ],
)
def test_one_that_does_not_is_known_by_every_word(output: Callable[[str], Output]) -> None:
    before, after = probed(output)
    assert (after.title_dependent, after.fingerprint) == (False, before.fingerprint)


def test_one_that_ends_otherwise_under_another_title_is_known_by_every_word_and_depends_on_it() -> None:
    def output(title: str) -> Output:
        said = "not ok" if title == TESTER.title else "ok"
        return Output(text=f"1..1\n{said} 1 - on {title}")

    before, after = probed(output)
    assert (after.title_dependent, after.fingerprint) == (True, before.fingerprint)


def test_one_to_which_the_wiki_gives_no_answer_under_another_title_is_not_known_to_depend_on_it() -> None:
    def output(title: str) -> Output:
        here = title == TESTER.title
        return (
            Output(text=f"1..1\nnot ok 1 - on {title}")
            if here
            else Output(inconclusive=Inconclusive(InconclusiveCode.WIKI, ("no answer",)))
        )

    before, after = probed(output)
    assert (after.title_dependent, after.fingerprint) == (None, before.fingerprint)
