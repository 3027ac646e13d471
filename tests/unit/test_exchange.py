"""Requests of recorders are repeated where that can help, in bounded time, and every end of theirs is in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import requests

from picklebot.account import exchange as module
from picklebot.account.account import LOGIN_FAILED, Account, Session
from picklebot.account.exchange import Exchange
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError, StoppedError
from picklebot.wiki.target import Target
from picklebot.wiki.transport import Transport

API = "http://wiki.invalid/api.php"
GOOD_USER = {"userinfo": {"id": 7, "name": "Bot", "rights": ["edit"]}, "tokens": {"csrftoken": "abc+\\"}}
NOBODY = {"userinfo": {"id": 0, "name": "127.0.0.1", "anon": True}, "tokens": {"csrftoken": "+\\"}}


def response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    made.headers.update(headers or {})
    return made


def error(code: str) -> requests.Response:
    return response({"error": {"code": code, "info": "Not you."}})


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Throttle:
    """pywikibot's, as far as it is used."""

    def __init__(self, wait: float = 0.0) -> None:
        self.wait = wait

    def waittime(self, *, write: bool) -> float:
        return self.wait if write else 0.0

    def __call__(self, *, write: bool) -> None:
        assert self.waittime(write=write) == 0.0, "nobody waits longer than there is time"


@dataclass
class Wire:
    """Answers as told, in order, the last one for ever; is the transport."""

    answers: list[requests.Response | Exception]
    sent: list[dict[str, str]] = field(default_factory=list)

    def post(self, _: str, *, data: dict[str, str], headers: Mapping[str, str]) -> requests.Response:
        assert headers is not None
        self.sent.append(data)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock.monotonic)
    monkeypatch.setattr(Deadline, "sleep", lambda _, seconds: clock.sleep(seconds))
    monkeypatch.setattr("time.sleep", clock.sleep)
    monkeypatch.setattr(module, "_closed", {})
    return clock


def exchange(wire: Wire, deadline: Deadline = NEVER, throttle: object = None) -> Exchange:
    return Exchange(cast(Transport, wire), throttle or Throttle(), Target(API), deadline)


def ask(*answers: requests.Response | Exception, deadline: Deadline = NEVER) -> tuple[Any, Wire]:
    wire = Wire(list(answers))
    return exchange(wire, deadline).send({"action": "query"}), wire


@pytest.mark.parametrize("code", ["maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"])
def test_what_may_pass_by_itself_is_repeated(code: str) -> None:
    answer, wire = ask(error(code), error(code), response({"query": {}}))
    assert answer == {"query": {}}
    assert len(wire.sent) == 3


@pytest.mark.parametrize(
    ("answer", "tries", "words"),
    [
        (requests.ConnectionError("connection refused"), 8, "no answer from .*connection refused"),
        (response(b"<h1>Bad gateway</h1>", 502), 8, "status 502.*Bad gateway"),
        (response(b"<h1>Forbidden</h1>", 403), 1, "status 403.*Forbidden"),
        (error("readonly"), 4, "readonly: Not you"),
        (error("ratelimited"), 8, "ratelimited: Not you"),
        (error("protectedpage"), 1, "protectedpage: Not you"),
        (response(b"<h1>Welcome</h1>"), 4, "does not answer as MediaWiki's API does"),
        (response(b""), 4, "does not answer as"),
        (response({}), 4, "does not answer as"),
        (response([]), 4, "does not answer as"),
        (response("edit"), 4, "does not answer as"),
        (response(None), 4, "does not answer as"),
        (response({"error": "no"}), 4, "does not answer as"),
        (response({"error": {}}), 4, "does not answer as"),
        (response({"error": {"code": 7}}), 4, "does not answer as"),
        (response(b"[" * 100_000), 4, "does not answer as"),
        (response(bytes(range(256))), 4, "does not answer as"),
    ],
)
def test_what_does_not_pass_ends_in_words(answer: requests.Response | Exception, tries: int, words: str) -> None:
    wire = Wire([answer])
    with pytest.raises(RecordingError, match=words):
        exchange(wire).send({"action": "edit"}, write=True)
    assert len(wire.sent) == tries


