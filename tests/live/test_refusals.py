"""An obstacle to the observer's writing is found out once, told in words, and never asked about at the keyboard."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from time import monotonic

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy

GOOD = "Modules with passed tests"
RECORDERS = ("tags", "data", "log", "categories")
WRITES = ("tag", "edit", "purge")
Change = Callable[..., None]


def writes(proxy: Proxy) -> Counter[str]:
    return Counter(asked.action for asked in proxy.asked if asked.action in WRITES)


def refuse(code: str, *actions: str, times: int = 999) -> Callable[[Asked], Fault | None]:
    """The API answers such requests with an error, so often."""
    body = json.dumps({"error": {"code": code, "info": "Not you."}})
    left = [times]

    def decide(asked: Asked) -> Fault | None:
        if asked.action not in actions or left[0] <= 0:
            return None
        left[0] -= 1
        return Fault(body=body)

    return decide


def test_many_modules_cost_a_blocked_observer_no_try_each(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    """The block comes after the login: the first refused write finds it, and no recorder tries a second."""
    for number in range(6):
        small.edit(f"Module:M{number}", "return {}")
        small.edit(f"Module:M{number}/testcases", "return { tap = function () return '1..1\\nok 1' end }")
    blocked: list[object] = []

    def block(asked: Asked) -> Fault | None:
        if asked.action in WRITES and not blocked:
            blocked.append(small.post(action="block", user="PickleBot", reason="runs wild"))
        return None

    proxy.fault = block
    run = bot.by_way_of(proxy.api).run("harvest")
    assert run.status == 3
    assert writes(proxy) == {"tag": 1}
    assert run.err.count("PickleBot is blocked by Admin (runs wild)") == 1
    assert run.err.count("event=recording_failed") == len(RECORDERS)
    proxy.asked.clear()
    assert bot.by_way_of(proxy.api).run("harvest").status == 3
    assert writes(proxy) == {}, "a block is known from the login"
    small.post(action="unblock", user="PickleBot", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert len(small.members(GOOD)) == 8


def test_several_blocks_at_once_are_known_from_the_login_as_one_is(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    """The account's and its address's, as of a range that others misuse: then the wiki gives no block's number."""
    hit = ("PickleBot", "127.0.0.1")
    for who in hit:
        small.post(action="block", user=who, reason="runs wild")
    proxy.fault = lambda _: None
    run = bot.by_way_of(proxy.api).run("harvest")
    assert run.status == 3
    assert writes(proxy) == {}
    assert run.err.count("PickleBot is blocked") == 1
    for who in hit:
        small.post(action="unblock", user=who, reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert small.tags("Module:Area") == ["pickle-good"]


def test_a_block_from_a_namespace_costs_one_try_and_keeps_the_log_from_nothing(
    bot: Bot, small: LiveWiki, proxy: Proxy
) -> None:
    proxy.fault = lambda _: None
    only = {"partial": 1, "namespacerestrictions": "828", "allowusertalk": 1}
    small.post(action="block", user="PickleBot", reason="not here", **only)
    run = bot.by_way_of(proxy.api).harvest()
    assert writes(proxy) == {"edit": 2}
    edited = [asked.parameters["title"] for asked in proxy.asked if asked.action == "edit"]
    assert [title.split("/")[:2] for title in edited] == [["User:PickleBot", "Tests"], ["User:PickleBot", "Log"]]
    assert run.err.count("not here") == 2
    assert "recording_failed recorder=log " not in run.err
    assert "recording_failed recorder=data " not in run.err
    small.post(action="unblock", user="PickleBot", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert small.tags("Module:Area") == ["pickle-good"]
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


def test_a_right_that_was_lost_costs_one_try(bot: Bot, small: LiveWiki, proxy: Proxy, change: Change) -> None:
    change(wgRevokePermissions={"bot": {"edit": True}})
    run = bot.by_way_of(proxy.api).harvest()
    assert writes(proxy)["edit"] <= 1
    assert "lacks the right edit" in run.err
    assert small.tags("Module:Area") in ([], ["pickle-good"])


def test_a_read_only_wiki_is_found_out_once(bot: Bot, proxy: Proxy, change: Change) -> None:
    bot.by_way_of(proxy.api).harvest("--only", "Greeting")  # has logged in
    proxy.asked.clear()
    change(wgReadOnly="The house is being moved")
    started = monotonic()
    run = bot.by_way_of(proxy.api).run("harvest", "--deadline", "20")
    assert monotonic() - started < 25
    assert run.status == 3
    assert "The house is being moved" in run.err
    assert sum(writes(proxy).values()) <= 4


@pytest.mark.parametrize("code", ["badtoken", "assertnameduserfailed", "assertuserfailed"])
def test_a_session_that_is_lost_leads_to_one_new_login(bot: Bot, small: LiveWiki, proxy: Proxy, code: str) -> None:
    for number, action in enumerate(WRITES):
        small.edit("Module:Area", f"return {{ square = function ( x ) return {'x * x' if number == 1 else 0} end }}")
        proxy.asked.clear()
        proxy.fault = refuse(code, action, times=1)
        assert "recording_failed" not in bot.by_way_of(proxy.api).harvest().err, action
        logins = Counter(asked.action for asked in proxy.asked)["login"]
        assert logins == (2 if number == 0 else 1), action


@pytest.mark.parametrize("code", ["badtoken", "assertnameduserfailed"])
def test_a_session_that_is_lost_for_good_is_told_of_once_and_transitions_wait(
    bot: Bot, small: LiveWiki, proxy: Proxy, code: str
) -> None:
    proxy.fault = refuse(code, *WRITES)
    run = bot.by_way_of(proxy.api).run("harvest")
    assert run.status == 3
    assert run.err.count("even after a new login") == 1
    assert Counter(asked.action for asked in proxy.asked)["login"] == 2
    assert writes(proxy) == {"tag": 2}
    assert "recording_failed" not in bot.harvest().err
    assert small.tags("Module:Area") == ["pickle-good"]


ODD = ["{}", '{"edit": []}']  # tests/unit/test_exchange.py has more of them


@pytest.mark.parametrize("action", ["login", "tag", "edit", "purge"])
def test_an_odd_answer_at_any_request_of_a_recorder_is_told_in_words(
    bot: Bot, small: LiveWiki, proxy: Proxy, action: str
) -> None:
    for body in ODD:

        def odd(asked: Asked, body: str | bytes = body) -> Fault | None:
            return Fault(body=body) if asked.action == action else None

        proxy.fault = odd
        run = bot.by_way_of(proxy.api).run("harvest", "--deadline", "3")
        assert run.status in (0, 3), (body, run.err)
        assert "as MediaWiki's API" in run.err or "deadline" in run.err, (body, run.err)
    proxy.fault = lambda _: None
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert len(small.log("tag")) == 3


def test_a_wiki_that_wants_a_captcha_is_told_of_and_nobody_is_asked(bot: Bot, small: LiveWiki, change: Change) -> None:
    change(
        extensions=["Scribunto", "ParserFunctions", "ConfirmEdit"],
        wgCaptchaTriggers={"edit": True, "create": True},
        wgRevokePermissions={"bot": {"skipcaptcha": True}, "user": {"skipcaptcha": True}},
    )
    ran = subprocess.run(
        [*bot.command, "harvest"],
        cwd=bot.work,
        env=bot.variables,
        input="42\n" * 20,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in ran.stderr
    assert "the wiki asks for a captcha" in ran.stderr
    assert "skipcaptcha" in ran.stderr
    assert "interrupted" not in ran.stderr
    assert small.members(GOOD) == set()
    assert small.tags("Module:Area") == ["pickle-good"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_that_is_to_come_back_after_the_deadline_is_not_waited_for(
    bot: Bot, small: LiveWiki, proxy: Proxy, status: int
) -> None:
    later = Fault(status=status, headers={"Retry-After": "120"})
    proxy.fault = lambda asked: later if asked.action in WRITES else None
    started = monotonic()
    run = bot.by_way_of(proxy.api).run("harvest", "--deadline", "30")
    assert monotonic() - started < 30
    assert "asks not to be asked again for 120 seconds" in run.err
    assert writes(proxy) == {"tag": 1}
    assert small.log("tag") == []
    assert "recording_failed" not in bot.harvest().err


def test_a_short_wait_that_the_wiki_asks_for_is_waited_for(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    left = [1]

    def once(asked: Asked) -> Fault | None:
        if asked.action != "edit" or not left.pop():
            left[:] = [0]
            return None
        left[:] = [0]
        return Fault(status=503, headers={"Retry-After": "2"})

    proxy.fault = once
    started = monotonic()
    assert "recording_failed" not in bot.by_way_of(proxy.api).harvest().err
    assert monotonic() - started >= 2
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
