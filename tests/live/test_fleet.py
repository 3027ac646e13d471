"""Harvests of many wikis by one command: a fault of one is no trouble of the others."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from picklebot.sandbox.server import free_port
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy


def fleet(bot: Bot, **wikis: str) -> Bot:
    """A bot with nothing but a file of settings, which has a table for each wiki."""
    tables = [f'[wikis.{name}]\nwiki = "{url}"\n' for name, url in wikis.items()]
    (bot.work / "picklebot.toml").write_text("retries = 0\ntimeout = 5\n" + "".join(tables), encoding="utf-8")
    return bot.by_way_of("")


def endings(ran: Any) -> dict[str, str]:  # noqa: ANN401
    return {wiki["name"]: wiki["ending"] for wiki in json.loads(ran.out)["wikis"]}


def test_each_wiki_is_harvested_and_recorded_whatever_the_others_do(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    proxy.fault = lambda _: Fault(status=200, body='{"error": {"code": "readapidenied", "info": "members only"}}')
    farm = fleet(
        bot, dead=f"http://127.0.0.1:{free_port()}/api.php", private=proxy.api, club=small.api, nowhere="nowiki:xx"
    )
    ran = farm.run("harvest", "--all", "--jobs", "3", "--format", "json")
    assert ran.status == 3
    assert endings(ran) == {"dead": "away", "private": "failed", "club": "done", "nowhere": "failed"}
    wikis = {wiki["name"]: wiki for wiki in json.loads(ran.out)["wikis"]}
    assert (wikis["club"]["ran"], wikis["club"]["changed"], wikis["club"]["reason"]) == (3, 3, "")
    assert "refused" in wikis["dead"]["reason"]
    assert "members only" in wikis["private"]["reason"]
    assert len(small.log("tag")) == 3


def test_where_all_went_well_it_ends_with_0_and_tells_it_in_a_table(bot: Bot, small: LiveWiki) -> None:
    ran = fleet(bot, club=small.api).run("harvest", "--all", "--no-record")
    assert ran.status == 0, ran.err
    assert "1 wikis: 1 done" in ran.out
    assert small.log("tag") == []


def test_a_wiki_that_another_harvest_holds_is_left_to_it(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    proxy.fault = lambda asked: Fault(delay=2) if asked.action == "parse" else None
    ran = fleet(bot, club=proxy.api, same=small.api).run(
        "harvest", "--all", "--jobs", "2", "--no-record", "--format", "json"
    )
    assert ran.status == 0, ran.err
    assert sorted(endings(ran).values()) == ["done", "held"]


def test_a_wiki_that_takes_too_long_is_ended_in_good_order(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    proxy.fault = lambda asked: Fault(delay=1.5) if asked.action == "parse" else None
    farm = fleet(bot, slow=proxy.api)
    ran = farm.run("harvest", "--all", "--no-record", "--wiki-deadline", "3", "--format", "json")
    assert endings(ran)["slow"] in ("deadline", "failed")
    proxy.fault = lambda _: None
    assert endings(farm.run("harvest", "--all", "--no-record", "--format", "json")) == {"slow": "done"}
    assert small.api


@pytest.mark.parametrize("arguments", [("--wiki", "http://x/api.php"), ("--diff",)])
def test_all_wikis_are_no_single_one(bot: Bot, arguments: tuple[str, ...]) -> None:
    ran = fleet(bot, club="http://127.0.0.1/api.php").run("harvest", "--all", *arguments)
    assert ran.status == 2
    assert "--all is for all wikis of the settings" in ran.err


def test_without_tables_it_says_how_to_name_wikis(bot: Bot, tmp_path: Path) -> None:
    assert tmp_path
    ran = bot.run("harvest", "--all")
    assert ran.status == 2
    assert "[wikis.NAME]" in ran.err


def test_a_signal_ends_all_of_it_and_begins_no_other(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    came = threading.Event()

    def slow(asked: Asked) -> Fault | None:
        if asked.action != "parse":
            return None
        came.set()
        return Fault(delay=2)

    proxy.fault = slow
    farm = fleet(bot, first=proxy.api, second=small.api)
    process = subprocess.Popen(
        [*farm.command, "harvest", "--all", "--no-record", "--format", "json"],
        cwd=farm.work,
        env=farm.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert came.wait(60)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert {wiki["name"]: wiki["ending"] for wiki in json.loads(out)["wikis"]} == {
        "first": "terminated",
        "second": "terminated",
    }