def test_it_waits_as_long_as_the_wiki_asks_it_to(clock: Clock) -> None:
    ask(response(b"", 429, {"Retry-After": "5"}), response({"query": {}}))
    (wait,) = clock.waits
    assert 5 <= wait <= 6  # all who were sent away do not come back at once


@pytest.mark.parametrize(("wait", "left"), [("120", 40.0), ("30", 20.0), ("120", None), ("3600", None)])
def test_a_longer_wait_than_there_is_time_for_ends_the_work_and_is_heeded(
    clock: Clock, wait: str, left: float | None
) -> None:
    wire = Wire([response(b"", 503, {"Retry-After": wait}), response({"query": {}})])
    with pytest.raises(StoppedError, match=f"again for {wait} seconds") as raised:
        exchange(wire, Deadline.after(left)).send({"action": "tag"}, write=True)
    assert raised.value.everywhere
    assert clock.waits == []
    clock.now += 5
    with pytest.raises(StoppedError, match=f"again for {wait} seconds"):  # the same words are told once
        exchange(wire).send({"action": "query"})
    assert len(wire.sent) == 1
    clock.now += int(wait)
    assert exchange(wire).send({"action": "query"}) == {"query": {}}


def test_pauses_end_with_the_deadline(clock: Clock) -> None:
    with pytest.raises(RecordingError, match="status 502"):
        ask(response(b"", 502), deadline=Deadline.after(10))
    assert clock.now < 1010


def test_the_pause_between_two_writes_ends_with_the_deadline_too() -> None:
    wire = Wire([response({"edit": {}})])
    with pytest.raises(StoppedError, match="deadline") as raised:
        exchange(wire, Deadline.after(5), Throttle(10.0)).send({"action": "edit"}, write=True)
    assert raised.value.postponed
    assert wire.sent == []


def test_there_is_a_pause_only_where_there_is_time_for_more_than_that(clock: Clock) -> None:
    waiting = exchange(Wire([response({})]), Deadline.after(5))
    waiting.pause(3)
    assert clock.waits == [3]
    with pytest.raises(StoppedError, match="deadline"):
        waiting.pause(2)
    assert clock.waits == [3]


def test_a_wiki_whose_servers_lag_takes_no_write() -> None:
    wire = Wire([response({"edit": {}})])
    exchange(wire).send({"action": "edit"}, write=True)
    exchange(wire).send({"action": "query"})
    assert [sent.get("maxlag") for sent in wire.sent] == ["5", None]


def test_an_error_of_the_api_may_say_how_long_to_wait_where_it_passes_by_itself(clock: Clock) -> None:
    limited = error("ratelimited")
    limited.headers["Retry-After"] = "5"
    ask(limited, response({"query": {}}))
    (wait,) = clock.waits
    assert 5 <= wait <= 6
    protected = error("protectedpage")
    protected.headers["Retry-After"] = "5"
    with pytest.raises(RecordingError, match="protectedpage") as raised:
        ask(protected)
    assert not isinstance(raised.value, StoppedError)


class Jar:
    """pywikibot's cookies."""

    cleared = 0
    saved = 0

    def load(self, user: str, *, ignore_discard: bool) -> None:
        assert (user, ignore_discard) == ("Bot", True)

    def clear(self) -> None:
        self.cleared += 1

    def save(self, *, ignore_discard: bool) -> None:
        assert ignore_discard
        self.saved += 1


TOKEN = response({"query": {"tokens": {"logintoken": "123+\\"}}})
TAKEN = response({"login": {"result": "Success"}})
KNOWN = response({"query": GOOD_USER})
UNKNOWN = response({"query": NOBODY})
ACCOUNT = Account("Bot@app", "secret")


