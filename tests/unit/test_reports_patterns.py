"""The format ``patterns``: reports that a strategy's own patterns describe."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Counts, Directive, ErrorKind, State
from picklebot.reports.limits import (
    MAX_MATCH_BYTES,
    MAX_MATCHES,
    MAX_NOTABLE_POINTS,
    MAX_NOTES,
    MAX_POINTS,
    MAX_REPORT_CHARACTERS,
    MAX_TEXT_CHARACTERS,
)
from picklebot.reports.patterns import CountPattern, Patterns, PointPattern, parse_patterns
from picklebot.reports.states import state_of
from tests.factories import notes_in_words

PASS = PointPattern(re2.compile(r"(?m)^PASS: (?P<name>.*)$"), ok=True)
FAIL = PointPattern(re2.compile(r"(?m)^FAIL: (?P<name>[^(\n]*)(?:\((?P<actual>.*) for (?P<expected>.*)\))?$"), ok=False)
LATER = PointPattern(re2.compile(r"(?m)^LATER: (?P<name>.*)$"), ok=False, directive=Directive.TODO)
LEFT_OUT = PointPattern(re2.compile(r"(?m)^LEFT OUT: (?P<name>.*)$"), ok=True, directive=Directive.SKIP)
HEADLINE = CountPattern(re2.compile(r"(?P<failed>\d+) of (?P<total>\d+) went wrong"))
ALL = Patterns([PASS, FAIL, LATER, LEFT_OUT], [HEADLINE], [re2.compile("nothing to test")])


def counted(*patterns: str) -> Patterns:
    return Patterns(counts=[CountPattern(re2.compile(pattern)) for pattern in patterns])


def state(text: str, patterns: Patterns = ALL) -> State:
    return state_of(parse_patterns(text, patterns))[0]


def test_points_stand_in_the_order_of_the_report_whatever_the_order_of_the_patterns() -> None:
    report = parse_patterns("FAIL: b\nLATER: c\nPASS: a\nLEFT OUT: d\n", ALL)
    assert [point.description for point in report.points] == ["b", "c", "a", "d"]
    assert report.counts == Counts(total=4, passed=1, failed=1, skipped=1, todo=1)
    assert report.format == "patterns"
    assert report.declared is None


def test_groups_say_what_was_expected_and_what_came() -> None:
    (point,) = parse_patterns("FAIL: sum (4 for 5)\n", ALL).points
    assert (point.description, point.expected, point.actual, point.message) == ("sum", "5", "4", None)


def test_a_point_without_a_name_is_called_by_what_matched() -> None:
    (point,) = parse_patterns("FAIL: \n", ALL).points
    assert point.description == "FAIL:"
    (point,) = parse_patterns("all well", Patterns([PointPattern(re2.compile("well"), ok=True)])).points
    assert point.description == "well"


def test_what_no_pattern_finds_is_no_report() -> None:
    for text in ("", "PASSED", "<p>nothing", "x" * 100_000):
        assert parse_patterns(text, ALL).format == ""
        assert state(text) is State.UNKNOWN


def test_what_says_that_no_test_ran_is_a_report_without_points() -> None:
    assert state("there is nothing to test here") is State.PENDING


def test_of_overlapping_patterns_the_first_in_the_strategy_has_the_text() -> None:
    inner = PointPattern(re2.compile("b"), ok=False)
    outer = PointPattern(re2.compile("abc"), ok=True)
    assert parse_patterns("abc abc", Patterns([inner, outer])).counts == Counts(total=2, failed=2)
    assert parse_patterns("abc abc", Patterns([outer, inner])).counts == Counts(total=2, passed=2)
    side = PointPattern(re2.compile("cd"), ok=False)
    assert parse_patterns("abcd", Patterns([outer, side])).counts == Counts(total=1, passed=1)


def test_a_match_of_nothing_is_no_point() -> None:
    empty = Patterns([PointPattern(re2.compile("x*"), ok=True), PointPattern(re2.compile(r"\b"), ok=False)])
    assert parse_patterns("a xx b", empty).counts == Counts(total=1, passed=1)
    assert parse_patterns("a b", empty).format == ""


def test_a_headline_alone_gives_the_counts() -> None:
    report = parse_patterns("3 of 10 went wrong", ALL)
    assert report.counts == Counts(total=10, passed=7, failed=3)
    assert state("3 of 10 went wrong") is State.FAIL
    assert state("0 of 10 went wrong") is State.GOOD
    assert state("0 of 0 went wrong") is State.PENDING


def test_what_a_headline_leaves_open() -> None:
    cases = {
        r"(?P<passed>\d+) passed": ("5 passed", Counts(total=5, passed=5)),
        r"(?P<failed>\d+) failed": ("2 failed", Counts(total=2, failed=2)),
        r"(?P<total>\d+) tests": ("5 tests", Counts(total=5, passed=5)),
        r"(?P<passed>\d+)/(?P<total>\d+)": ("3/5", Counts(total=5, passed=3, failed=2)),
        r"(?P<passed>\d+)/(?P<total>\d+), (?P<skipped>\d+) left out": (
            "3/5, 2 left out",
            Counts(total=5, passed=3, skipped=2),
        ),
        r"(?P<passed>\d+) good, (?P<todo>\d+) later": ("4 good, 1 later", Counts(total=5, passed=4, todo=1)),
        r"(?P<passed>\d+) good(?:, (?P<failed>\d+) bad)?": ("4 good", Counts(total=4, passed=4)),
    }
    for pattern, (text, counts) in cases.items():
        assert parse_patterns(text, counted(pattern)).counts == counts, pattern


def test_the_first_headline_with_a_number_counts() -> None:
    two = counted(r"all(?: (?P<passed>\d+))? passed", r"(?P<failed>\d+) failed")
    assert parse_patterns("all passed, 2 failed", two).counts == Counts(total=2, failed=2)
    assert parse_patterns("all 3 passed, 2 failed", two).counts == Counts(total=3, passed=3)
    assert parse_patterns("all passed", two).format == ""


def test_numbers_may_be_of_any_script_and_part_their_thousands() -> None:
    tests = counted(r"(?P<passed>[\p{Nd},.\x{a0}]+) tests")
    for text in ("1,234 tests", "১২৩৪ tests", "१,२३४ tests", "1.234 tests", "1\u00a0234 tests", "001234 tests"):
        assert parse_patterns(text, tests).counts.total == 1234, text


def test_a_number_beyond_belief_is_not_taken_for_nothing() -> None:
    report = parse_patterns(f"{'9' * 5000} of 10 went wrong", ALL)
    assert report.counts.failed == 10**9
    assert state_of(report)[0] is State.FAIL


def test_where_headline_and_points_disagree_the_worse_stands_and_a_note_says_so() -> None:
    report = parse_patterns("0 of 2 went wrong\nPASS: a\nFAIL: b\n", ALL)
    assert report.counts == Counts(total=2, passed=1, failed=1)
    assert notes_in_words(report) == ("the headline counts 0 failed, the points 1",)
    assert state_of(report)[0] is State.FAIL
    report = parse_patterns("2 of 3 went wrong\nPASS: a\nPASS: b\n", ALL)
    assert report.counts == Counts(total=3, passed=1, failed=2)
    assert len(report.notes) == 2
    assert state_of(report)[0] is State.FAIL
    assert parse_patterns("1 of 2 went wrong\nPASS: a\nFAIL: b\n", ALL).notes == ()


def test_a_headline_that_contradicts_itself_is_not_good() -> None:
    tests = counted(r"(?P<total>\d+) tests, (?P<passed>\d+) passed, (?P<failed>\d+) failed")
    assert state("3 tests, 5 passed, 0 failed", tests) is State.UNKNOWN
    assert state("9 tests, 5 passed, 0 failed", tests) is State.UNKNOWN
    assert state("3 tests, 1 passed, 7 failed", tests) is State.FAIL


def test_half_surrogates_which_no_utf_8_can_hold_are_read_over() -> None:
    report = parse_patterns("PASS: \ud800 a\nFAIL: \udfff\n", ALL)
    assert report.counts == Counts(total=2, passed=1, failed=1)


def test_all_points_count_and_those_of_note_are_kept_first() -> None:
    report = parse_patterns("PASS: a\n" * (MAX_POINTS + 5) + "FAIL: z\n" * (MAX_NOTABLE_POINTS + 5), ALL)
    total = MAX_POINTS + MAX_NOTABLE_POINTS + 10
    assert report.counts == Counts(total=total, passed=MAX_POINTS + 5, failed=MAX_NOTABLE_POINTS + 5)
    assert len(report.points) == MAX_POINTS + MAX_NOTABLE_POINTS
    assert notes_in_words(report) == (f"{len(report.points)} of {total} points are kept",)
    assert state_of(report)[0] is State.FAIL


def test_a_report_that_is_not_read_to_its_end_fails() -> None:
    report = parse_patterns("PASS: a\n" + "x" * MAX_REPORT_CHARACTERS + "\nFAIL: b\n", ALL)
    assert report.error is not None
    assert report.error.kind is ErrorKind.OUTPUT
    report = parse_patterns("PASS: a\n" * (MAX_MATCHES + 1), ALL)
    assert report.error is not None
    assert report.error.kind is ErrorKind.OUTPUT
    assert parse_patterns("PASS: a\n" * MAX_MATCHES, ALL).error is None


def test_the_work_is_bounded_where_every_search_goes_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each search is linear, all together take the square of the text: so count the bytes that are gone through."""
    monkeypatch.setattr("picklebot.reports.patterns.MAX_MATCH_BYTES", 100)
    monkeypatch.setattr("picklebot.reports.patterns.MAX_MATCHES", 500)
    through = []

    class Counting:
        pattern = re2.compile(r"(?s)x(?:.*y)?")

        def search(self, data: bytes, start: int, end: int) -> object:
            through.append(end - start)
            return self.pattern.search(data, start, end)

    for size in (10_000, 20_000, 40_000):
        through.clear()
        parse_patterns("x" * size, Patterns([PointPattern(Counting(), ok=True)]))
        assert len(through) == 501
        assert max(through) == 200
        through.clear()
        parse_patterns("z" * size, Patterns([PointPattern(Counting(), ok=True)]))
        assert sum(through) <= 2 * size


