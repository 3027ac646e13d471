"""What a harvest found, for people and for programs; what a wiki says can do no harm there."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from picklebot.harvest import Harvest
from picklebot.model import (
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    ModuleStatus,
    Note,
    NoteCode,
    Page,
    Point,
    State,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
)
from picklebot.output.document import document
from picklebot.output.points import value_lines
from picklebot.output.table import print_table
from picklebot.text.terminal import plain
from tests.factories import FOO, TESTS, a_record, a_suite

AWAY = Inconclusive(InconclusiveCode.WIKI, ("no answer",))


def suite(
    state: State | None = State.GOOD, *, testee: Page = FOO, tester: Page = TESTS, **status: object
) -> SuiteRecord:
    return replace(a_record(state, a_suite(tester, testee)), status=SuiteStatus(**status))  # type: ignore[arg-type]


def harvest_of(*suites: SuiteRecord, modules: tuple[ModuleStatus, ...] = ()) -> Harvest:
    return Harvest(suites, modules, ())


def table(harvest: Harvest) -> str:
    out = StringIO()
    print_table(harvest, Console(file=out, width=100))
    return out.getvalue()


def test_a_row_names_module_tester_state_and_points() -> None:
    (row,) = [line for line in table(harvest_of(suite(counts=Counts(3, 2, 0, 1)))).splitlines() if "Foo" in line]
    assert row.split() == ["Module:Foo", "/testcases", "good", "2/3,", "1", "skipped"]


def test_a_tester_elsewhere_is_named_in_full_and_one_alone_says_so() -> None:
    assert "Module:Bar/testcases" in table(harvest_of(suite(tester=Page("Module:Bar/testcases", 5))))
    assert "(no such module)" in table(harvest_of(suite(testee=Page("Module:Foo"))))


def test_failing_points_stand_under_the_table_with_what_was_expected() -> None:
    points = (Point(ok=False, number=3, description="adds", expected="4", actual="5", message="off by one"),)
    assert table(harvest_of(suite(State.FAIL, failing=points))).splitlines()[2:8] == [
        "",
        "Module:Foo/testcases",
        "  not ok 3 adds",
        "    expected: 4",
        "    actual: 5",
        "    message: off by one",
    ]


def test_a_long_list_of_failing_points_is_cut_and_counted() -> None:
    points = tuple(Point(ok=False, number=n) for n in range(1, 15))
    assert "… and 4 more" in table(harvest_of(suite(State.FAIL, failing=points)))


def test_an_error_is_named_with_its_kind() -> None:
    error = SuiteError(ErrorKind.TIME, "The time allocated for running scripts has expired.")
    assert "  time: The time allocated" in table(harvest_of(suite(State.FAIL, error=error)))


def test_a_run_without_a_verdict_is_told_apart_from_a_failure() -> None:
    printed = table(harvest_of(suite(State.GOOD, inconclusive=AWAY), suite(None, inconclusive=AWAY)))
    assert "good (inconclusive)" in printed
    assert "no state (inconclusive)" in printed
    assert "inconclusive: no answer" in printed
    assert "2 inconclusive" in printed


def test_a_missing_module_has_a_row() -> None:
    assert "missing" in table(harvest_of(modules=(ModuleStatus(FOO, State.MISSING, State.GOOD),)))


def test_the_last_line_counts() -> None:
    found = Harvest((suite(ran=True), suite()), (ModuleStatus(FOO, State.GOOD),), (Transition(FOO, None, State.GOOD),))
    assert table(found).splitlines()[-1] == "2 suites of 1 module, 1 ran, 1 state changed"


@given(st.text())
def test_nothing_that_a_wiki_says_can_drive_a_terminal(text: str) -> None:
    points = (Point(ok=False, description=text, expected=text, message=text),)
    error = SuiteError(ErrorKind.SCRIPT, text)
    found = harvest_of(
        suite(
            State.FAIL,
            failing=points,
            error=error,
            inconclusive=Inconclusive(InconclusiveCode.WIKI, (text,)),
            testee=Page(text or "x", 1),
        )
    )
    assert not set(table(found)) & (set(map(chr, range(32))) - {"\n"})
    assert "\x7f" not in table(found)


def test_markup_of_the_terminal_library_is_text() -> None:
    assert "[bold red]x[/]" in table(
        harvest_of(suite(State.FAIL, failing=(Point(ok=False, description="[bold red]x[/]"),)))
    )


@given(st.text(), st.integers(1, 300))
def test_plain_text_is_one_line_of_at_most_that_length(text: str, longest: int) -> None:
    line = plain(text, longest)
    assert len(line) <= longest
    assert "\n" not in line
    assert "\x1b" not in line


@pytest.mark.parametrize("text", ["数字", "हिन्दी", "🥒", "naïve", "می‌خواهم"])
def test_letters_of_all_scripts_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\r\nb\tc", "a b c"),
        ("a\u202eb", "ab"),
        ("x" * 201, "x" * 199 + "…"),
        ("\ud800", ""),
    ],
)
def test_what_could_mislead_goes(text: str, left: str) -> None:
    assert plain(text) == left


@pytest.mark.parametrize(
    ("expected", "actual", "shown"),
    [
        ("1\u00a0km", "1\u202fkm", (r'"1\xa0km"', r'"1\u202fkm"')),
        ("a\nb", "a b", (r'"a\nb"', '"a b"')),
        ("a ", "a", ('"a "', '"a"')),
        ("a\u200bb", "ab", (r'"a\u200bb"', '"ab"')),
        ("x" * 300 + "yes", "x" * 300 + "no", (f'…"{"x" * 40}yes"', f'…"{"x" * 40}no"')),
        ("a\u00a0b", "c", ("a b", "c")),  # the difference is seen
        ("a  b", "a  b", ("a b", "a b")),  # there is none
    ],
)
def test_values_that_differ_are_shown_to_differ(expected: str, actual: str, shown: tuple[str, str]) -> None:
    point = Point(ok=False, expected=expected, actual=actual)
    assert list(value_lines(point, "  ")) == [f"  expected: {shown[0]}", f"  actual: {shown[1]}"]


@given(st.text(), st.text())
def test_no_two_values_that_differ_are_shown_alike(expected: str, actual: str) -> None:
    first, second = value_lines(Point(ok=False, expected=expected, actual=actual), "")
    alike = first.removeprefix("expected") == second.removeprefix("actual")
    assert alike == (expected == actual)


def test_the_document_is_json_and_has_every_promised_key() -> None:
    points = (Point(ok=False, number=1, description="adds", expected="4", actual="5"),)
    error = SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (2, 1)))
    found = Harvest(
        (suite(State.FAIL, counts=Counts(1, 0, 1), failing=points, error=error, ran=True, revision=10, duration_ms=7),),
        (ModuleStatus(FOO, State.FAIL, State.GOOD),),
        (Transition(FOO, State.GOOD, State.FAIL, Counts(1, 0, 1)),),
    )
    told = json.loads(json.dumps(document(found)))
    (found_suite,), (module,), (transition,) = told["suites"], told["modules"], told["transitions"]
    assert (
        found_suite.items()
        >= {
            "testee": "Module:Foo",
            "testee_exists": True,
            "tester": "Module:Foo/testcases",
            "strategy": "tap",
            "state": "fail",
            "inconclusive": None,
            "inconclusive_code": None,
            "ran": True,
            "revision": 10,
            "duration_ms": 7,
        }.items()
    )
    assert found_suite["points"] == {"total": 1, "passed": 0, "failed": 1, "skipped": 0, "todo": 0}
    assert found_suite["error"] == {"kind": "plan", "message": "planned 2, ran 1", "code": "plan-mismatch"}
    assert found_suite["failing"][0]["expected"] == "4"
    assert module == {
        "title": "Module:Foo",
        "page_id": 1,
        "state": "fail",
        "previous_state": "good",
        "revision": 10,
    }
    assert (transition["title"], transition["old"], transition["new"]) == ("Module:Foo", "good", "fail")


def test_a_harvest_without_a_single_verdict_was_useless() -> None:
    assert harvest_of(suite(None, inconclusive=AWAY)).useless
    assert not harvest_of(suite(None, inconclusive=AWAY), suite(ran=True)).useless
    assert not harvest_of().useless
    assert not harvest_of(suite()).useless, "nothing had to run"
