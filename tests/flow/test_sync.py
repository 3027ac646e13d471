"""How the knowledge of a wiki's pages is brought up to date: by recent changes, and by listing all pages."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import Printed, suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"


def listed(wiki: ScriptedWiki) -> bool:
    """Whether all pages were listed."""
    return bool(wiki.questions(generator="allpages"))


def test_all_pages_are_listed_once_and_then_the_changes_followed(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    assert listed(wiki)
    wiki.asked.clear()
    wiki.pages.edit("Module:New", "return {}")
    wiki.pages.edit("Module:New/testcases", suite("Module:New"))
    assert bot.unrecorded().ran == ["Module:New/testcases"]
    assert not listed(wiki)


@pytest.mark.parametrize(("hours", "lists"), [(19, False), (20, True)])
def test_they_are_listed_again_once_a_day(
    bot: Bot, wiki: ScriptedWiki, clock: Clock, hours: int, *, lists: bool
) -> None:
    bot.unrecorded()
    wiki.asked.clear()
    clock.advance(hours * 3600)
    bot.unrecorded()
    assert listed(wiki) is lists


def test_they_are_listed_where_the_wiki_does_not_remember_so_far_back(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.pages.forget_changes()
    wiki.pages.edit("Talk:Something", "else")
    wiki.asked.clear()
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]
    assert listed(wiki)


def test_they_are_listed_where_that_is_asked_for(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    clock.advance(3600)
    wiki.pages.edit("Talk:Anything", "Chat.")
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken", quiet=True)
    assert bot.unrecorded().ran == []
    assert bot.unrecorded("--sweep").transitions == [("Foo", "good", "fail")]


def test_with_other_strategies_all_suites_are_made_anew_and_run(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    more = bot.folder / "more"
    more.mkdir()
    (more / "own.toml").write_text(
        'schema = 1\nname = "own"\nabout = "Ours"\norder = 5\n'
        '[recognise]\nsource = ["OURS"]\n[invoke]\nfunctions = ["tap"]\noutput = "text"\n'
        '[report]\nformats = ["tap"]\n',
        encoding="utf-8",
    )
    wiki.asked.clear()
    assert bot.unrecorded("--strategies", str(more)).ran == [TESTS]
    assert listed(wiki)


def test_a_page_that_a_run_loads_makes_it_run_again_when_it_changes_comes_or_goes(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(TESTS, suite(FOO, "Module:Dep", "Module:Not there"))
    wiki.pages.edit("Module:Dep", "return {}")
    bot.unrecorded()
    wiki.pages.edit("Module:Dep", "broken")
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]
    wiki.pages.delete("Module:Dep")
    assert bot.unrecorded().transitions == [("Foo", "fail", "good")]
    wiki.pages.edit("Module:Not there", "return {}")
    assert bot.unrecorded().ran == [TESTS]
    wiki.pages.restore("Module:Dep")
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]


def test_so_does_a_page_elsewhere_and_one_that_it_only_asks_about(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Template:Data", "1")
    wiki.scripts.says[TESTS] = lambda _: Printed(tap(), loads=("Template:Data",), asks=("Some article",))
    bot.unrecorded()
    wiki.pages.edit("Template:Data", "2")
    assert bot.unrecorded().ran == [TESTS]
    wiki.pages.edit("Some article", "It exists now.")
    assert bot.unrecorded().ran == [TESTS]
    wiki.pages.edit("Template:Data", "3", quiet=True)
    assert bot.unrecorded("--sweep").ran == [TESTS]


def test_a_page_that_nothing_depends_on_runs_nothing_and_is_not_read(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.asked.clear()
    wiki.pages.edit("Talk:Anything", "Chat.")
    wiki.pages.edit("Module:Alone", "return {}")
    assert bot.unrecorded().ran == []
    assert len(wiki.asked) <= 3


def test_a_tester_that_moves_is_followed_and_its_module_keeps_its_history(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.move(TESTS, "Module:Foo/testcases/more")
    ran = bot.unrecorded()
    assert ran.transitions == []
    assert ran.ran == ["Module:Foo/testcases/more"]


@pytest.mark.parametrize("options", [(), ("--sweep",)])
def test_a_tester_that_moves_to_where_it_is_none_is_lost(
    bot: Bot, wiki: ScriptedWiki, options: tuple[str, ...]
) -> None:
    bot.unrecorded()
    wiki.pages.move(TESTS, "Module:Foo/archive")
    ran = bot.unrecorded(*options)
    assert ran.transitions == [("Foo", "good", "missing")]
    assert ran.document["suites"] == []


def test_a_tester_that_comes_in_place_of_another_is_a_suite_of_its_own(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.move(TESTS, "Module:Foo/archive")
    wiki.pages.edit(TESTS, suite(FOO) + " -- broken")
    ran = bot.unrecorded()
    assert [each["tester"] for each in ran.document["suites"]] == [TESTS]
    assert ran.transitions == [("Foo", "good", "fail")]


def test_a_tester_whose_content_model_changes_is_none_any_more(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.change_model(TESTS, "wikitext")
    assert bot.unrecorded().transitions == [("Foo", "good", "missing")]


def test_a_module_that_goes_leaves_its_tests_to_stand_for_themselves(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.delete(FOO)
    ran = bot.unrecorded()
    assert ran.states == {"Foo/testcases": "good"}
    wiki.pages.restore(FOO)
    ran = bot.unrecorded()
    assert ran.states["Foo"] == "good"


def test_a_module_that_goes_with_its_tests_is_forgotten_and_comes_back_anew(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.delete(TESTS)
    wiki.pages.delete(FOO)
    ran = bot.unrecorded()
    assert (ran.states, ran.transitions) == ({}, [])
    wiki.pages.restore(FOO)
    wiki.pages.restore(TESTS)
    assert bot.unrecorded().transitions == [("Foo", None, "good")]


def test_tests_that_change_what_they_test_move_the_state_to_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Foo/core", "return {}")
    bot.unrecorded()
    wiki.pages.edit(TESTS, suite("Module:Foo/core"))
    ran = bot.unrecorded()
    assert ran.suite(TESTS)["testee"] in ("Module:Foo", "Module:Foo/core")
    assert ran.ran == [TESTS]


@pytest.mark.parametrize("title", [FOO, "Module:New/testcases"])
def test_an_edit_that_the_server_of_pages_does_not_have_yet_is_found_by_the_next_harvest(
    bot: Bot, wiki: ScriptedWiki, clock: Clock, title: str
) -> None:
    bot.unrecorded()

    def about_pages(asked: Asked) -> bool:
        return asked.has(action="query", prop="info") and asked.has(titles=title) and "list" not in asked.parameters

    current = {"action": "query", "prop": "info|revisions", "rvprop": "ids|timestamp", "titles": title}
    before = wiki.api.answer(current, "")
    wiki.pages.edit(title, "broken")
    clock.advance(3600)
    wiki.pages.edit("Talk:Anything", "Chat.")
    wiki.fault = lambda asked: Fault(answer=before) if about_pages(asked) else None
    assert bot.unrecorded().ran == []
    wiki.fault = lambda _: None
    wiki.pages.edit("Talk:Anything", "Thanks.")
    assert bot.unrecorded().ran == [TESTS if title == FOO else title]


def test_a_wiki_restored_from_a_backup_is_noticed_and_everything_runs(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.unrecorded()
    for row in wiki.pages.changes[-1:]:
        row["timestamp"] = "2026-03-04T05:30:00Z"
    clock.advance(3600)
    wiki.asked.clear()
    assert len(bot.unrecorded().ran) == 2
    assert listed(wiki)


def test_a_change_of_a_content_model_runs_what_did_not_do_well(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "broken")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.pages.edit("Module:Data", "{}", model="json")
    bot.unrecorded()
    wiki.pages.change_model("Module:Data", "Scribunto")
    assert bot.unrecorded().ran == ["Module:Bar/testcases"]


def test_a_wiki_that_cannot_be_read_ends_the_harvest_and_nothing_is_forgotten(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.fault = lambda asked: Fault(status=503) if asked.has(list="recentchanges") else None
    assert bot.run("harvest", "--no-record").status == 3
    wiki.fault = lambda _: None
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]


def test_a_tester_that_the_console_says_nothing_of_is_asked_again(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.fault = lambda asked: Fault(status=503) if asked.action == "scribunto-console" else None
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert ran.status == 3
    assert "did not say what the tester offers" in ran.inconclusive[TESTS]
    wiki.fault = lambda _: None
    assert bot.unrecorded().states == {"Foo": "good"}


def test_a_listing_that_finds_nothing_new_reads_no_page(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.asked.clear()
    bot.unrecorded("--sweep")
    assert listed(wiki)
    assert wiki.questions(rvprop="content") == []


def test_another_page_in_the_place_of_a_tester_that_moved_is_a_suite_of_its_own(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.pages.move(TESTS, "Module:Foo/kept")
    wiki.pages.edit(TESTS, suite("Module:Foo"))
    ran = bot.harvest()
    assert [each["tester"] for each in ran.document["suites"]] == [TESTS]
    assert bot.harvest("--sweep").transitions == []