def test_a_match_is_found_wherever_it_stands() -> None:
    long = PointPattern(re2.compile(r"<(?P<name>[a-z]+)>"), ok=False)
    for start in range(MAX_MATCH_BYTES - 20, MAX_MATCH_BYTES + 20):
        text = " " * start + f"<{'a' * (MAX_MATCH_BYTES - 2)}>" + "é" * MAX_MATCH_BYTES + "<b>"
        assert parse_patterns(text, Patterns([long])).counts.failed == 2


def test_the_end_of_a_stretch_is_no_end_of_a_line_or_a_word() -> None:
    ends = Patterns([PointPattern(re2.compile(r"x(?:$|\b)"), ok=False)])
    text = "x" * (5 * MAX_MATCH_BYTES)
    (point,) = parse_patterns(text, ends).points
    assert point.description == "x"
    begins = Patterns([PointPattern(re2.compile(r"^x"), ok=False)])
    assert parse_patterns(text, begins).counts.total == 1


kinds_of_points = ["PASS: ", "FAIL: ", "LATER: ", "LEFT OUT: "]
words = st.sampled_from([*kinds_of_points, "a", "\n", " ", "(1 for 2)", "3 of 4 went wrong", "\ud800", "é", "٣", "0"])


@given(st.lists(words | st.text(st.characters(), max_size=5), max_size=60).map("".join))
def test_whatever_a_report_holds_nothing_is_raised_and_the_counts_hold(text: str) -> None:
    report = parse_patterns(text, ALL)
    state_of(report)
    counts = report.counts
    assert min(counts.total, counts.passed, counts.failed, counts.skipped, counts.todo) >= 0
    assert counts.total >= len(report.points)
    assert counts.failed >= sum(point.failed for point in report.points)
    assert counts.passed + counts.failed + counts.skipped + counts.todo == counts.total
    assert len(report.notes) <= MAX_NOTES + 2
    assert all(len(point.description) <= MAX_TEXT_CHARACTERS for point in report.points)


@given(st.lists(st.sampled_from(["PASS", "FAIL", "LATER", "LEFT OUT"]), max_size=30))
def test_every_line_is_a_point(kinds: list[str]) -> None:
    counts = parse_patterns("".join(f"{kind}: x\n" for kind in kinds), ALL).counts
    assert (counts.passed, counts.failed, counts.todo, counts.skipped) == tuple(
        map(kinds.count, ("PASS", "FAIL", "LATER", "LEFT OUT"))
    )
