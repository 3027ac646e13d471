"""One policy for further tries: how often, after which pauses, and until when.

tenacity keeps count. It is imported with the first failure: most commands have none.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from picklebot.deadline import Deadline
from picklebot.errors import RecordingError, WikiError
from picklebot.wiki.shape import Answer

if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["MAX_WAIT_SECONDS", "GivenUp", "Refusal", "keep_at_it", "persist"]

#: A wiki that asks for a longer pause is not waited for, and not asked before that time either.
MAX_WAIT_SECONDS = 60.0
# Between two tries of work that is tried for as long as it takes.
_MAX_PAUSE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that came to nothing.

    :param retries: how often it may be repeated
    :param wait: how long the wiki asks to wait, seconds
    :param pause: the first pause where it does not ask for a time, seconds; further ones double
    :param away: whether the wiki itself is away or busy, whatever is asked
    """

    error: WikiError | RecordingError
    retries: int = 0
    wait: float | None = None
    pause: float = 1.0
    away: bool = False

    @property
    def closed(self) -> bool:
        """Whether the wiki asks to wait for longer than one waits."""
        return self.wait is not None and self.wait > MAX_WAIT_SECONDS


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The last refusal of a request that is not tried again.

    :param late: whether there was no time left for the pause before a further try
    """

    refusal: Refusal
    late: bool = False


def persist(attempt: Callable[[], Answer | Refusal], deadline: Deadline) -> Answer | GivenUp:
    """Ask until there is an answer, with the pauses that the wiki asks for, or that double and vary.

    Ends where a refusal may not be repeated any more, where the wiki asks to wait for longer than one waits, and where
    the deadline would come within the pause.

    :param attempt: asks once
    """
    first = attempt()
    if not isinstance(first, Refusal):
        return first
    from tenacity import Retrying, retry_if_result  # noqa: PLC0415 (see above)

    had = [first]

    def again() -> Answer | Refusal:
        return had.pop() if had else attempt()

    def stop(state: RetryCallState) -> bool:
        refusal = _refusal(state)
        return refusal.closed or state.attempt_number > refusal.retries or state.upcoming_sleep >= deadline.left

    def give_up(state: RetryCallState) -> GivenUp:
        refusal = _refusal(state)
        late = not refusal.closed and state.attempt_number <= refusal.retries
        return GivenUp(refusal, late)

    def refused(result: object) -> bool:
        return isinstance(result, Refusal)

    policy = Retrying(
        retry=retry_if_result(refused), wait=_pause, stop=stop, sleep=deadline.sleep, retry_error_callback=give_up
    )
    return cast(Answer | GivenUp, policy(again))  # a refusal is repeated, or given up


def keep_at_it(attempt: Callable[[], bool], over: Callable[[], bool]) -> None:
    """Do something again and again, until it is over; pauses double while it fails, up to five minutes.

    :param attempt: does it once; whether it went well, so that pauses begin anew
    """
    from tenacity import Retrying, retry_if_result, wait_exponential  # noqa: PLC0415 (see above)

    def failed(went_well: bool) -> bool:
        return not went_well

    while not over():
        Retrying(
            retry=retry_if_result(failed),
            wait=wait_exponential(max=_MAX_PAUSE_SECONDS),
            stop=lambda _: over(),
            sleep=time.sleep,
            retry_error_callback=lambda _: None,
        )(attempt)


def _refusal(state: RetryCallState) -> Refusal:
    if state.outcome is None:
        raise AssertionError("unreachable: it is asked about after an attempt")
    refusal: Refusal = state.outcome.result()
    return refusal


def _pause(state: RetryCallState) -> float:
    refusal = _refusal(state)
    if refusal.wait is not None:
        return refusal.wait * random.uniform(1.0, 1.2)  # noqa: S311 (jitter, no secret)
    doubled = refusal.pause * 2.0 ** (state.attempt_number - 1) * random.uniform(1.0, 1.5)  # noqa: S311
    return min(doubled, 1.2 * MAX_WAIT_SECONDS)
