"""How a wiki stands is read from the store: the wiki is asked only where it was never harvested at this address."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from tests.flow.bot import Bot
from tests.flow.wiki import Fault, ScriptedWiki


def due(bot: Bot, *arguments: str) -> int:
    return int(bot.run("status", "--format", "json", *arguments).document["due"])


def test_a_look_at_a_harvested_wiki_asks_it_nothing_and_works_while_it_is_down(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.asked.clear()
    assert "modules       1: 1 good" in bot.run("status").out
    assert wiki.asked == []
    wiki.fault = lambda _: Fault(lost=True)
    assert "modules       1: 1 good" in bot.run("status").out


def test_a_wiki_whose_address_is_not_known_is_asked_who_it_is(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    with closing(sqlite3.connect(bot.store)) as store, store:
        store.execute("DELETE FROM wiki_address")
    wiki.asked.clear()
    assert "modules       1: 1 good" in bot.run("status").out
    assert {asked.action for asked in wiki.asked} == {"query"}


def test_where_an_address_leads_to_another_wiki_the_last_one_that_was_harvested_there_is_shown(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    bot.harvest()
    first = bot.run("status", "--format", "json").document["wiki"]
    wiki.api.wiki_id = "another"
    bot.harvest()
    wiki.asked.clear()
    second = bot.run("status", "--format", "json").document["wiki"]
    assert first != second
    assert wiki.asked == []


def test_suites_are_due_where_the_strategies_are_others_than_at_the_last_harvest(bot: Bot, tmp_path: Path) -> None:
    bot.harvest()
    assert due(bot) == 0
    folder = tmp_path / "strategies"
    folder.mkdir()
    tap = (files("picklebot") / "strategies" / "tap.toml").read_text(encoding="utf-8")
    (folder / "mine.toml").write_text(tap.replace('name = "tap"', 'name = "mine"'), encoding="utf-8")
    assert due(bot, "--strategies", str(folder)) == 1


def test_tables_and_lines_are_in_the_language_of_the_setting(bot: Bot) -> None:
    assert "1 Testreihe von 1 Modul, 1 gelaufen" in bot.run("harvest", PICKLEBOT_OUTPUT_LANGUAGE="de").out
    assert "letzter Lauf" in bot.run("status", PICKLEBOT_OUTPUT_LANGUAGE="de").out
    told = bot.run("history", "Module:Foo", PICKLEBOT_OUTPUT_LANGUAGE="de").out
    assert "zum ersten Mal gesehen → bestanden" in told


def test_a_store_that_does_not_know_the_wiki_says_so(bot: Bot) -> None:
    ran = bot.run("status", check=False)
    assert ran.status == 3
    assert "run `picklebot harvest` first" in ran.err
