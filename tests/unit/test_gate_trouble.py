"""Whose an error is: the software's, the network's, or nobody's that another try would help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from picklebot.deadline import NEVER
from picklebot.errors import AnswerError, ApiError, NoScribuntoError, WikiError, WikiUnreachable
from picklebot.gate.machine import Faults, _Tries
from picklebot.gate.trouble import Trouble, trouble_of


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ApiError("internal_api_error_TypeError", ""), Trouble.SOFTWARE),
        (ApiError("internal_api_error_Error", ""), Trouble.SOFTWARE),
        (NoScribuntoError("no modules"), Trouble.SOFTWARE),
        (ApiError("internal_api_error_DBQueryError", ""), Trouble.INFRASTRUCTURE),
        (ApiError("internal_api_error_PoolCounterError", ""), Trouble.INFRASTRUCTURE),
        (ApiError("maxlag", ""), Trouble.INFRASTRUCTURE),
        (ApiError("concurrency-limit", ""), Trouble.INFRASTRUCTURE),
        (ApiError("readonly", ""), Trouble.INFRASTRUCTURE),
        (ApiError("ratelimited", ""), Trouble.INFRASTRUCTURE),
        (ApiError("readapidenied", ""), Trouble.LASTING),
        (WikiUnreachable("no answer", cut=True), Trouble.ENDED),
        (AnswerError("a page of HTML", status=500), Trouble.ENDED),
        (AnswerError("a page of HTML", status=503), Trouble.ENDED),
        (AnswerError("a page of HTML", status=429), Trouble.INFRASTRUCTURE),
        (WikiUnreachable("timed out"), Trouble.SILENCE),
        (WikiUnreachable("a certificate for another name", lasting=True), Trouble.LASTING),
        (AnswerError("a login page", status=200), Trouble.FOREIGN),
        (AnswerError("forbidden", status=403), Trouble.LASTING),
        (None, Trouble.LASTING),
    ],
)
def test_errors_are_parted_by_whose_they_are(error: WikiError | None, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


def answering(*answers: bool) -> Callable[[], bool]:
    left = list(answers)
    return lambda: left.pop(0)


def ended(faults: int, *tries: tuple[Trouble, bool], well_before: bool = True) -> bool:
    """Whether tries show that a suite ends its requests by itself; each with whether a control request is answered."""
    state = _Tries(Faults(faults), well=well_before)
    return [state.ended_by_itself(trouble, answering(well)) for trouble, well in tries][-1]


CUT = (Trouble.ENDED, True)


def test_a_suite_ends_its_request_by_itself_where_all_else_is_answered() -> None:
    assert ended(0, CUT)
    assert not ended(0, (Trouble.ENDED, False))
    assert not ended(0, CUT, well_before=False)
    assert ended(0, CUT, CUT, well_before=False)


def test_a_suite_after_which_php_speaks_instead_of_the_api_has_ended_its_request() -> None:
    assert ended(0, (Trouble.FOREIGN, True))
    assert not ended(0, (Trouble.FOREIGN, False)), "a login page answers for every request"
    assert ended(1, (Trouble.FOREIGN, True), CUT, (Trouble.FOREIGN, True))
    assert not Trouble.FOREIGN.passing, "a wiki that is described by a login page is not asked again"


def test_where_other_requests_were_lost_it_has_to_do_so_three_times_in_a_row() -> None:
    assert not ended(1, CUT, CUT)
    assert ended(1, CUT, CUT, CUT)
    assert not ended(1, CUT, CUT, (Trouble.SILENCE, True), CUT)


def test_a_suite_that_alone_gets_no_answer_is_not_waited_for_twice() -> None:
    state = _Tries(Faults())
    for _ in range(2):
        assert not state.ended_by_itself(Trouble.SILENCE, lambda: True)

    assert state.silent_by_itself


def test_requests_that_were_lost_before_a_result_are_the_networks() -> None:
    state = _Tries(faults := Faults())
    state.ended_by_itself(Trouble.ENDED, lambda: True)
    state.came_to_a_result()

    assert faults.count == 1


def test_there_is_no_pause_where_the_machine_is_well() -> None:
    assert _Tries(Faults(), well=True, pause=3600).paused(NEVER)
