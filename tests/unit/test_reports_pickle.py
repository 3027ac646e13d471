"""Properties of the parser of Pickle's reports; single cases are files below tests/corpus/pickle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import ErrorKind, State
from picklebot.reports import limits
from picklebot.reports.pickle import parse_pickle
from picklebot.reports.states import state_of

PARTS = st.sampled_from(
    [
        *(
            "ok 0 Describe X",
            "not ok 0 It a",
            "ok 1 It b ",
            "not ok 1 Context c",
            "ok 2 # skip xit",
            "not ok 2 It # skip ",
        ),
        *("ok 3 # todo", "not ok 3 (nei) It (Det) d", "ok", "not", "#", "(", "It", "\n", " ", "TAP version 13", "1..3"),
    ],
)


@given(st.text() | st.lists(PARTS | st.text(max_size=8)).map(" ".join))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    report = parse_pickle(text)

    state, _ = state_of(report)
    if not report.format:
        assert state is State.UNKNOWN
    if state is State.GOOD:
        assert all(point.ok for point in report.points)
        assert report.points


@given(st.lists(st.booleans(), min_size=1))
def test_each_test_is_a_point(results: list[bool]) -> None:
    lines = [f"{'ok' if all(results) else 'not ok'} 0 Describe X"]
    lines += [f"{'ok' if ok else 'not ok'} {number} It {number} " for number, ok in enumerate(results, start=1)]

    report = parse_pickle(" ".join(lines))

    assert [point.ok for point in report.points] == results
    assert state_of(report)[0] is (State.GOOD if all(results) else State.FAIL)


def test_tests_that_are_not_kept_count() -> None:
    count = limits.MAX_POINTS + 10
    tests = " ".join(f"ok {number} It works " for number in range(1, count))

    report = parse_pickle(f"not ok 0 Describe X {tests} not ok {count} It fails ")

    assert len(report.points) == limits.MAX_POINTS + 1
    assert report.counts.total == count
    assert report.counts.failed == 1
    assert state_of(report)[0] is State.FAIL


def test_a_report_that_is_not_read_to_its_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.reports.pickle.MAX_REPORT_CHARACTERS", 40)

    report = parse_pickle("ok 0 Describe X ok 1 It a  ok 2 It b  ok 3 It c ")

    assert report.error is not None
    assert report.error.kind is ErrorKind.OUTPUT
