"""What is told of a harvest while it goes on."""

from __future__ import annotations

import pytest

from picklebot.cli.progress import shown_progress
from picklebot.cli.tally import Standstill, Tally
from picklebot.model import State


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally(clock: Clock) -> Tally:
    return Tally(clock)


def test_a_suite_that_has_only_begun_does_not_count(tally: Tally) -> None:
    tally.begin(3)
    with tally.waiting_for("Module:A/testcases"):
        assert tally.words() == "0 of 3 done, 0 failed"
    assert tally.done == 0


def test_a_suite_that_has_finished_counts_once_in_its_last_state(tally: Tally) -> None:
    tally.begin(3)
    tally.finished(1, State.FAIL)
    tally.finished(2, State.FAIL)
    tally.finished(2, State.GOOD)
    tally.finished(3, None)
    assert tally.words() == "3 of 3 done, 1 failed"


def test_the_time_that_it_may_take_follows_from_the_suites_that_have_finished(clock: Clock, tally: Tally) -> None:
    tally.begin(10)
    assert tally.words() == "0 of 10 done, 0 failed"
    clock.now += 30
    tally.finished(1, State.GOOD)
    tally.finished(2, State.GOOD)
    assert tally.seconds_left == 120
    assert tally.words() == "2 of 10 done, 0 failed, about 2:00 left"


def test_hours_are_told_as_such(clock: Clock, tally: Tally) -> None:
    tally.begin(2)
    clock.now += 3_725
    tally.finished(1, State.GOOD)
    assert tally.words().endswith("about 1:02:05 left")


def test_a_standstill_names_the_work_that_has_taken_longest(clock: Clock, tally: Tally) -> None:
    tally.begin(2)
    with tally.waiting_for("Module:Slow/testcases"):
        clock.now += 4
        assert "waiting" not in tally.words()
        with tally.waiting_for("Module:Other/testcases"):
            clock.now += 2
            assert tally.standstill == Standstill("Module:Slow/testcases", 6)
    assert tally.standstill is None, "nothing is under way any more"


def test_where_suites_finish_nothing_is_said_to_be_waited_for(clock: Clock, tally: Tally) -> None:
    tally.begin(2)
    with tally.waiting_for("Module:Slow/testcases"):
        clock.now += 6
        tally.finished(1, State.GOOD)
        assert tally.standstill is None
        clock.now += 5
        assert tally.words().endswith("waiting for Module:Slow/testcases for 11 s")


def test_a_title_drives_no_terminal(clock: Clock, tally: Tally) -> None:
    with tally.waiting_for("Module:\x1b[31mA"):
        clock.now += 6
        assert "waiting for Module:" in tally.words()
        assert "\x1b" not in tally.words()


def test_a_log_has_a_line_at_the_beginning_and_one_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        progress.begin(2)
        progress.finished(1, State.FAIL)
        progress.finished(2, State.GOOD)
        progress.end()
    first, last = capsys.readouterr().err.splitlines()
    assert "event=harvest_progressed done=0 suites=2 failed=0" in first
    assert "event=harvest_progressed done=2 suites=2 failed=1" in last


def test_of_a_harvest_with_nothing_to_run_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        progress.begin(0)
        progress.end()
    assert capsys.readouterr().err == ""
