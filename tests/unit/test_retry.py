"""One policy for what is tried again: pauses, and when to give up."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from picklebot.deadline import NEVER, Deadline
from picklebot.errors import WikiUnreachable
from picklebot.wiki.retry import MAX_WAIT_SECONDS, GivenUp, Refusal, keep_at_it, persist
from picklebot.wiki.shape import Answer

AWAY = WikiUnreachable("away")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The length of each pause, in which no time passes."""
    pauses: list[float] = []
    monkeypatch.setattr(Deadline, "sleep", lambda _, seconds: pauses.append(seconds))
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


def answers(*results: Answer | Refusal) -> Callable[[], Answer | Refusal]:
    return iter(results).__next__


def test_an_answer_is_not_asked_for_again(slept: list[float]) -> None:
    assert persist(answers({"query": {}}), NEVER) == {"query": {}}
    assert slept == []


def test_an_empty_answer_is_one(slept: list[float]) -> None:
    assert persist(answers(Refusal(AWAY, 1), {}), NEVER) == {}
    assert len(slept) == 1


def test_pauses_double_and_vary_up_to_little_more_than_a_minute(slept: list[float]) -> None:
    persist(answers(*[Refusal(AWAY, 20, pause=2.0)] * 20, {}), NEVER)
    for number, pause in enumerate(slept[:5]):
        assert 2.0 * 2**number <= pause <= 3.0 * 2**number
    assert max(slept) <= 1.2 * MAX_WAIT_SECONDS


def test_a_pause_that_the_wiki_asks_for_is_kept(slept: list[float]) -> None:
    persist(answers(Refusal(AWAY, 3, wait=7.0), Refusal(AWAY, 3, wait=0.0), {}), NEVER)
    assert 7.0 <= slept[0] <= 8.4
    assert slept[1] == 0.0


def test_it_is_given_up_after_as_many_repetitions_as_the_last_refusal_allows(slept: list[float]) -> None:
    refusals = [Refusal(AWAY, 2), Refusal(AWAY, 2), Refusal(AWAY, 2)]
    given_up = persist(answers(*refusals), NEVER)
    assert given_up == GivenUp(refusals[-1])
    assert len(slept) == 2
    assert persist(answers(Refusal(AWAY)), NEVER) == GivenUp(Refusal(AWAY))


def test_a_wiki_that_asks_for_a_long_time_is_not_waited_for(slept: list[float]) -> None:
    closed = Refusal(AWAY, 3, wait=MAX_WAIT_SECONDS + 1)
    assert persist(answers(closed), NEVER) == GivenUp(closed)
    assert slept == []


def test_no_pause_reaches_beyond_the_deadline(slept: list[float]) -> None:
    refusal = Refusal(AWAY, 3, wait=30.0)
    assert persist(answers(refusal), Deadline.after(20)) == GivenUp(refusal, late=True)
    assert slept == []


def test_what_an_attempt_raises_ends_it(slept: list[float]) -> None:
    def attempt() -> Answer | Refusal:
        if slept:
            raise KeyError("a mistake")
        return Refusal(AWAY, 3)

    with pytest.raises(KeyError, match="a mistake"):
        persist(attempt, NEVER)


def test_what_is_kept_up_pauses_longer_and_longer_until_it_went_well(slept: list[float]) -> None:
    results = iter([False] * 11 + [True, False, False])
    left = [14]

    def attempt() -> bool:
        left[0] -= 1
        return next(results)

    keep_at_it(attempt, lambda: left[0] == 0)
    assert slept == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 1]
