"""A watch: edits are tested and recorded within seconds, and nothing is lost while nobody watches."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator

import pytest

from picklebot.sandbox import Home, Sandbox
from tests.eventstreams import Events
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Fault, proxy_before
from tests.live.watching import Watching, eventually, watching

# Seconds: two or three where nothing else runs on the machine.
SOON = 20

WORSE = "return { square = function () return 0 end }"
BETTER = "return { square = function ( side ) return side * side end }"


@pytest.fixture
def at_rest(bot: Bot) -> Bot:
    """A wiki whose first harvest is done."""
    bot.harvest()
    return bot


def test_an_edit_is_recorded_within_seconds(at_rest: Bot, small: LiveWiki) -> None:
    with watching(at_rest, "--interval", "1") as watch:
        watch.wait_for("watch_started", by="polling")
        small.edit("Module:Area", WORSE)
        assert eventually(lambda: "pickle-fail" in small.tags("Module:Area")) < SOON
        line = watch.wait_for("state_changed", module="Module:Area")
        assert (line["old"], line["new"], line["cause"]) == ("good", "fail", ["Module:Area"])
        small.edit("Module:Area", BETTER)
        watch.wait_for("state_changed", module="Module:Area", old="fail", new="good")
        eventually(lambda: "pickle-good" in small.tags("Module:Area"))
        assert watch.end() == 0
        assert watch.events()[-1] == "watch_stopped"


def test_an_edit_of_a_library_two_levels_below(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Power", "return function ( x ) return x * x end")
    small.edit("Module:Shape", "local power = require( 'Module:Power' ) return { square = power }")
    small.edit("Module:Area", "return require( 'Module:Shape' )")
    with watching(bot, "--interval", "1") as watch:
        watch.wait_for("state_changed", module="Module:Area", old="none", new="good")
        small.edit("Module:Power", "return function ( x ) return x end")
        assert eventually(lambda: "pickle-fail" in small.tags("Module:Area")) < SOON
        assert watch.wait_for("state_changed", module="Module:Area")["cause"] == ["Module:Power"]
        assert watch.wait_for("harvest_finished")["ran"] == 1
        assert watch.end(signal.SIGINT) == 0


def test_a_watch_whose_log_nobody_reads_any_more_ends_in_good_order(at_rest: Bot, small: LiveWiki) -> None:
    command = f"'{at_rest.command[0]}' watch --interval 1 | head -n 1; echo ${{PIPESTATUS[0]}}"
    shell = subprocess.Popen(
        ["bash", "-c", command],
        cwd=at_rest.work,
        env=at_rest.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout
    assert "event=watch_started" in shell.stdout.readline()
    small.edit("Module:Area", WORSE)
    assert shell.communicate(timeout=SOON) == ("0\n", "")


def test_nobody_watched_and_nothing_is_lost(at_rest: Bot, small: LiveWiki) -> None:
    with watching(at_rest) as watch:
        watch.wait_for("watch_started")
        assert watch.end() == 0
    small.edit("Module:Area", WORSE)
    small.edit("Module:New/testcases", "return { tap = function () return '1..1\\nok 1' end }")
    with watching(at_rest) as watch:
        assert watch.wait_for("state_changed", module="Module:Area")["new"] == "fail"
        watch.wait_for("state_changed", module="Module:New/testcases", old="none", new="good")
        eventually(lambda: "pickle-fail" in small.tags("Module:Area"))
        assert watch.end() == 0
    assert len([entry for entry in small.log("tag") if entry["title"] == "Module:Area"]) == 2


def test_where_nothing_happens_a_look_is_one_request_and_nothing_is_written(at_rest: Bot, small: LiveWiki) -> None:
    with watching(at_rest, "--interval", "0.5") as watch:
        watch.wait_for("watch_started")
        small.edit("Project:Nobody depends on it", "text")
        threading.Event().wait(4)  # its first harvest is over
        before, changes = small.requests(), len(small.recent_changes())
        threading.Event().wait(5)
        looks = small.requests() - before - 1  # the question about recent changes is ours
        assert 5 <= looks <= 11
        assert len(small.recent_changes()) == changes
        assert watch.events() == ["watch_started"]
        assert watch.end() == 0


def test_a_second_watch_stands_by_until_the_first_ends(at_rest: Bot, small: LiveWiki) -> None:
    with watching(at_rest, "--interval", "1") as first:
        first.wait_for("watch_started")
        with watching(at_rest, "--interval", "1") as second:
            _second_stands_by(first, second, small)


def _second_stands_by(first: Watching, second: Watching, small: LiveWiki) -> None:
    assert "another" in second.wait_for("watch_waiting")["reason"]
    small.edit("Module:Area", WORSE)
    first.wait_for("state_changed", module="Module:Area")
    assert second.events() == ["watch_waiting"]
    assert first.end() == 0
    second.wait_for("watch_started")
    small.edit("Module:Area", BETTER)
    second.wait_for("state_changed", module="Module:Area", new="good")
    assert second.end() == 0


def test_a_killed_watch_leaves_nothing_behind(at_rest: Bot, small: LiveWiki) -> None:
    with watching(at_rest) as watch:
        watch.wait_for("watch_started")
        watch.end(signal.SIGKILL)
    small.edit("Module:Area", WORSE)
    with watching(at_rest) as watch:
        watch.wait_for("state_changed", module="Module:Area", new="fail")
        assert watch.end() == 0


def test_a_wiki_that_is_away_is_told_once_and_waited_for(at_rest: Bot, small: LiveWiki) -> None:
    with (
        proxy_before(small.api) as proxy,
        watching(at_rest.by_way_of(proxy.api), "--interval", "0.5", "--retries", "0") as watch,
    ):
        watch.wait_for("watch_started")
        threading.Event().wait(1)
        proxy.fault = lambda _: Fault(status=503)
        watch.wait_for("connection_lost")
        small.edit("Module:Area", WORSE)
        threading.Event().wait(6)
        proxy.fault = lambda _: None
        watch.wait_for("connection_restored")
        eventually(lambda: "pickle-fail" in small.tags("Module:Area"))
        assert watch.events().count("connection_lost") == 1
        assert watch.end() == 0


def test_a_wiki_that_forgot_who_logged_in(at_rest: Bot, small: LiveWiki, home: Home) -> None:
    with watching(at_rest, "--interval", "0.5") as watch:
        watch.wait_for("watch_started")
        assert small.sandbox.down()
        Sandbox.up(small.sandbox.name, keep=True, home=home)  # sessions live in the server's memory
        small.token = ""
        small.edit("Module:Area", WORSE)
        eventually(lambda: "pickle-fail" in small.tags("Module:Area"))
        assert "recording_failed" not in watch.events()
        assert watch.end() == 0


def test_without_an_account_the_wiki_is_left_alone(bot: Bot, small: LiveWiki) -> None:
    with watching(bot.as_(None), "--interval", "1", "--no-record") as watch:
        watch.wait_for("state_changed", module="Module:Area", new="good")
        small.edit("Module:Area", WORSE)
        watch.wait_for("state_changed", module="Module:Area", new="fail")
        assert watch.end() == 0
    assert small.log("tag") == []
    assert bot.as_(None).run("watch").status == 2


@pytest.fixture
def events() -> Iterator[Events]:
    running = Events()
    yield running
    running.server.shutdown()


def test_a_stream_says_when_to_ask(at_rest: Bot, small: LiveWiki, events: Events) -> None:
    # Only a stand-in for the service is here; its events were worded after the documented schema.
    with watching(at_rest, "--interval", "600", "--stream", events.url) as watch:
        watch.wait_for("watch_started", by="stream")
        eventually(lambda: events.listeners)
        small.edit("Module:Area", WORSE)
        events.send("Module:Area", server="en.example.org")
        events.send("Project:Something else")
        threading.Event().wait(3)
        assert watch.events() == ["watch_started"]
        events.send("Module:Area")
        assert eventually(lambda: "pickle-fail" in small.tags("Module:Area")) < SOON
        assert watch.end() == 0
