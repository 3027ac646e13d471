"""Queries of the store: the story of a module, and how a wiki stands."""

from __future__ import annotations

import re

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

BROKEN = "return { square = function ( side ) return side + side end }"
WAITING = {"tags": 3, "data": 3, "log": 3, "categories": 3}


def test_a_module_has_a_story(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    old = small.revision("Module:Area")
    new = small.edit("Module:Area", BROKEN)
    bot.harvest()

    before = small.requests()
    told = bot.run("history", "Area", "--format", "json").document
    assert small.requests() == before + 1
    assert (told["title"], told["state"], told["previous_state"]) == ("Module:Area", "fail", "good")
    latest, first = told["transitions"]
    assert (first["old"], first["new"], first["cause"]) == (None, "good", None)
    assert (latest["old"], latest["new"], latest["revision"]) == ("good", "fail", new)
    (page,) = latest["cause"]["pages"]
    assert (page["title"], page["old"], page["new"], page["user"]) == ("Module:Area", old, new, "Admin")
    assert page["diff"] == f"{small.api.removesuffix('api.php')}index.php?oldid={old}&diff={new}"
    assert set(latest["recorded"]) == {"tags", "data", "log", "categories"}
    assert latest["waits_for"] == []
    assert small.log("tag", letitle="Module:Area")[0]["comment"].partition(" [")[2].startswith(f"{latest['token']} ")
    (suite,) = told["suites"]
    assert (suite["tester"], suite["state"], suite["points"]["failed"]) == ("Module:Area/testcases", "fail", 1)
    assert [run["state"] for run in suite["runs"]] == ["fail", "good"]
    assert suite["runs"][0]["reason"] == "changed: Module:Area"
    assert suite["runs"][0]["duration_ms"] > 0

    text = bot.run("history", "Module:Area/testcases").out
    assert text.startswith("Module:Area: fail\n")
    assert f"good → fail: 1 of 2 passed, 1 failed, revision {new}" in text
    assert re.search(r"Module:Area edited by Admin \S+ http://\S+diff=\d+", text)


def test_what_was_not_recorded_yet_waits(bot: Bot) -> None:
    bot.as_(None).harvest("--no-record")
    (only,) = bot.run("history", "Area", "--format", "json").document["transitions"]
    assert (only["recorded"], only["waits_for"]) == ({}, ["tags", "data", "log", "categories"])
    outbox = bot.run("status", "--format", "json").document["outbox"]
    assert {name: each["waiting"] for name, each in outbox.items()} == WAITING
    assert "tags: 3 waiting, since " in bot.run("status").out


def test_a_module_that_is_misspelt_or_unknown(bot: Bot) -> None:
    run = bot.run("history", "Area")
    assert (run.status, run.out) == (3, "")
    assert "run `picklebot harvest` first" in run.err
    assert bot.run("status").status == 3
    bot.as_(None).harvest("--no-record")
    run = bot.run("history", "Aera")
    assert run.status == 3
    assert "nothing is known of Module:Aera; did you mean Module:Area?" in run.err
    assert bot.run("history", "Something else").err.endswith("nothing is known of Module:Something else\n")


def test_how_a_wiki_stands(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    before = small.requests()
    status = bot.run("status", "--format", "json").document
    assert small.requests() == before
    assert {state: number for state, number in status["modules"].items() if number} == {"good": 2, "fail": 1}
    assert (status["suites"], status["due"], status["flaky"], status["inconclusive"]) == (3, 0, [], [])
    last = status["last_harvest"]
    assert (last["ran"], last["inconclusive"], last["changed"]) == (3, 0, 3)
    assert last["requests"] > 3
    assert last["seconds"] > 0
    assert status["running"] is False

    bot.harvest()
    assert bot.run("status", "--format", "json").document["last_harvest"]["ran"] == 0
    text = bot.run("status").out
    assert text.startswith("modules       3: 1 fail, 2 good\n")
    assert "requests: 0 suites ran, 0 inconclusive, 0 states changed" in text


def test_a_harvest_that_was_killed_shows(bot: Bot) -> None:
    run = bot.run("harvest", PICKLEBOT_FAULT="after-tags")
    assert run.status == -9
    status = bot.run("status", "--format", "json").document
    assert (status["last_harvest"]["ended"], status["last_harvest"]["seconds"]) == (None, None)
    assert {name: each["waiting"] for name, each in status["outbox"].items()} == WAITING
    assert bot.harvest().status == 0
    status = bot.run("status", "--format", "json").document
    assert not any(each["waiting"] for each in status["outbox"].values())
