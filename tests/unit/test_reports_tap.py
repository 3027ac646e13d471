"""Properties of the TAP parser; single cases are files below tests/corpus/tap."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Directive, ErrorKind, Note, NoteCode, Point, State
from picklebot.reports import limits
from picklebot.reports.states import state_of
from picklebot.reports.tap import parse_tap
from tests.factories import notes_in_words

LINES = st.sampled_from(
    [
        *("ok", "not ok", "ok 1", "not ok 2 - b", "ok 3 # skip", "not ok 4 # TODO x", "ok - \\# a", "okay", "Not ok"),
        *("1..0", "1..2", "1..9999999999999999999999", "TAP version 13", "TAP version 14", "Bail out!", "bail out! x"),
        *("# comment", "# Subtest: a", "# Subtest", "pragma +strict", "pragma -strict", "  ---", "  ...", "  a: [1"),
        *("    ok", "    not ok 2", "    1..2", "        ok 1", "    # Subtest: a", "      ---", "      ...", "\tok"),
        *("", " ", "\r", "\ufeff", "\x00", "- &a [*a]", "  ? !!x", "text"),
    ],
)
REPORTS = st.lists(LINES | st.text(max_size=20)).map("\n".join)

# What a producer can say in a description: one line, trimmed, and not what looks like a number or a dash in front.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30).map(str.strip)
DESCRIPTIONS = TEXTS.filter(lambda text: not text.startswith("-"))


@dataclass(frozen=True)
class Wanted:
    """A point as a producer means it."""

    ok: bool
    description: str
    directive: Directive | None
    reason: str


POINTS = st.builds(Wanted, st.booleans(), DESCRIPTIONS, st.none() | st.sampled_from(Directive), TEXTS)


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("#", "\\#")


def render(points: list[Wanted], *, version: bool, plan_first: bool, numbered: bool) -> str:
    plan = f"1..{len(points)}"
    lines = ["TAP version 14"] if version else []
    lines += [plan] if plan_first else []
    for number, point in enumerate(points, start=1):
        line = "ok" if point.ok else "not ok"
        line += f" {number}" if numbered else ""
        line += f" - {escape(point.description)}"
        line += f" # {point.directive} {escape(point.reason)}" if point.directive else ""
        lines.append(line)
    lines += [] if plan_first else [plan]
    return "\n".join(lines) + "\n"


@given(st.text() | st.text(st.characters()) | REPORTS)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    report = parse_tap(text)

    state, rule = state_of(report)
    assert rule
    if not report.format:
        assert state is State.UNKNOWN
        assert not report.points
    if state is State.GOOD:
        assert report.error is None
        assert report.counts.passed == report.counts.total > 0


@given(REPORTS)
def test_what_is_kept_is_bounded(text: str) -> None:
    report = parse_tap(text)

    assert len(report.notes) <= limits.MAX_NOTES + 2
    assert len(report.diagnostics) <= limits.MAX_DIAGNOSTICS
    texts = notes_in_words(report) + report.diagnostics
    assert all(len(line) <= limits.MAX_TEXT_CHARACTERS + 200 for line in texts)


@given(st.lists(POINTS, min_size=1), st.booleans(), st.booleans(), st.booleans())
def test_what_a_producer_prints_is_what_is_read(
    points: list[Wanted],
    version: bool,
    plan_first: bool,
    numbered: bool,
) -> None:
    report = parse_tap(render(points, version=version, plan_first=plan_first, numbered=numbered))

    assert [Wanted(p.ok, p.description, p.directive, p.reason if p.directive else "") for p in report.points] == [
        Wanted(p.ok, p.description, p.directive, p.reason if p.directive else "") for p in points
    ]
    assert [p.number for p in report.points] == [n if numbered else None for n, _ in enumerate(points, start=1)]
    assert report.plan is not None
    assert report.plan.count == len(points)
    assert report.error is None


@given(st.lists(POINTS, min_size=1), st.integers(0, 20))
def test_a_plan_that_is_not_fulfilled_is_a_failure(points: list[Wanted], planned: int) -> None:
    text = render(points, version=False, plan_first=True, numbered=False)
    text = text.replace(f"1..{len(points)}", f"1..{planned}", 1)

    report = parse_tap(text)

    differs = planned != len(points)
    assert (report.error is not None and report.error.kind is ErrorKind.PLAN) == differs
    assert (state_of(report)[0] is State.FAIL) == (differs or any(not p.ok and p.directive is None for p in points))


@given(st.lists(POINTS, min_size=1), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_line_ends_and_byte_order_marks_change_nothing(points: list[Wanted], end: str, mark: str) -> None:
    text = render(points, version=True, plan_first=True, numbered=True)

    assert parse_tap(mark + text.replace("\n", end)) == parse_tap(text)


@given(st.lists(POINTS, min_size=1))
def test_an_added_failure_makes_any_report_fail(points: list[Wanted]) -> None:
    text = render(points, version=False, plan_first=False, numbered=False)

    assert state_of(parse_tap("not ok - added\n" + text))[0] is State.FAIL


def nested(depth: int) -> str:
    lines = [" " * 4 * level + "ok 1 - level" for level in range(depth, -1, -1)]
    return "\n".join(lines) + "\n1..1\n"


def depth_of(point: Point) -> int:
    return 1 + max((depth_of(subtest) for subtest in point.subtests), default=0)


def test_subtests_are_kept_to_a_depth() -> None:
    assert depth_of(parse_tap(nested(limits.MAX_SUBTEST_DEPTH)).points[0]) == limits.MAX_SUBTEST_DEPTH + 1

    deeper = parse_tap(nested(2_000))

    assert depth_of(deeper.points[0]) == limits.MAX_SUBTEST_DEPTH + 1
    assert any("nested deeper" in note for note in notes_in_words(deeper))
    assert state_of(deeper)[0] is State.GOOD


def test_points_that_are_not_kept_count() -> None:
    report = parse_tap(
        "ok\n" * limits.MAX_POINTS + "ok\n" * 5 + "not ok - the last\n" + f"1..{limits.MAX_POINTS + 6}\n"
    )

    assert len(report.points) == limits.MAX_POINTS + 1
    assert report.points[-1].description == "the last"
    assert report.counts.total == limits.MAX_POINTS + 6
    assert report.counts.failed == 1
    assert report.error is None
    assert state_of(report)[0] is State.FAIL
    assert Note(NoteCode.POINTS_KEPT, (limits.MAX_POINTS + 1, limits.MAX_POINTS + 6)) in report.notes


def test_failures_count_even_where_none_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.reports.tap.document.MAX_POINTS", 2)
    monkeypatch.setattr("picklebot.reports.tap.document.MAX_NOTABLE_POINTS", 0)

    report = parse_tap("1..3\nok\nok\nnot ok\n")

    assert len(report.points) == 2
    assert state_of(report)[0] is State.FAIL


def test_points_that_are_not_kept_count_by_their_directives() -> None:
    report = parse_tap(
        "ok\n" * limits.MAX_POINTS + "ok # skip\n" * limits.MAX_NOTABLE_POINTS + "ok # skip\nok # todo\nok\n"
    )

    assert report.counts.skipped == limits.MAX_NOTABLE_POINTS + 1
    assert report.counts.todo == 1
    assert report.counts.passed == limits.MAX_POINTS + 1
    assert report.counts.failed == 0


def test_a_report_that_is_not_read_to_its_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.reports.tap.text.MAX_REPORT_CHARACTERS", 20)

    report = parse_tap("1..3\nok 1\nok 2\nok 3\nnot ok 4\n")

    assert report.error is not None
    assert report.error.kind is ErrorKind.OUTPUT
    assert state_of(report)[0] is State.FAIL


def test_long_texts_are_cut() -> None:
    report = parse_tap(
        f"1..2\nok 1 - {'x' * 10_000} # TODO {'y' * 10_000}\nok 2\n  ---\n  got: {'z' * 10_000}\n  ...\n"
    )

    todo, point = report.points
    assert len(todo.description) == len(todo.reason) == limits.MAX_TEXT_CHARACTERS
    assert todo.description.endswith("x…")
    assert point.actual is not None
    assert len(point.actual) == limits.MAX_TEXT_CHARACTERS


def test_too_much_yaml_is_left_out_and_said_so() -> None:
    block = "  ---\n" + "  - some words\n" * 1_000 + "  ...\n"
    big = "  ---\n" + "  - some words\n" * 10_000 + "  ...\n"

    report = parse_tap("ok - big\n" + big + f"ok\n{block}" * 100 + "not ok - after\n")

    assert report.points[0].data is None
    assert report.points[1].data is not None
    assert report.points[-2].data is None
    assert report.counts.total == 102
    assert state_of(report)[0] is State.FAIL
    assert any("too much YAML" in note for note in notes_in_words(report))


@given(st.text(st.characters()))
def test_any_yaml_is_read_or_refused(block: str) -> None:
    body = "".join(f"  {line}\n" for line in block.replace("\r", "\n").split("\n"))

    report = parse_tap(f"1..1\nnot ok 1\n  ---\n{body}  ...\n")

    assert report.counts.failed == 1


def test_yaml_with_half_a_character_is_refused() -> None:
    report = parse_tap("1..1\nok 1\n  ---\n  a: \ud800\n  ...\n")

    assert report.points[0].data is None
    assert any("is not YAML" in note for note in notes_in_words(report))
