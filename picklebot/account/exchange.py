"""Requests of recorders, sent with pywikibot's session and at its pace: bounded in time, and nobody is asked anything.

pywikibot's own loop waits as long as it is told to, logs in by asking for a password, and takes what it does not
expect for a mistake in the program; its session, cookies and throttle are kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import requests

from picklebot.account.answers import ODD
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError, StoppedError
from picklebot.text.json import read_json
from picklebot.text.redaction import redact, shown_url
from picklebot.wiki.client import (
    LATER,
    LATER_STATUSES,
    NETWORK,
    Answer,
    Parameter,
    encode,
    network_reason,
    not_as_the_api_does,
    retry_after,
)
from picklebot.wiki.retry import GivenUp, Refusal, persist
from picklebot.wiki.target import Target
from picklebot.wiki.transport import LateError, Transport

__all__ = ["READ_ONLY", "Exchange"]

READ_ONLY = "readonly"
# Limits of one kind of write keep nobody from another kind.
_OF_ACCOUNTS = frozenset({"ratelimited", READ_ONLY})
# With pauses that double from a second, longer than the minute after which a wiki forgets its counts.
_RETRIES = 7
# A wiki's description of itself, and an answer that is none, do not change within a minute.
_FEW_RETRIES = 3
# https://www.mediawiki.org/wiki/Manual:Maxlag_parameter, seconds.
_MAX_LAG_SECONDS = 5
_DATABASE = "internal_api_error_DB"

# Before this time (`time.monotonic`) a wiki is not asked, and why; one process makes several observers.
_closed: dict[Target, tuple[float, str]] = {}


class Exchange:
    """Sends requests to one wiki.

    :param transport: with pywikibot's cookies
    :param throttle: pywikibot's for the wiki
    :param deadline: after it nothing is sent any more
    :param before_write: called with the action of all but queries, at the end of the pause in which a machine may fall
        asleep
    """

    def __init__(
        self,
        transport: Transport,
        throttle: Any,  # noqa: ANN401 (pywikibot has no types)
        target: Target,
        deadline: Deadline = NEVER,
        before_write: Callable[[str], None] | None = None,
    ) -> None:
        self._transport = transport
        self._throttle = throttle
        self._target = target
        self._shown = shown_url(target.api)
        self._deadline = deadline
        self._before_write = before_write

    def send(self, parameters: Mapping[str, Parameter], *, write: bool = False) -> Answer:
        """One request's answer; a request that may succeed later is repeated, as long as there is time.

        :raises StoppedError: there is no time left, or the wiki wants not to be asked for longer than one waits
        :raises RecordingError: with the API's code and words, or without a code where there was no answer
        """
        until, words = _closed.get(self._target, (-math.inf, ""))
        if time.monotonic() < until:
            raise StoppedError(words)
        data = encode({"maxlag": _MAX_LAG_SECONDS if write else None, **parameters})

        def attempt() -> Answer | Refusal:
            self._wait_for_turn(write=write)
            if data["action"] != "query" and self._before_write is not None:
                self._before_write(data["action"])
            return self._once(data)

        answer = persist(attempt, self._deadline)
        if isinstance(answer, GivenUp):
            raise self._gave_up(answer)
        return answer

    def pause(self, seconds: float) -> None:
        """Wait before something is tried again.

        :raises StoppedError: there is no time for it
        """
        if seconds >= self._deadline.left:
            raise _late()
        self._deadline.sleep(seconds)

    def _wait_for_turn(self, *, write: bool) -> None:
        """Wait as pywikibot does between two writes, of other processes of this account too."""
        wait = self._throttle.waittime(write=write)
        if self._deadline.over or wait > self._deadline.left:
            raise _late()
        if wait > 0:  # it would sleep through the signal that asks for an end
            self._deadline.sleep(wait)
        if write and self._deadline.ending:
            raise _late()
        self._throttle(write=write)

    def _gave_up(self, given_up: GivenUp) -> RecordingError:
        """The error to raise; a wiki that wants to be left alone for longer than one waits is not asked before."""
        refusal = given_up.refusal
        error = cast(RecordingError, refusal.error)  # all refusals of this module are
        if refusal.wait is not None and (refusal.closed or given_up.late):
            words = (
                f"{self._shown} asks not to be asked again for {math.ceil(refusal.wait)} seconds: the rest waits for"
                " the next harvest"
            )
            _closed[self._target] = time.monotonic() + refusal.wait, words
            return StoppedError(words)
        if refusal.away and not given_up.late:
            return StoppedError(str(error), code=error.code)
        return error

    def _once(self, data: dict[str, str]) -> Answer | Refusal:
        # Tells a wiki with several data centres that any of them will do.
        headers = {"Promise-Non-Write-API-Action": "true"} if data["action"] == "query" else {}
        try:
            response = self._transport.post(self._target.api, data=data, headers=headers)
        except LateError:
            raise _late() from None
        except (requests.RequestException, OSError) as error:
            words = f"no answer from {self._shown}: {redact(network_reason(error))}"
            return Refusal(RecordingError(words), _RETRIES if isinstance(error, NETWORK) else 0, away=True)
        return _read(response, self._shown)


def _read(response: requests.Response, api: str) -> Answer | Refusal:
    """The answer, or the reason why there is none."""
    wait = retry_after(response.headers.get("Retry-After"))
    later = response.status_code in LATER_STATUSES
    try:
        answer, reason = read_json(response.content.decode("utf-8", "replace")), "it is empty, or holds something else"
    except ValueError as no_json:
        answer, reason = None, str(no_json)
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), str):
        code, info = error["code"], str(error.get("info", ""))
        if isinstance(error.get("readonlyreason"), str):
            info = f"{info} {error['readonlyreason']}"
        again = later or code in LATER or code.startswith(_DATABASE)
        retries = _FEW_RETRIES if code == READ_ONLY else _RETRIES if again else 0
        away = again and code not in _OF_ACCOUNTS
        return Refusal(RecordingError(f"{code}: {info}", code=code), retries, wait if again else None, away=away)
    if isinstance(answer, dict) and error is None and response.ok and answer:
        return answer
    words = RecordingError(not_as_the_api_does(api, response, reason), code=ODD)
    if later:
        return Refusal(words, _RETRIES, wait, away=True)
    refused = 400 <= response.status_code < 500  # noqa: PLR2004 (the class of statuses)
    return Refusal(words, 0 if refused else _FEW_RETRIES)


def _late() -> StoppedError:
    return StoppedError("the rest waits: the deadline has come", postponed=True)
