"""A store that was lost, rebuilt from what stands on the wiki."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from tests.flow.bot import Bot
from tests.flow.scripts import suite
from tests.flow.wiki import Fault, ScriptedWiki

FOO, TESTS, DOC = "Module:Foo", "Module:Foo/testcases", "Module:Foo/doc"


def lost(bot: Bot, empty_store: Path) -> None:
    shutil.copy(empty_store, bot.store)


def test_after_a_rebuild_nothing_is_recorded_anew(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    wiki.pages.edit("Module:Bar", "broken")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.harvest()
    lost(bot, empty_store)
    ran = bot.run("rebuild")
    assert ran.status == 0
    assert "2 suites; 2 modules have a recorded state, from 2 transitions" in ran.out
    wiki.asked.clear()
    ran = bot.harvest()
    assert len(ran.ran) == 2
    assert ran.transitions == []
    assert wiki.writes() == []


def test_a_rebuild_runs_and_writes_nothing(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    lost(bot, empty_store)
    wiki.asked.clear()
    wiki.scripts.runs.clear()
    bot.run("rebuild", PICKLEBOT_PASSWORD="")
    assert wiki.writes() == []
    assert wiki.scripts.runs == []


def test_what_changed_while_the_store_was_lost_is_a_transition(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    lost(bot, empty_store)
    new = wiki.pages.edit(FOO, "broken", user="Ben")
    bot.run("rebuild")
    ran = bot.harvest()
    assert ran.transitions == [("Foo", "good", "fail")]
    pages = ran.document["transitions"][0]["cause"]["pages"]
    assert [(page["title"], page["new"]) for page in pages] == [(FOO, new)]


def test_a_module_without_tests_by_now_is_told_of_at_once(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    lost(bot, empty_store)
    wiki.pages.delete(TESTS)
    ran = bot.run("rebuild")
    assert "Module:Foo: good → missing" in ran.out
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-missing",)


def test_the_newest_tag_of_a_page_decides(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    wiki.pages.edit(FOO, "still broken")
    bot.harvest()
    lost(bot, empty_store)
    assert "1 modules have a recorded state, from 2 transitions" in bot.run("rebuild").out
    assert bot.harvest().transitions == []


def test_a_store_that_knows_the_wiki_is_not_rebuilt_unless_it_is_meant(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    ran = bot.run("rebuild")
    assert ran.status == 2
    assert "--force" in ran.err
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert bot.run("rebuild", "--force").status == 0
    assert bot.harvest().transitions == []


def test_a_line_of_the_log_alone_may_be_half_done_and_is_recorded_again(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags\nlog").status == 0
    wiki.pages.edit(FOO, "broken")
    wiki.pages.tags.discard("pickle-fail")
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags\nlog").status == 0
    wiki.pages.tags.add("pickle-fail")
    assert wiki.pages.tags_of(FOO) == ()
    lost(bot, empty_store)
    assert "from 1 transitions" in bot.run("rebuild").out
    ran = bot.harvest()
    assert ran.transitions == [("Foo", "good", "fail")]
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)


def test_a_tag_without_the_bots_words_is_a_state_and_no_transition(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    bot.harvest()
    wiki.pages.log.clear()
    lost(bot, empty_store)
    ran = bot.run("rebuild")
    assert "1 modules have a recorded state" in ran.out
    assert bot.harvest().transitions == []


def test_tags_of_others_do_not_count_where_the_user_is_given(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    assert wiki.pages.tag_log()
    lost(bot, empty_store)
    bot.user = "Somebody@else"
    assert "from 0 transitions" in bot.run("rebuild").out
    lost(bot, empty_store)
    bot.user = ""
    assert "from 1 transitions" in bot.run("rebuild").out


def test_drafts_are_rebuilt_where_harvests_run_them(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    wiki.pages.edit("Module:Foo/sandbox", "return {}")
    wiki.pages.edit("Module:Foo/sandbox/testcases", suite("Module:Foo/sandbox"))
    bot.harvest("--drafts")
    lost(bot, empty_store)
    assert bot.run("rebuild", "--drafts").out.startswith("2 suites; 2 modules")
    lost(bot, empty_store)
    assert bot.run("rebuild").out.startswith("1 suites")


def test_a_category_on_a_former_documentation_page_is_found_again(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    bot.harvest()
    lost(bot, empty_store)
    bot.run("rebuild")
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    assert len(re.findall("Category:", wiki.pages.pages[DOC].text)) == 1


def test_what_left_no_tag_is_read_from_the_log(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    wiki.pages.edit("Module:Stray/testcases", suite("Module:Nowhere"))
    bot.harvest()
    wiki.pages.edit("Module:Stray/testcases", "return {}", model="wikitext")
    bot.harvest()
    assert "no longer followed" in log_text(wiki)
    lost(bot, empty_store)
    assert "from 3 transitions" in bot.run("rebuild").out


def log_text(wiki: ScriptedWiki) -> str:
    return "\n".join(page.text for title, page in wiki.pages.pages.items() if "/Log" in title)


def test_from_data_pages_alone_come_states_since_when_and_why(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    wiki.add_modules("Bar")
    bot.harvest()
    wiki.pages.edit(FOO, "broken", user="Ben")
    bot.harvest()
    data = wiki.pages.pages["User:Bot/Tests/0.json"].text
    for title in [title for title in wiki.pages.pages if "/Log" in title]:
        wiki.pages.delete(title)
    wiki.pages.log.clear()
    for page in wiki.pages.pages.values():
        page.categories = frozenset()
        page.revisions = [replace(revision, tags=()) for revision in page.revisions]
    lost(bot, empty_store)
    assert "2 modules have a recorded state, from 2 transitions" in bot.run("rebuild").out
    known = json.loads(bot.run("history", "Module:Foo", "--format", "json").out)["transitions"][0]
    entry = json.loads(data)["modules"][FOO]
    assert (known["new"], known["at"]) == ("fail", entry["since"])
    assert [(page["title"], page["old"], page["new"]) for page in known["cause"]["pages"]] == [
        tuple(entry["cause"]["pages"][0][name] for name in ("title", "old", "new"))
    ]
    wiki.asked.clear()
    assert bot.harvest().transitions == []
    assert wiki.writes() == []
    assert wiki.pages.pages["User:Bot/Tests/0.json"].text == data


def test_a_tag_that_is_newer_than_the_data_page_counts(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    wiki.fault = lambda asked: Fault(code="cantdothat") if "/Tests/" in asked.parameters.get("title", "") else None
    bot.run("harvest")
    wiki.fault = lambda _: None
    lost(bot, empty_store)
    bot.run("rebuild")
    assert bot.harvest().transitions == []
    assert json.loads(wiki.pages.pages["User:Bot/Tests/0.json"].text)["modules"][FOO]["state"] == "fail"


def test_a_data_page_that_is_none_is_passed_over(bot: Bot, wiki: ScriptedWiki, empty_store: Path) -> None:
    bot.harvest()
    for text in (
        "{",
        "[]",
        '{"version": 2}',
        '{"version": 1, "shards": 1, "modules": {"Module:Foo": 1}, "testers": {}}',
    ):
        wiki.pages.edit("User:Bot/Tests/0.json", text, user="Ida")
        lost(bot, empty_store)
        assert "1 modules have a recorded state" in bot.run("rebuild").out


def forget_words(wiki: ScriptedWiki) -> None:
    """Leave only what stands on revisions and in categories."""
    wiki.pages.log.clear()
    for title in [title for title in wiki.pages.pages if "/Log" in title or "/Tests/" in title]:
        wiki.pages.delete(title)


def test_of_several_tagged_revisions_below_an_untagged_one_the_newest_tells_the_state(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    wiki.pages.edit(FOO, "still broken")
    forget_words(wiki)
    lost(bot, empty_store)
    assert "1 modules have a recorded state, from 0 transitions" in bot.run("rebuild").out
    assert bot.harvest().transitions == []


def test_tags_tell_of_transitions_where_there_is_no_log_page(bot: Bot, empty_store: Path) -> None:
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags").status == 0
    lost(bot, empty_store)
    assert "from 1 transitions" in bot.run("rebuild").out


def test_lines_of_the_log_are_believed_where_revisions_bear_their_tags(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    wiki.pages.log.clear()
    lost(bot, empty_store)
    assert "1 modules have a recorded state, from 2 transitions" in bot.run("rebuild").out
    assert bot.harvest().transitions == []


def test_a_module_without_tests_that_no_category_names_is_forgotten(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags").status == 0
    wiki.pages.delete(TESTS)
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags").status == 0
    assert wiki.pages.tags_of(FOO) == ("pickle-missing",)
    lost(bot, empty_store)
    assert "0 suites; 0 modules have a recorded state" in bot.run("rebuild").out


def test_a_page_that_was_created_is_named_by_its_revision_where_only_tags_tell_of_it(
    bot: Bot, wiki: ScriptedWiki, empty_store: Path
) -> None:
    wiki.pages.edit(TESTS, suite(FOO, "Module:Data"))
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags").status == 0
    new = wiki.pages.edit("Module:Data", "broken")
    assert bot.run("harvest", PICKLEBOT_RECORDERS="tags").status == 0
    lost(bot, empty_store)
    bot.run("rebuild")
    latest = json.loads(bot.run("history", FOO, "--format", "json").out)["transitions"][0]
    assert [(page["title"], page["new"]) for page in latest["cause"]["pages"]] == [("Module:Data", new)]
