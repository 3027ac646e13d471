"""What ``try`` says: how a suite ended as saved, how with the unsaved text, and what went otherwise."""

from __future__ import annotations

from dataclasses import replace

from picklebot.model import (
    Directive,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    Point,
    RunResult,
    State,
    SuiteError,
)
from picklebot.output.comparison import comparison_lines
from picklebot.reports.states import state_of
from tests.factories import a_report, a_result, a_suite, words


def result(*points: Point, error: SuiteError | None = None, notes: tuple[Note, ...] = ()) -> RunResult:
    report = a_report(*points, error=error, notes=notes)
    state, rule = state_of(report)
    return replace(a_result(state, report=report), rule=rule)


def lines(saved: RunResult | None, unsaved: RunResult) -> list[str]:
    first, *rest = comparison_lines(saved, unsaved)
    assert first == "Module:Foo/testcases"
    return rest


GOOD = Point(ok=True, description="a")
BAD = Point(ok=False, description="a", expected="1", actual="2", message="Module:Foo:3")


def test_what_stays_as_it_was_is_not_listed() -> None:
    assert lines(result(GOOD), result(GOOD)) == ["  saved:   good, 1 of 1 passed", "  unsaved: good, 1 of 1 passed"]
    assert lines(result(BAD), result(BAD)) == ["  saved:   fail, 0 of 1 passed", "  unsaved: fail, 0 of 1 passed"]


def test_a_point_that_fails_now_is_shown_with_its_values() -> None:
    assert lines(result(GOOD), result(BAD))[2:] == [
        "  now:     not ok a",
        "    expected: 1",
        "    actual: 2",
        "    message: Module:Foo:3",
    ]


def test_a_point_that_passes_now_is_shown_without() -> None:
    assert lines(result(BAD), result(GOOD))[2:] == ["  now:     ok a"]


def test_a_failure_of_another_kind_is_a_change() -> None:
    other = Point(ok=False, description="a", expected="1", actual="3")
    assert lines(result(BAD), result(other))[2] == "  now:     not ok a"


def test_points_that_come_and_go() -> None:
    new, gone = Point(ok=False, description="new", directive=Directive.TODO), Point(ok=True, description="gone")
    assert lines(result(GOOD, gone), result(GOOD, new))[2:] == ["  new:     not ok new # TODO", "  gone:    ok gone"]


def test_points_of_the_same_name_are_told_apart_by_their_order() -> None:
    assert lines(result(GOOD, GOOD, GOOD), result(GOOD, BAD, GOOD))[2:3] == ["  now:     not ok a"]
    assert lines(result(GOOD, GOOD), result(GOOD))[2:] == ["  gone:    ok a"]


def test_without_a_saved_text_only_failures_are_listed() -> None:
    other = Point(ok=True, description="b")
    assert lines(None, result(BAD, other))[:2] == ["  unsaved: fail, 1 of 2 passed", "  now:     not ok a"]
    assert lines(None, result(GOOD)) == ["  unsaved: good, 1 of 1 passed"]


def test_an_error_is_told_beside_the_counts() -> None:
    broken = result(error=SuiteError(ErrorKind.TIME, "too long"))
    assert lines(result(GOOD), broken) == [
        "  saved:   good, 1 of 1 passed",
        "  unsaved: fail, 0 of 0 passed; time: too long",
        "  gone:    ok a",
    ]


def test_no_verdict_is_said_to_be_none() -> None:
    silent = RunResult(a_suite(), inconclusive=Inconclusive(InconclusiveCode.WIKI, ("the wiki is away",)))
    assert lines(result(GOOD), silent)[1] == "  unsaved: inconclusive: the wiki is away"
    assert lines(silent, result(GOOD))[0] == "  saved:   inconclusive: the wiki is away"
    assert silent.state is None
    assert result().state is State.PENDING


def test_notes_are_shown_and_nothing_can_drive_a_terminal() -> None:
    escape = "\x1b[31m\u202e\x9b\nfoo"
    bad = Point(ok=False, description=escape, expected=escape)
    shown = lines(result(GOOD), result(bad, error=SuiteError(ErrorKind.SCRIPT, escape), notes=(words(escape),)))
    assert "  note:    [31m foo" in shown
    assert not set("".join(shown)) & set("\x1b\u202e\x9b\n")


def test_without_a_verdict_nothing_is_said_to_be_gone() -> None:
    away = a_result(None)
    assert lines(result(GOOD), away) == ["  saved:   good, 1 of 1 passed", "  unsaved: inconclusive: no answer"]
