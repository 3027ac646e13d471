"""Detail from the console, and how it meets what the page shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Counts, Directive, Marks, Point, Report, State
from picklebot.reports.detail import merge, parse_detail
from picklebot.reports.states import state_of
from tests.factories import notes_in_words

SKIP = Directive.SKIP


def told(*points: Point, declared: Counts | None = None) -> Report:
    return Report("console", points, declared=declared or Counts.of(points))


def shown(*points: Point, declared: Counts | None = None) -> Report:
    return Report("scribuntounit", points, declared=declared)


def test_a_line_of_a_question_is_read() -> None:
    points = [
        {"name": "testA", "ok": True},
        {"name": "testB", "ok": False, "expected": "1", "actual": "2", "message": "Module:A/testcases:3: no"},
        {"name": "testC", "ok": True, "skip": True},
    ]
    report = parse_detail("noise\npicklebot:" + json.dumps({"total": 3, "failed": 1, "skipped": 1, "points": points}))

    assert report is not None
    assert report.counts == Counts(3, 1, 1, 1)
    assert report.points == (
        Point(ok=True, description="testA"),
        Point(ok=False, description="testB", expected="1", actual="2", message="Module:A/testcases:3: no"),
        Point(ok=True, description="testC", directive=SKIP),
    )


def test_the_mark_may_have_been_taken_off_and_counts_may_be_left_out() -> None:
    report = parse_detail('{"points": [{"name": "a", "ok": false}]}')
    assert report is not None
    assert report.counts == Counts(1, 0, 1)


def test_the_last_line_with_the_mark_is_ours_for_a_suite_prints_before() -> None:
    report = parse_detail('picklebot:{"total": 9, "points": []}\npicklebot:{"total": 2, "points": []}\nbye')
    assert report is not None
    assert report.counts.total == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "picklebot:",
        'picklebot:{"total": 1, "poi',
        "[]",
        "null",
        '{"points": {}}',
        '{"total": -1, "points": []}',
        '{"total": "1", "points": []}',
        '{"total": true, "points": []}',
        '{"total": 1.5, "points": []}',
        '{"total": NaN, "points": []}',
        '{"total": 1e99, "points": []}',
        '{"total": 1, "failed": 2, "points": []}',
        "[" * 100_000,
        '{"points": [], "total": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_not_of_the_shape_is_no_detail(text: str) -> None:
    assert parse_detail(text) is None


def test_points_that_are_not_of_the_shape_are_left_out() -> None:
    odd: list[Any] = [
        1,
        None,
        {},
        {"name": 1, "ok": True},
        {"name": "a", "ok": 1},
        {"name": "b", "ok": False, "actual": 5},
    ]
    report = parse_detail(json.dumps({"points": odd}))
    assert report is not None
    assert report.points == (Point(ok=False, description="b"),)


@given(st.text())
def test_no_text_raises_anything(text: str) -> None:
    parse_detail(text)


def test_detail_adds_what_the_page_hides() -> None:
    page = shown(Point(True, "testA"), Point(True, "testB"), Point(False, "testC / sum", expected="1", actual="2"))
    console = told(
        Point(True, "testA"),
        Point(True, "testB", directive=SKIP),
        Point(False, "testC", message="at line 7: 2 is not 1"),
    )
    merged = merge(page, console)

    assert merged.points == (
        Point(True, "testA"),
        Point(True, "testB", directive=SKIP),
        Point(False, "testC / sum", expected="1", actual="2", message="at line 7: 2 is not 1"),
    )
    assert merged.counts == Counts(3, 1, 1, 1)
    assert notes_in_words(merged) == ("the page shows 2 passed, 1 of them the console skipped",)


def test_a_suite_whose_only_test_is_skipped_is_skipped() -> None:
    merged = merge(shown(Point(True, "testA")), told(Point(True, "testA", directive=SKIP)))
    assert state_of(merged)[0] is State.SKIP_GOOD


def test_where_the_two_disagree_the_page_stands_and_the_report_says_so() -> None:
    page = shown(Point(True, "testA"), Point(False, "testB", expected="1", actual="2"))
    console = told(Point(False, "testA", message="boom"), Point(False, "testB", expected="1", actual="3"))
    merged = merge(page, console)

    assert [point.ok for point in merged.points] == [True, False]
    assert merged.points[0].message is None
    assert notes_in_words(merged) == (
        "the page shows 1 failed of 2, the console 2 failed of 2: what the page shows stands",
        "the console ended otherwise than the page for 1 test: testA",
    )


def test_a_failure_of_the_page_that_the_console_does_not_see_stays_one() -> None:
    for console in (Point(True, "testA", expected="1", actual="1"), Point(True, "testA", directive=SKIP)):
        merged = merge(shown(Point(False, "testA", message="boom")), told(console))
        assert merged.points == (Point(False, "testA", message="boom"),)
        assert merged.counts == Counts(1, 0, 1)
        assert any("the page shows 1 failed of 1" in note for note in notes_in_words(merged))


def test_as_many_failures_of_other_tests_are_a_disagreement() -> None:
    page = shown(Point(False, "testA", message="x"), Point(True, "testB"))
    merged = merge(page, told(Point(True, "testA"), Point(False, "testB", message="y")))

    assert merged.points == page.points
    assert notes_in_words(merged) == ("the console ended otherwise than the page for 2 tests: testA, testB",)


def test_a_page_that_only_counts_gets_the_points_of_the_console_if_both_count_alike() -> None:
    page = shown(declared=Counts(2, 1, 1))
    console = told(Point(True, "testA"), Point(False, "testB", message="boom"))
    assert merge(page, console).points == console.points
    assert merge(page, console).notes == ()

    other = told(Point(False, "testA"), Point(False, "testB"))
    assert merge(page, other).points == ()
    assert merge(page, other).counts == page.counts


def test_tests_are_matched_by_name_where_the_console_lists_fewer() -> None:
    page = shown(Point(True, "testA"), Point(False, "testB"), Point(False, "testB"))
    console = told(
        Point(False, "testB", message="first"), Point(False, "testB", message="second"), declared=Counts(3, 1, 2)
    )
    assert [point.message for point in merge(page, console).points] == [None, "first", "second"]


def test_counts_alone_are_compared_too() -> None:
    page = Report(
        "unittests-wiktionary", (Point(True, "test_a: x"), Point(False, "test_a: y", expected="1", actual="2"))
    )
    assert merge(page, told(declared=Counts(2, 1, 1))) == page
    assert notes_in_words(merge(page, told(declared=Counts(3, 1, 2)))) == (
        "the page shows 1 failed of 2, the console 2 failed of 3: what the page shows stands",
    )


def test_declared_counts_learn_of_skips() -> None:
    page = shown(Point(True, "testA"), declared=Counts(5, 4, 1))
    merged = merge(page, told(Point(True, "testA", directive=SKIP), declared=Counts(5, 3, 1, 1)))
    assert merged.counts == Counts(5, 3, 1, 1)


points = st.builds(
    Point, st.booleans(), st.sampled_from(["testA", "testB", "testC"]), directive=st.sampled_from([None, SKIP])
).map(lambda point: replace(point, ok=True) if point.directive else point)


@given(st.lists(points, max_size=6), st.lists(points, max_size=6))
def test_detail_never_changes_what_passes_and_what_fails(page: list[Point], console: list[Point]) -> None:
    merged = merge(shown(*page), told(*console))

    assert [point.ok for point in merged.points] == [point.ok for point in page]
    before, after = shown(*page).counts, merged.counts
    assert (before.total, before.failed) == (after.total, after.failed)
    assert state_of(merged)[0].passing == state_of(shown(*page))[0].passing


@given(st.lists(points, max_size=6), st.lists(points, max_size=6), st.sampled_from([Marks.ALIKE, Marks.AGAINST]))
def test_where_the_page_cannot_tell_the_worse_of_both_stands(
    page: list[Point], console: list[Point], marks: Marks
) -> None:
    unclear = replace(shown(*page), marks=marks)
    merged = merge(unclear, told(*console))

    bad = any(point.failed for point in [*page, *console])
    assert (state_of(merged)[0] is State.FAIL) == bad
    assert merged.counts.failed == max(shown(*page).counts.failed, told(*console).counts.failed)
    assert merged.counts.total >= max(len(page), len(console))


def test_a_failure_that_only_the_console_can_tell_has_its_values() -> None:
    page = replace(shown(Point(True, "testA"), Point(True, "testB")), marks=Marks.ALIKE)
    merged = merge(page, told(Point(True, "testA"), Point(False, "testB", expected="1", actual="2")))

    assert merged.points == (Point(True, "testA"), Point(False, "testB", expected="1", actual="2"))
    assert notes_in_words(merged)[0] == (
        "the page shows 0 failed of 2, the console 1 failed of 2: the page cannot tell, so the worse of both stands"
    )


def test_counts_of_a_page_that_cannot_tell_are_the_consoles_where_those_are_worse() -> None:
    page = replace(shown(declared=Counts(3, 3)), marks=Marks.ALIKE)
    merged = merge(page, told(Point(False, "testA"), declared=Counts(3, 1, 1, 1)))

    assert merged.counts == Counts(3, 1, 1, 1)
    assert merged.points == (Point(False, "testA"),)
