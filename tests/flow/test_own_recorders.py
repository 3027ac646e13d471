"""Recorders are switched on and off by a setting; a plugin's is one like the others (docs/examples/recorder)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.bot import Bot
from tests.flow.scripts import suite
from tests.flow.wiki import ScriptedWiki

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "recorder"
FOO, LATEST = "Module:Foo", "User:Bot/Latest"


@pytest.fixture
def latest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The example as if it had been installed."""
    meta = tmp_path / "plugins" / "picklebot_latest-1.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: picklebot-latest\nVersion: 1\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[picklebot]\nlatest = picklebot_latest\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(meta.parent))
    monkeypatch.syspath_prepend(str(EXAMPLE))


def log_pages(wiki: ScriptedWiki) -> list[str]:
    return [title for title in wiki.pages.pages if "/Log" in title]


@pytest.mark.usefixtures("latest")
def test_a_plugins_recorder_records_when_the_setting_names_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(LATEST, "* An older line.")
    ran = bot.run("harvest", "--format", "json", PICKLEBOT_RECORDERS="latest\nlog")
    assert ran.status == 0, ran.err
    assert "recording_failed" not in ran.err
    first, second = wiki.pages.pages[LATEST].text.splitlines()
    assert first.startswith("* [[:Module:Foo]]: new → good <small>")
    assert second == "* An older line."
    assert len(log_pages(wiki)) == 1
    assert {asked.action for asked in wiki.writes()} == {"edit"}, "neither tags nor categories"
    wiki.asked.clear()
    bot.run("harvest", "--full", PICKLEBOT_RECORDERS="latest\nlog")
    assert wiki.writes() == []


@pytest.mark.usefixtures("latest")
def test_a_plugins_recorder_is_off_unless_it_is_named(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    assert LATEST not in wiki.pages.pages
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


@pytest.mark.usefixtures("latest")
def test_where_somebody_is_quicker_a_plugins_recorder_plans_on_the_newer_text(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(LATEST, "* One.")
    quicker = iter((True,))
    wiki.meanwhile = lambda asked: (
        wiki.pages.edit(LATEST, "* Two.") if asked.has(action="edit", title=LATEST) and next(quicker, False) else None
    )
    bot.run("harvest", PICKLEBOT_RECORDERS="latest")
    assert wiki.pages.pages[LATEST].text.endswith("\n* Two.")


def test_a_recorder_that_was_off_catches_up_when_it_is_on(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.run("harvest", PICKLEBOT_RECORDERS="log")
    assert wiki.pages.tags_of(FOO) == ()
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)
    assert len(wiki.pages.tag_log()) == 2
    assert sum(len(wiki.pages.pages[title].text.splitlines()) for title in log_pages(wiki)) == 2


def test_status_tells_of_the_recorders_that_are_on(bot: Bot) -> None:
    bot.unrecorded()
    ran = bot.run("status", "--format", "json", PICKLEBOT_RECORDERS="log")
    assert list(json.loads(ran.out)["outbox"]) == ["log"]


@pytest.mark.usefixtures("latest")
@pytest.mark.parametrize("command", [("harvest",), ("harvest", "--dry-run"), ("watch",), ("plan",)])
def test_an_unknown_recorder_is_told_with_those_that_there_are(
    bot: Bot, wiki: ScriptedWiki, command: tuple[str, ...]
) -> None:
    ran = bot.run(*command, PICKLEBOT_RECORDERS="tags\nlatets")
    assert ran.status == 2
    assert "recorders: there is no latets; there are: tags, data, log, categories, latest" in ran.err
    assert wiki.asked == []


def test_without_recorders_the_wiki_is_left_alone(bot: Bot, wiki: ScriptedWiki) -> None:
    (bot.folder / "picklebot.toml").write_text("recorders = []\n", encoding="utf-8")
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.harvest()
    assert wiki.writes() == []
    assert wiki.questions(action="login") == []
