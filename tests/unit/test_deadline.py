"""Deadlines: the time that is left, and an earlier end that is asked for while work goes on."""

from __future__ import annotations

import math
import threading
import time

from picklebot.deadline import NEVER, Bell, Deadline


def test_a_deadline_tells_the_time_that_is_left() -> None:
    assert (NEVER.left, NEVER.over, NEVER.ending) == (math.inf, False, False)
    assert 99 < Deadline.after(100).left <= 100
    past = Deadline.after(-1)
    assert (past.left, past.over, past.ending, past.brought_forward) == (0, True, True, False)


def test_a_share_is_a_part_of_the_remaining_time() -> None:
    assert 49 < Deadline.after(100).share(0.5).left <= 50
    assert math.isinf(Deadline.after(None).share(0.5).left)


def test_an_earlier_end_leaves_time_for_work_that_has_begun_and_holds_for_every_share() -> None:
    whole = Deadline.after(1000)
    for each in (whole, whole.share(0.5), Deadline.after(None)):
        (each if math.isinf(each.at) else whole).bring_forward(100)
        assert 99 < each.left <= 100
        assert (each.over, each.ending, each.brought_forward) == (False, True, True)


def test_an_earlier_end_is_never_a_later_one() -> None:
    deadline = Deadline.after(5)
    deadline.bring_forward(100)
    assert deadline.left <= 5
    deadline.bring_forward(1)
    deadline.bring_forward(100)
    assert deadline.left <= 1


def test_one_deadline_that_is_brought_forward_leaves_others_alone() -> None:
    Deadline.after(None).bring_forward(0)
    assert not Deadline.after(None).ending
    assert not NEVER.ending


def test_all_who_sleep_wake_when_the_end_comes_earlier() -> None:
    deadline = Deadline.after(None)
    sleepers = [threading.Thread(target=deadline.share(1).sleep, args=(60,)) for _ in range(3)]
    began = time.monotonic()
    for sleeper in sleepers:
        sleeper.start()
    deadline.bring_forward(0)
    for sleeper in sleepers:
        sleeper.join(30)
    assert time.monotonic() - began < 30


def test_a_pause_after_that_takes_its_time_until_the_end() -> None:
    deadline = Deadline.after(None)
    deadline.bring_forward(0.05)
    began = time.monotonic()
    deadline.sleep(0.02)
    assert time.monotonic() - began >= 0.02
    deadline.sleep(60)
    assert time.monotonic() - began < 30


def test_a_bell_that_has_rung_keeps_nobody_waiting() -> None:
    bell = Bell()
    began = time.monotonic()
    bell.wait(0.02)
    assert time.monotonic() - began >= 0.02
    bell.ring()
    for _ in range(3):
        bell.wait(60)
    assert time.monotonic() - began < 30
