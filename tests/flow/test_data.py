"""Data pages: an edit for each that differs and none else, whoever else edits them."""

from __future__ import annotations

import json
from typing import Any

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import suite, tap
from tests.flow.wiki import ScriptedWiki

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"
PAGE = "User:Bot/Tests/0.json"


def told(wiki: ScriptedWiki, title: str = PAGE) -> dict[str, Any]:
    return dict(json.loads(wiki.pages.pages[title].text))


def edits(wiki: ScriptedWiki) -> list[str]:
    return [
        asked.parameters["title"] for asked in wiki.questions(action="edit") if "/Tests/" in asked.parameters["title"]
    ]


def test_a_harvest_tells_of_all_modules_in_one_edit(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar", "Baz")
    bot.harvest()
    assert edits(wiki) == [PAGE]
    assert set(told(wiki)["modules"]) == {FOO, "Module:Bar", "Module:Baz"}
    assert told(wiki)["modules"][FOO]["state"] == "good"
    assert told(wiki)["testers"][TESTS] == FOO
    assert wiki.pages.pages[PAGE].latest.model == "json"


def test_a_failing_module_says_which_test_fails_since_when_and_what_changed(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    old = wiki.pages.pages[FOO].latest.id
    new = wiki.pages.edit(FOO, "broken")
    bot.harvest()
    entry = told(wiki)["modules"][FOO]
    assert entry["state"] == "fail"
    assert entry["revision"] == new
    assert entry["cause"] == {"pages": [{"title": FOO, "old": old, "new": new}]}
    assert entry["failing"]
    assert entry["since"].startswith("2026")


def test_where_nothing_differs_no_page_is_read_or_edited(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.asked.clear()
    bot.harvest()
    bot.harvest("--full")
    assert wiki.writes() == []
    assert wiki.questions(titles=PAGE) == []


def test_counts_that_change_without_the_state_are_told(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.scripts.outputs(TESTS, tap(5))
    wiki.asked.clear()
    assert bot.harvest("--full").transitions == []
    assert edits(wiki) == [PAGE]
    assert told(wiki)["modules"][FOO]["passed"] == 5
    assert {asked.action for asked in wiki.writes()} == {"edit"}


def test_an_edit_of_somebody_else_is_found_within_a_day_overwritten_once_a_day_and_told(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    bot.harvest()
    ours = told(wiki)
    wiki.pages.edit(PAGE, "{}", user="Ida")
    bot.harvest()
    assert wiki.pages.pages[PAGE].text == "{}", "it was looked at today"
    clock.advance(90_000)
    ran = bot.harvest()
    assert "page_overwritten" in ran.err
    assert "Ida" in ran.err
    assert told(wiki) == ours
    wiki.pages.edit(PAGE, "[]", user="Ida")
    wiki.pages.edit(FOO, "broken")
    assert "once a day" in bot.harvest().err
    assert wiki.pages.pages[PAGE].text == "[]"
    clock.advance(90_000)
    bot.harvest()
    assert told(wiki)["modules"][FOO]["state"] == "fail"


def test_a_page_that_somebody_deleted_is_made_again(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    bot.harvest()
    wiki.pages.delete(PAGE)
    clock.advance(90_000)
    assert "page_overwritten" in bot.harvest().err
    assert FOO in told(wiki)["modules"]


def test_a_module_that_is_gone_or_moved_is_told_of_no_more_under_its_title(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar")
    bot.harvest()
    for title in (FOO, TESTS):
        wiki.pages.move(title, title.replace("Foo", "Baz"))
    wiki.pages.edit("Module:Baz/testcases", suite("Module:Baz"))
    for title in ("Module:Bar", "Module:Bar/testcases"):
        wiki.pages.delete(title)
    bot.harvest()
    assert set(told(wiki)["modules"]) == {"Module:Baz"}
    assert told(wiki)["testers"] == {"Module:Baz/testcases": "Module:Baz"}


def test_what_a_test_is_called_keeps_no_bot_out(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.outputs(TESTS, "1..1\nnot ok 1 - {{nobots}} #REDIRECT [[Foo]]")
    bot.harvest()
    wiki.scripts.outputs(TESTS, tap(2))
    bot.harvest("--full")
    assert told(wiki)["modules"][FOO]["passed"] == 2


def test_a_store_that_is_new_finds_the_pages_that_are_there(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    text = json.dumps({**told(wiki), "shards": 3})
    wiki.pages.edit(PAGE, text, user="Bot")
    bot.store.unlink()
    bot.harvest()
    assert told(wiki)["shards"] == 3, "their number never falls"
    assert {title for title in wiki.pages.pages if "/Tests/" in title} == {f"User:Bot/Tests/{n}.json" for n in range(3)}


def test_new_pages_come_before_page_0_and_that_before_the_pages_that_entries_leave(
    bot: Bot,
    wiki: ScriptedWiki,
    monkeypatch: Any,  # noqa: ANN401
) -> None:
    wiki.add_modules(*"ABCDEF")
    bot.harvest()
    wiki.asked.clear()
    monkeypatch.setattr("picklebot.recording.datapage._MODULES", 3)
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    assert edits(wiki) == [f"User:Bot/Tests/{n}.json" for n in (1, 2, 0)]
    modules = [set(told(wiki, f"User:Bot/Tests/{n}.json")["modules"]) for n in range(3)]
    assert sum(map(len, modules)) == 7


def test_a_dry_run_shows_the_very_edit(bot: Bot, wiki: ScriptedWiki) -> None:
    ran = bot.run("harvest", "--diff")
    assert f"data: edit {PAGE}" in ran.out
    assert '+\t\t"Module:Foo": {' in ran.out.replace("\\t", "\t") or "Module:Foo" in ran.out
    assert wiki.writes() == []


def test_data_pages_lie_below_the_bots_user_page_or_nowhere(bot: Bot, wiki: ScriptedWiki) -> None:
    assert bot.run("harvest", PICKLEBOT_DATA_PAGE="Module:Tests").status == 2
    ran = bot.run("harvest", PICKLEBOT_DATA_PAGE="Template:{user}/Tests")
    assert "nobody else can edit them" in ran.err
    assert edits(wiki) == []


def test_without_modules_there_are_no_data_pages(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.delete(TESTS)
    bot.harvest()
    assert edits(wiki) == []
