"""A dry run shows what would be written, as diffs; the wiki and the store stay as they are."""

from __future__ import annotations

import re

from tests.flow.bot import Bot
from tests.flow.wiki import ScriptedWiki

FOO, DOC = "Module:Foo", "Module:Foo/doc"


def planned(bot: Bot, recorders: str = "tags\ncategories\nlog") -> str:
    ran = bot.run("harvest", "--diff", PICKLEBOT_RECORDERS=recorders)
    assert ran.status == 0, ran.err
    return ran.out


def test_a_dry_run_shows_edits_as_diffs_and_changes_of_tags(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "How to use it.")
    out = planned(bot)
    assert wiki.writes() == []
    assert wiki.questions(action="login") == []
    assert re.search(r"^tags: tag Module:Foo, revision \d+: \+pickle-good \(first seen → good ", out, re.MULTILINE)
    assert f"--- {DOC}\n+++ {DOC}\n@@ -1 +1,2 @@\n How to use it.\n+<!-- picklebot: begin" in out
    assert out.rstrip().endswith("in all: edits 2, tags 1, purges 1")
    assert "categories: purge Module:Foo, then in Modules with passed tests" in out
    assert re.search(r"^\+\* 20\d\d-\d\d-\d\d .*\[\[:Module:Foo\]\]", out, re.MULTILINE)
    assert bot.harvest().transitions == [("Foo", None, "good")], "the dry run kept nothing"


def test_what_is_shown_is_what_is_written(bot: Bot, wiki: ScriptedWiki) -> None:
    added = [line[1:] for line in planned(bot).splitlines() if line.startswith("+") and not line.startswith("+++")]
    bot.harvest()
    (log,) = (page.text for title, page in wiki.pages.pages.items() if "/Log" in title)
    assert added == [*wiki.pages.pages[DOC].text.splitlines(), *log.splitlines()]


def test_transitions_that_wait_are_shown_and_those_that_are_recorded_are_not(bot: Bot) -> None:
    bot.unrecorded()
    assert "tags: tag Module:Foo" in planned(bot)
    bot.harvest()
    out = planned(bot)
    assert "tags:" not in out
    assert "edit" not in out


def test_pages_that_would_be_left_alone_are_told_of(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "{{nobots}}")
    assert f"categories: Module:Foo: {DOC} keeps bots out" in planned(bot)


def test_recorders_that_are_off_are_not_shown(bot: Bot) -> None:
    out = planned(bot, recorders="tags")
    assert "tags: tag" in out
    assert "categories:" not in out
    assert "log:" not in out


def test_a_json_document_holds_no_diffs(bot: Bot) -> None:
    ran = bot.run("harvest", "--diff", "--format", "json")
    assert ran.status == 2
    assert "--diff is for people" in ran.err
