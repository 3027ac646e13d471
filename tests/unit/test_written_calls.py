"""Which call's verdict counts: the strategy's own, or one that an editor wrote down."""

from __future__ import annotations

import pytest

from picklebot.evaluation.written_calls import ran_tests, written_call_counts
from picklebot.model import Call, ErrorKind, Origin, Plan, Point, Report, SuiteError
from picklebot.reports.states import state_of

PASSED = Report("tap", (Point(ok=True),))
FAILED = Report("tap", (Point(ok=False),))
SKIPPED = Report("tap", plan=Plan(0, skip_all=True))
NONE_RUN = Report("tap")
PROSE = Report("")
DIED = Report("", error=SuiteError(ErrorKind.SCRIPT, "attempt to index a nil value"))
OUT_OF_TIME = Report("", error=SuiteError(ErrorKind.TIME, "the time is over"))
BROKEN_OFF = Report("tap", (Point(ok=True),), error=SuiteError(ErrorKind.BAIL_OUT, "no database"))
BOTH = [Origin.DOCUMENTATION, Origin.TALK]


def counts(own: Report, written: Report, origin: Origin, *, same: bool = True) -> bool:
    ours, theirs = Call("run"), Call("run" if same else "show", ("x=1",))
    return written_call_counts((ours, own, state_of(own)[0]), (theirs, written, state_of(written)[0]), origin)


@pytest.mark.parametrize("own", [PASSED, FAILED, SKIPPED, BROKEN_OFF])
@pytest.mark.parametrize("written", [PASSED, FAILED])
@pytest.mark.parametrize("origin", BOTH)
def test_a_call_of_the_strategy_that_runs_tests_always_counts(own: Report, written: Report, origin: Origin) -> None:
    assert ran_tests(own, state_of(own)[0])
    assert not counts(own, written, origin)
    assert not counts(own, written, origin, same=False)


@pytest.mark.parametrize("own", [NONE_RUN, PROSE])
@pytest.mark.parametrize("written", [PASSED, FAILED])
@pytest.mark.parametrize("origin", BOTH)
def test_where_it_runs_none_a_written_call_that_does_counts(own: Report, written: Report, origin: Origin) -> None:
    assert counts(own, written, origin)
    assert counts(own, written, origin, same=False)


@pytest.mark.parametrize("origin", BOTH)
@pytest.mark.parametrize("own", [DIED, OUT_OF_TIME])
def test_what_died_is_not_mended_by_another_function(own: Report, origin: Origin) -> None:
    assert not counts(own, PASSED, origin, same=False)


@pytest.mark.parametrize("own", [DIED, OUT_OF_TIME])
def test_what_died_may_need_the_arguments_that_its_documentation_gives(own: Report) -> None:
    assert counts(own, PASSED, Origin.DOCUMENTATION)


@pytest.mark.parametrize("own", [DIED, OUT_OF_TIME])
def test_no_call_on_a_talk_page_hides_an_error_of_the_strategys_own(own: Report) -> None:
    assert not counts(own, PASSED, Origin.TALK)


@pytest.mark.parametrize("written", [PROSE, DIED, NONE_RUN])
def test_on_a_talk_page_only_a_call_that_runs_tests_counts(written: Report) -> None:
    assert not any(counts(own, written, Origin.TALK) for own in (NONE_RUN, PROSE, DIED))


def test_of_two_calls_that_run_no_test_the_documented_counts_if_it_says_as_much() -> None:
    assert counts(PROSE, DIED, Origin.DOCUMENTATION)
    assert counts(PROSE, NONE_RUN, Origin.DOCUMENTATION)
    assert not counts(NONE_RUN, PROSE, Origin.DOCUMENTATION)
