"""From suites to the state of a module: the worst counts, none is taken too early, and every change has its cause."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import error, suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, TESTS, MORE = "Module:Foo", "Module:Foo/testcases", "Module:Foo/testcases/more"


def two_suites(wiki: ScriptedWiki) -> None:
    wiki.pages.edit(MORE, suite(FOO))


def test_the_worst_of_its_suites_is_a_modules_state(bot: Bot, wiki: ScriptedWiki) -> None:
    two_suites(wiki)
    wiki.scripts.outputs(MORE, tap(1, 1))
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "fail"}
    assert ran.document["transitions"][0]["summary"] == "2 of 3 passed, 1 failed"
    wiki.scripts.outputs(MORE, tap())
    wiki.pages.edit(MORE, suite(FOO) + " --")
    assert bot.unrecorded().transitions == [("Foo", "fail", "good")]


def test_a_module_keeps_its_state_until_all_suites_that_must_run_came_to_one(bot: Bot, wiki: ScriptedWiki) -> None:
    two_suites(wiki)
    wiki.scripts.outputs(TESTS, tap(0, 1))
    bot.unrecorded()
    wiki.scripts.outputs(TESTS, tap())
    wiki.pages.edit(FOO, "-- mended")
    wiki.fault = lambda asked: Fault(status=400) if asked.has(action="parse", title=MORE) else None
    ran = bot.unrecorded()
    assert list(ran.inconclusive) == [MORE]
    assert (ran.states, ran.transitions) == ({"Foo": "fail"}, [])
    wiki.fault = lambda _: None
    assert bot.unrecorded().transitions == [("Foo", "fail", "good")]


def test_a_suite_that_fails_decides_although_others_wait(bot: Bot, wiki: ScriptedWiki) -> None:
    two_suites(wiki)
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.fault = lambda asked: Fault(status=400) if asked.has(action="parse", title=MORE) else None
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]


def test_a_new_module_has_no_state_before_all_of_its_suites_have(bot: Bot, wiki: ScriptedWiki) -> None:
    two_suites(wiki)
    wiki.fault = lambda asked: Fault(status=400) if asked.has(action="parse", title=MORE) else None
    assert bot.unrecorded().states == {}
    wiki.fault = lambda _: None
    assert bot.unrecorded().transitions == [("Foo", None, "good")]


def test_a_suite_that_goes_takes_its_failures_along(bot: Bot, wiki: ScriptedWiki) -> None:
    two_suites(wiki)
    wiki.scripts.outputs(MORE, tap(0, 1))
    bot.unrecorded()
    wiki.pages.delete(MORE, user="Cleo")
    ran = bot.unrecorded()
    assert ran.transitions == [("Foo", "fail", "good")]
    (page,) = ran.document["transitions"][0]["cause"]["pages"]
    assert (page["title"], page["new"], page["user"]) == (MORE, 0, "Cleo")


def test_the_previous_state_of_a_module_stays_known(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    bot.unrecorded()
    wiki.pages.edit(FOO, "still broken")
    (module,) = bot.unrecorded().document["modules"]
    assert (module["state"], module["previous_state"]) == ("fail", "good")
    assert module["revision"] == wiki.pages.pages[FOO].latest.id


def test_a_cause_names_the_module_first_then_its_tests_then_the_latest_change(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.pages.edit("Module:A", "return {}")
    wiki.pages.edit("Module:B", "return {}")
    wiki.pages.edit(TESTS, suite(FOO, "Module:A", "Module:B"))
    bot.unrecorded()
    clock.advance(60)
    for title, text in (("Module:A", "broken"), (TESTS, suite(FOO, "Module:A", "Module:B") + " --")):
        wiki.pages.edit(title, text)
    wiki.pages.edit(FOO, "-- changed")
    clock.advance(60)
    wiki.pages.edit("Module:B", "-- changed")
    (transition,) = bot.unrecorded().document["transitions"]
    assert [page["title"] for page in transition["cause"]["pages"]] == [FOO, TESTS, "Module:B", "Module:A"]


def test_a_change_between_a_flaky_run_and_the_next_is_a_cause_all_the_same(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    new = wiki.pages.edit(FOO, "-- changed")
    wiki.scripts.outputs(TESTS, tap(0, 1), tap())
    assert bot.unrecorded().transitions == []
    wiki.scripts.outputs(TESTS, tap(0, 1))
    ran = bot.unrecorded("--full")
    assert ran.transitions == [("Foo", "good", "fail")]
    assert [page["new"] for page in ran.document["transitions"][0]["cause"]["pages"]] == [new]


def test_who_removed_a_page_that_a_run_depended_on_is_told(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Dep", "return {}")
    wiki.pages.edit(TESTS, suite(FOO, "Module:Dep"))
    bot.unrecorded()
    wiki.pages.delete("Module:Dep", user="Cleo")
    wiki.scripts.outputs(TESTS, error("Script error: No such module."))
    (transition,) = bot.unrecorded().document["transitions"]
    (page,) = transition["cause"]["pages"]
    assert (page["title"], page["new"], page["user"]) == ("Module:Dep", 0, "Cleo")
    assert transition["summary"].endswith("error: script")


@pytest.mark.parametrize("counts", [False, True])
def test_tests_that_stand_elsewhere_decide_only_where_a_module_has_none_of_its_own(
    bot: Bot, wiki: ScriptedWiki, *, counts: bool
) -> None:
    wiki.pages.edit("Module:Stray/testcases", suite(FOO) + " -- broken")
    if counts:
        (bot.folder / "picklebot.toml").write_text('testers_elsewhere = ["Stray/*"]\n', encoding="utf-8")
    ran = bot.unrecorded()
    expected = {"Foo": "fail"} if counts else {"Foo": "good", "Stray/testcases": "fail"}
    assert ran.states == expected


def test_when_a_modules_own_tests_go_those_elsewhere_decide(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Stray/testcases", suite(FOO) + " -- broken")
    bot.unrecorded()
    wiki.pages.delete(TESTS)
    ran = bot.unrecorded()
    assert ("Foo", "good", "fail") in ran.transitions
    assert ran.states == {"Foo": "fail"}


def test_what_nobody_looked_at_when_it_happened_is_found_later(bot: Bot, wiki: ScriptedWiki) -> None:
    seen: list[Asked] = []
    wiki.meanwhile = seen.append
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.pages.edit(FOO, "return {} -- mended")
    ran = bot.unrecorded()
    assert ran.ran == [TESTS]
    assert ran.transitions == []
    assert seen
