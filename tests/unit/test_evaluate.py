"""What a run of one suite comes to: the page, the console's detail, and mistakes of our own."""

# ruff: noqa: RUF001 (letters of other scripts)

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from picklebot.errors import WikiUnreachable
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.invocation import Output
from picklebot.model import (
    Call,
    Candidate,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Page,
    RunResult,
    State,
    Suite,
    SuiteError,
)
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import load_strategies

SUITE = Suite(Page("Module:Foo", 1, 1), Page("Module:Foo/testcases", 2, 2), (Candidate("tap", Call("tap")),))


def test_a_mistake_of_ours_is_no_verdict_and_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    def run(*_: object) -> None:
        raise LookupError("nobody thought of this")

    plugins = load_plugins()
    runner = SimpleNamespace(run=run)
    result = SuiteEvaluator(runner, load_strategies(plugins), plugins).evaluate(SUITE)  # type: ignore[arg-type]
    assert result.state is None
    assert result.inconclusive == Inconclusive(InconclusiveCode.DEFECT, ("LookupError: nobody thought of this",))
    (told,) = capsys.readouterr().err.splitlines()
    assert "level=error event=defect_found tester=Module:Foo/testcases reason=" in told
    assert "nobody thought of this (test_evaluate.py:" in told


ICON = '<img src="/dot.png">'
HEADINGS = "<tr><th></th><th>Name</th><th>Expected</th><th>Actual</th></tr>"


def unit_page(headline: str, *icons: str) -> str:
    """A page of ScribuntoUnit whose rows say nothing but their icons."""
    rows = "".join(f"<tr><td>{icon}</td><td>test{n}</td><td></td><td></td></tr>" for n, icon in enumerate(icons))
    return f'<p>{headline}\n</p><table class="scribunto-test-table"><tbody>{HEADINGS}{rows}</tbody></table>'


def judged(page: str, console: str | WikiUnreachable | None) -> RunResult:
    """What a page comes to, with the console's answer."""

    def detail(*_: object) -> tuple[str | None, None]:
        if isinstance(console, WikiUnreachable):
            raise console
        return console, None

    plugins = load_plugins()
    runner = SimpleNamespace(run=lambda *_: Output(text=page), detail=detail)
    suite = Suite(SUITE.testee, SUITE.tester, (Candidate("scribuntounit", Call("run"), declared_in_source=True),))
    return SuiteEvaluator(runner, load_strategies(plugins), plugins).evaluate(suite)  # type: ignore[arg-type]


def counting(failed: int) -> str:
    points = [{"name": f"test{n}", "ok": n >= failed} for n in range(2)]
    return json.dumps({"total": 2, "failed": failed, "skipped": 0, "points": points})


UNCLEAR = unit_page(f"{ICON} Zorblat vrexin.", ICON, ICON)
# A wiki may have one sign for all rows, and its words need not speak of all tests.
ONE_SIGN = [
    unit_page(f"{words}.", "✔", "✔")
    for words in (
        "Half passed",
        "✔ Half passed",
        "✔ Passed: one of two",
        "✔ Half of all tests passed",
        "✔ 50 % of all tests passed",
        "✔ Bestanden",
        "✔ Success",
        "✔ La moitié de tous les tests a réussi",
        "✔ Пройдено",
    )
]
AGAINST = unit_page("✘ Zorblat vrexin.", "✘", "✘")
CLEAR = unit_page("✔ All tests passed.", "✔", "✔")
ALL_OF_THEM = [
    "✔ Alle Tests bestanden.",
    "✔ 2 tests passed",
    "✔ Passed: 2 of 2",
    "✔ Все тесты пройдены",
    "✔ 所有测试通过。",
]


@pytest.mark.parametrize("page", [UNCLEAR, AGAINST, *ONE_SIGN])
def test_where_marks_cannot_be_told_the_failures_that_the_framework_counts_count(page: str) -> None:
    result = judged(page, counting(1))
    assert result.state is State.FAIL
    assert result.report is not None
    assert [point.ok for point in result.report.points] == [False, True]
    assert result.page_counts is None  # no batch may confirm what the page does not show
    assert judged(page, counting(0)).state is State.GOOD


@pytest.mark.parametrize("page", [CLEAR, *(unit_page(words, "✔", "✔") for words in ALL_OF_THEM)])
def test_a_page_that_says_clearly_that_all_passed_stands_against_the_console(page: str) -> None:
    assert judged(page, counting(1)).state is State.GOOD


def test_without_the_console_a_page_that_cannot_tell_is_good_only_if_nothing_speaks_against_it() -> None:
    assert judged(UNCLEAR, None).state is State.GOOD
    assert judged(AGAINST, None).state is State.UNKNOWN


@pytest.mark.parametrize("page", [UNCLEAR, AGAINST])
def test_where_marks_cannot_be_told_a_console_out_of_reach_leaves_no_verdict(page: str) -> None:
    result = judged(page, WikiUnreachable("connection refused"))
    assert result.state is None
    assert result.inconclusive == Inconclusive(InconclusiveCode.MARKS_UNCLEAR, ("connection refused",))
    assert judged(CLEAR, WikiUnreachable("connection refused")).state is State.GOOD


def test_of_very_many_pages_a_suite_depends_on_part_and_it_is_said() -> None:
    titles = tuple(f"Module:{number}" for number in range(5000, 0, -1))
    plugins = load_plugins()
    runner = SimpleNamespace(run=lambda *_: Output(text="1..1\nok 1", depends_on=titles))
    result = SuiteEvaluator(runner, load_strategies(plugins), plugins).evaluate(SUITE)  # type: ignore[arg-type]
    assert set(result.depends_on) == set(titles[:1000])
    assert result.state is State.GOOD
    assert result.report is not None
    assert result.report.notes[-1] == Note(NoteCode.DEPENDENCIES_UNFOLLOWED, (5_000, 1_000))


def test_test_data_that_its_runner_fails_on_is_unknown_unless_editors_say_that_it_is_run_so() -> None:
    plugins = load_plugins()
    error = SuiteError(ErrorKind.SCRIPT, "Lua error in Module:Testharness at line 6: attempt to index a number value.")
    output = Output(error=error, of_runner=True)
    runner = SimpleNamespace(run=lambda *_: output, detail=lambda *_: None)
    evaluator = SuiteEvaluator(runner, load_strategies(plugins), plugins)  # type: ignore[arg-type]

    def of(call: Call) -> RunResult:
        return evaluator.evaluate(Suite(SUITE.testee, SUITE.tester, (Candidate("testharness", call),), data=True))

    call = Call("run_tests", page="Module:Testharness")
    unread = of(call)
    assert unread.state is State.UNKNOWN
    assert unread.report is not None
    assert unread.report.notes == (Note(NoteCode.NOT_UNDERSTOOD, ("Module:Testharness", error.message)),)
    assert of(replace(call, found_on="Module:Foo/doc")).state is State.FAIL
    # A batch that shows the same error confirms it.
    assert unread.fingerprint == of(replace(call, found_on="Module:Foo/doc")).fingerprint
