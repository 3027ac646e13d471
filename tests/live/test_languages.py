"""Words in another language: readers see them, and a rebuild reads the same from the wiki."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_harvest import log_lines
from tests.live.test_rebuild import BROKEN, MENDED, lose, written

MODULES = ("Area", "Greeting", "Lost/testcases")
GERMAN = {"PICKLEBOT_LANGUAGE": "de"}
ENGLISH: dict[str, str] = {}


def harvest(bot: Bot, language: dict[str, str]) -> None:
    ran = bot.run("harvest", "--format", "json", **language)
    assert ran.status == 0, ran.err


def stories(bot: Bot) -> dict[str, Any]:
    """The knowledge of each module: its state, and every transition with its time, points, testers and cause."""
    kept = ("token", "at", "title", "revision", "old", "new", "basis", "points", "errors", "testers", "cause")
    known = {}
    for module in MODULES:
        told = bot.run("history", module, "--format", "json").document
        transitions = [{key: each[key] for key in kept} for each in told["transitions"]]
        known[module] = told["state"], told["previous_state"], transitions
    return known


def log_page(wiki: LiveWiki) -> str:
    found = wiki.get(action="query", list="allpages", apnamespace=2, apprefix="PickleBot/Log/")["query"]["allpages"]
    return str(found[0]["title"])


@pytest.mark.parametrize(
    "languages",
    [(GERMAN, GERMAN, GERMAN), (ENGLISH, GERMAN, ENGLISH)],
    ids=["German", "both"],
)
def test_what_is_rebuilt_does_not_depend_on_the_words(
    bot: Bot, small: LiveWiki, languages: tuple[dict[str, str], ...]
) -> None:
    first, second, third = languages
    harvest(bot, first)
    small.edit("Module:Area", BROKEN)
    small.delete("Module:Greeting/testcases")
    harvest(bot, second)
    small.edit("Module:Area", MENDED)
    harvest(bot, third)
    known, before = stories(bot), written(small)
    assert [each["new"] for each in known["Area"][2]] == ["good", "fail", "good"]
    assert all(each["cause"]["pages"] for each in known["Area"][2][:-1])

    lose(bot)
    ran = bot.as_(None).run("rebuild")
    assert ran.status == 0, ran.err
    assert stories(bot) == known
    harvest(bot, first)
    assert stories(bot) == known
    assert written(small) == before


def test_readers_see_the_words_and_nothing_of_what_is_there_for_programs(bot: Bot, small: LiveWiki) -> None:
    harvest(bot, ENGLISH)
    small.edit("Module:Area", BROKEN)
    harvest(bot, GERMAN)
    reasons = [entry["comment"] for entry in small.log("tag", letitle="Module:Area")]
    assert reasons[0].startswith(
        "bestanden → fehlgeschlagen (1 von 2 bestanden, 1 fehlgeschlagen); geändert: Module:Area ["
    )
    page = log_page(small)
    assert small.revisions(page)[0]["comment"] == "Zustand von einem Modul geändert"
    assert small.revisions("User:PickleBot/Tests/0.json")[0]["comment"] == "Testergebnisse von 1 Modul"
    shown = small.get(action="parse", page=page, prop="text")["parse"]["text"]
    assert "first seen → <b>good</b>: 2 of 2 passed, by" in shown
    assert "bestanden → <b>fehlgeschlagen</b>: 1 von 2 bestanden, 1 fehlgeschlagen, laut" in shown
    assert "picklebot {" not in shown


def test_lines_of_the_log_may_be_edited_copied_and_quoted(bot: Bot, small: LiveWiki) -> None:
    harvest(bot, ENGLISH)
    small.edit("Module:Area", BROKEN)
    harvest(bot, GERMAN)
    known = stories(bot)
    page = log_page(small)
    *others, last = log_lines(small)
    forged = last.replace('"old":"good"', '"old":"pending"')
    assert forged != last
    words = last.replace("fehlgeschlagen", "hinüber").replace("Unterschied", "Vergleich")
    quoted = f"Mehr dazu: <nowiki>{forged}</nowiki>\n<pre>\n{forged}\n</pre>"
    small.edit(page, "\n".join(["== Log ==", quoted, *others, words, f":{forged}", *others]))
    lose(bot)
    assert bot.as_(None).run("rebuild").status == 0
    assert stories(bot) == known


def test_without_log_pages_tags_tell_of_states_points_and_causes(bot: Bot, small: LiveWiki) -> None:
    harvest(bot, GERMAN)
    small.edit("Module:Area", BROKEN)
    harvest(bot, GERMAN)
    known = stories(bot)
    small.delete(log_page(small))
    lose(bot)
    assert bot.as_(None).run("rebuild").status == 0
    again = stories(bot)
    for module in MODULES:
        assert again[module][:2] == known[module][:2]
        for was, now in zip(known[module][2], again[module][2], strict=True):
            assert {**now, "testers": was["testers"], "cause": None} == {**was, "cause": None}
    (page,) = known["Area"][2][0]["cause"]["pages"]
    (told,) = again["Area"][2][0]["cause"]["pages"]
    assert (told["title"], told["old"], told["new"]) == (page["title"], page["old"], page["new"])
