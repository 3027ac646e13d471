"""A wiki is the one that it says it is only at addresses that whoever runs the bot has confirmed."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.wiki import ScriptedWiki

STAGING = "http://127.0.0.1:8080/api.php"
FOO = "Module:Foo"


@pytest.fixture(autouse=True)
def copied(wiki: ScriptedWiki) -> None:
    wiki.also_at = (STAGING,)


@pytest.mark.parametrize(
    "command", [("harvest",), ("harvest", "--no-record"), ("harvest", "--dry-run"), ("watch",), ("rebuild", "--force")]
)
def test_a_copy_of_a_wiki_is_refused_before_anything_is_run_or_written(
    bot: Bot, wiki: ScriptedWiki, command: tuple[str, ...]
) -> None:
    bot.harvest()
    runs, writes = len(wiki.scripts.runs), len(wiki.writes())
    wiki.pages.edit(FOO, "broken")
    ran = bot.run(*command, PICKLEBOT_WIKI=STAGING)
    assert ran.status == 3
    for words in (
        "http://127.0.0.1:8080/api.php says that it is the wiki",
        "knows at http://127.0.0.1/api.php",
        "picklebot wiki confirm --wiki http://127.0.0.1:8080/api.php",
        "picklebot wiki move",
        "--store",
    ):
        assert words in ran.err + ran.out
    assert (len(wiki.scripts.runs), len(wiki.writes())) == (runs, writes)
    assert bot.harvest().transitions == [("Foo", "good", "fail")]


def test_an_address_that_was_confirmed_is_the_wiki_s_too(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    ran = bot.run("wiki", "confirm", PICKLEBOT_WIKI=STAGING)
    assert ran.status == 0, ran.err
    assert "is confirmed at http://127.0.0.1:8080/api.php" in ran.out
    wiki.pages.edit(FOO, "broken")
    assert bot.run("harvest", PICKLEBOT_WIKI=STAGING).status == 0
    assert bot.harvest().transitions == []
    assert "http://127.0.0.1/api.php, http://127.0.0.1:8080/api.php" in bot.run("wiki", "list").out


def test_a_wiki_that_moved_has_left_its_other_addresses(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    assert bot.run("wiki", "move", PICKLEBOT_WIKI=STAGING).status == 0
    assert bot.run("harvest", "--no-record", PICKLEBOT_WIKI=STAGING).status == 0
    ran = bot.run("harvest", "--no-record")
    assert ran.status == 3
    assert "knows at http://127.0.0.1:8080/api.php" in ran.err
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_an_address_that_is_forgotten_has_to_be_confirmed_anew_where_there_is_another(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    bot.harvest()
    bot.run("wiki", "confirm", PICKLEBOT_WIKI=STAGING)
    wiki.asked.clear()
    assert bot.run("wiki", "forget", PICKLEBOT_WIKI=STAGING).status == 0
    assert wiki.asked == []
    assert bot.run("harvest", "--no-record", PICKLEBOT_WIKI=STAGING).status == 3
    ran = bot.run("wiki", "forget", PICKLEBOT_WIKI=STAGING)
    assert ran.status == 2
    assert "the store knows no wiki at http://127.0.0.1:8080/api.php" in ran.err
    assert bot.harvest().states == {"Foo": "good"}


def test_settings_confirm_addresses_by_patterns(bot: Bot) -> None:
    bot.harvest()
    patterns = "http://127.0.0.1:80??/api.php"
    assert bot.run("harvest", "--no-record", PICKLEBOT_WIKI=STAGING, PICKLEBOT_ADDRESSES=patterns).status == 0
    assert bot.run("harvest", "--no-record", PICKLEBOT_WIKI=STAGING).status == 3


def test_a_store_without_a_wiki_says_so(bot: Bot) -> None:
    ran = bot.run("wiki", "list")
    assert (ran.status, ran.out) == (0, "")
    assert "the store knows no wiki yet" in ran.err


def test_another_store_knows_nothing_of_it(bot: Bot) -> None:
    bot.harvest()
    assert (
        bot.run(
            "harvest", "--no-record", "--store", f"sqlite:///{bot.folder}/other.sqlite", PICKLEBOT_WIKI=STAGING
        ).status
        == 0
    )