def session(*answers: requests.Response, account: Account = ACCOUNT) -> tuple[Session, Wire]:
    wire = Wire(list(answers))
    return Session(exchange(wire), account, Jar()), wire


def test_a_live_session_is_used_again() -> None:
    found, wire = session(KNOWN)
    assert len(wire.sent) == 1
    assert found.has_right("edit")
    assert not found.has_right("delete")


def test_a_user_name_begins_with_the_capital_of_the_wiki() -> None:
    turkish = {"i": "İ"}
    assert Account("i_bot@app", "secret", lambda letter: turkish.get(letter, letter.upper())).name == "İ bot"
    assert Account("i_bot@app", "secret").name == "I bot"
    assert Account("@app", "secret").name == ""


def test_a_login_takes_four_requests() -> None:
    _, wire = session(UNKNOWN, TOKEN, TAKEN, KNOWN)
    assert [sent["action"] for sent in wire.sent] == ["query", "query", "login", "query"]
    assert wire.sent[2]["lgname"] == "Bot@app"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"login": {"result": "Failed", "reason": "Incorrect username or password."}}, "Incorrect username"),
        ({"login": {"result": "Throttled", "wait": 300}}, "Throttled; try again in 300 seconds"),
        ({"login": {"result": "Aborted", "reason": {"text": "You are blocked."}}}, "You are blocked"),
        ({"login": {"result": "WrongToken"}}, "WrongToken"),
        ({"login": {}}, "not as MediaWiki's API answers"),
        ({"error": {"code": "badtoken", "info": "Invalid token"}}, "badtoken"),
    ],
)
def test_why_a_login_is_refused_is_told(answer: object, words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        session(UNKNOWN, TOKEN, response(answer), TOKEN, response(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": "FAIL", "message": "The password is wrong."}, "The password is wrong"),
        (
            {"status": "UI", "message": "Enter the code.", "requests": []},
            "Enter the code.*a captcha or a second factor",
        ),
        ({"status": "REDIRECT", "redirecttarget": "https://sso.example.org"}, "REDIRECT"),
    ],
)
def test_a_login_that_asks_for_more_is_told_of_and_asks_nobody(answer: object, words: str) -> None:
    with pytest.raises(StoppedError, match=words) as raised:
        session(UNKNOWN, TOKEN, response({"clientlogin": answer}), account=Account("Bot", "secret"))
    assert raised.value.code == LOGIN_FAILED
    assert "bot password" in str(raised.value) or "FAIL" in str(answer)


def test_a_wiki_that_keeps_no_session_is_told_of() -> None:
    with pytest.raises(StoppedError, match="are cookies lost"):
        session(UNKNOWN, TOKEN, TAKEN, UNKNOWN)


@pytest.mark.parametrize("code", ["badtoken", "assertnameduserfailed", "assertuserfailed", "notloggedin"])
@pytest.mark.parametrize("write", [True, False])
def test_a_lost_session_leads_to_one_new_login(code: str, write: bool) -> None:
    found, wire = session(KNOWN, error(code), TOKEN, TAKEN, KNOWN, response({"purge": []}))
    assert found.ask(write=write, action="purge") == {"purge": []}
    assert [sent["action"] for sent in wire.sent] == ["query", "purge", "query", "login", "query", "purge"]
    found, wire = session(KNOWN, error(code), TOKEN, TAKEN, KNOWN, error(code))
    with pytest.raises(StoppedError, match="even after a new login"):
        found.ask(write=write, action="purge")
    assert len(wire.sent) == 6


def test_without_a_token_nothing_is_written() -> None:
    no_token = response({"query": {**GOOD_USER, "tokens": {"csrftoken": "+\\"}}})
    found, wire = session(no_token, no_token)
    with pytest.raises(StoppedError, match="no token to write with"):
        found.ask(write=True, action="edit")
    assert {sent["action"] for sent in wire.sent} == {"query"}
