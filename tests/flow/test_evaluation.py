"""Which runs are believed: repetition, pages that change meanwhile, and what a page's title has to do with it."""

from __future__ import annotations

import pytest

from picklebot.model import Report
from picklebot.plugins.manager import Plugins
from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import Printed, error, suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"
BAR_TESTS = "Module:Bar/testcases"


def times(wiki: ScriptedWiki, title: str = TESTS) -> int:
    """How often a suite ran under its own title."""
    return sum(run.tester == title == run.under for run in wiki.scripts.runs)


def test_a_state_that_differs_is_seen_twice_before_it_is_believed(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.scripts.runs.clear()
    wiki.pages.edit(FOO, "-- another")
    wiki.scripts.outputs(TESTS, tap(0, 1), tap())
    ran = bot.unrecorded()
    assert ran.transitions == []
    assert ran.suite(TESTS)["flaky"]
    assert ran.states == {"Foo": "good"}


def test_a_flaky_suite_needs_two_runs_that_agree(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "-- another")
    wiki.scripts.outputs(TESTS, tap(0, 1), tap())
    bot.unrecorded()
    wiki.scripts.runs.clear()
    ran = bot.unrecorded("--full")
    assert times(wiki) > 1
    assert not ran.suite(TESTS)["flaky"]


def test_the_first_state_of_a_suite_and_one_that_stands_are_seen_once(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    assert times(wiki) == 1
    wiki.pages.edit(FOO, "-- another")
    wiki.scripts.runs.clear()
    bot.unrecorded()
    assert times(wiki) == 1


def test_a_page_that_changes_while_a_suite_runs_makes_it_run_again(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.while_it_runs(TESTS, lambda: wiki.pages.edit(FOO, "broken"))
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "fail"}
    assert ran.suite(TESTS)["revision"] == wiki.pages.pages[FOO].latest.id
    assert bot.unrecorded().ran == [], "what it depends on is known as it saw it"


@pytest.mark.parametrize("told", [True, False])
def test_so_does_a_page_that_it_loads_whether_the_wiki_tells_revisions_or_only_times(
    bot: Bot, wiki: ScriptedWiki, clock: Clock, *, told: bool
) -> None:
    wiki.api.followed = told
    wiki.pages.edit("Module:Dep", "return {}")
    wiki.pages.edit(TESTS, suite(FOO, "Module:Dep"))
    clock.advance(600)
    wiki.scripts.while_it_runs(TESTS, lambda: wiki.pages.edit("Module:Dep", "broken"))
    assert bot.unrecorded().states == {"Foo": "fail"}


def test_pages_that_change_in_every_run_leave_a_suite_without_a_verdict(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.while_it_runs(TESTS, *[lambda: wiki.pages.edit(FOO, f"-- at {wiki.clock.passed}")] * 9)
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert ran.status == 3
    assert "kept changing" in ran.inconclusive[TESTS]
    assert times(wiki) == 4
    assert ran.states == {}


def test_between_such_runs_it_waits_longer_and_longer(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.scripts.while_it_runs(TESTS, *[lambda: wiki.pages.edit(FOO, f"-- at {wiki.clock.passed}")] * 3)
    clock.slept.clear()
    assert bot.unrecorded().states == {"Foo": "good"}
    assert [pause for pause in clock.slept if pause] == [1.0, 2.0]


def test_it_does_not_wait_where_the_deadline_would_come_first(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:

    def edited_slowly() -> None:
        wiki.pages.edit(FOO, f"-- at {wiki.clock.passed}")
        clock.advance(3)

    wiki.scripts.while_it_runs(TESTS, *[edited_slowly] * 9)
    ran = bot.run("harvest", "--no-record", "--format", "json", "--deadline", "9")
    assert times(wiki) == 2
    assert ran.states == {}


def test_a_test_page_that_goes_while_it_runs_has_no_verdict(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.while_it_runs(TESTS, lambda: wiki.pages.move(TESTS, "Module:Foo/testcases2"))
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert list(ran.inconclusive) == [TESTS]
    assert ran.states == {}
    assert bot.unrecorded().ran == ["Module:Foo/testcases2"]


def test_a_run_that_the_wiki_answers_once_and_then_not_is_no_state(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.scripts.runs.clear()
    answers = iter((False, True))

    def fault(asked: Asked) -> Fault | None:
        return Fault(status=400) if asked.action == "parse" and next(answers, True) else None

    wiki.fault = fault
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert list(ran.inconclusive) == [TESTS]
    assert ran.states == {"Foo": "good"}


def test_a_test_that_fails_under_every_title_does_not_depend_on_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(FOO, "broken")
    assert bot.unrecorded().suite(TESTS)["title_dependent"] is False
    assert {run.under for run in wiki.scripts.runs} >= {TESTS, "Main Page"}


def test_a_test_that_fails_under_one_title_only_is_said_to(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.says[TESTS] = lambda run: tap(0, 1) if run.under == TESTS else tap()
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "fail"}
    assert ran.suite(TESTS)["title_dependent"] is True


def test_one_outcome_under_another_title_is_not_believed_at_once(bot: Bot, wiki: ScriptedWiki) -> None:
    other = iter((tap(), tap(0, 1), tap(0, 1)))
    wiki.scripts.says[TESTS] = lambda run: tap(0, 1) if run.under == TESTS else next(other)
    assert bot.unrecorded().suite(TESTS)["title_dependent"] is None


def test_a_suite_that_passes_is_looked_at_under_another_title_in_a_batch(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    ran = bot.unrecorded()
    assert [ran.suite(title)["title_dependent"] for title in (TESTS, "Module:Bar/testcases")] == [False, False]
    assert [run.beside for run in wiki.scripts.runs] == [0, 0, 1, 1]


def test_a_suite_that_passes_under_its_own_title_only_is_found_so(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.says[TESTS] = lambda run: tap() if run.under == TESTS else tap(0, 1)
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "good"}
    assert ran.suite(TESTS)["title_dependent"] is True
    again = bot.unrecorded("--full")
    assert again.suite(TESTS)["title_dependent"] is True
    assert again.states == {"Foo": "good"}


@pytest.mark.parametrize("message", ["The time allocated for running scripts has expired.", "not enough memory"])
def test_a_suite_that_a_limit_ended_is_not_run_under_other_titles(bot: Bot, wiki: ScriptedWiki, message: str) -> None:
    wiki.scripts.outputs(TESTS, Printed(error(message)))
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "fail"}
    assert {run.under for run in wiki.scripts.runs} == {TESTS}
    wiki.scripts.runs.clear()
    bot.unrecorded("--full")
    assert all(run.alone for run in wiki.scripts.runs)


def test_a_suite_that_always_differs_in_a_batch_is_behind_all_others_from_then_on_and_has_one_run_alone(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit(BAR_TESTS, suite("Module:Bar"))
    wiki.scripts.says[TESTS] = lambda run: tap() if run.alone else tap(0, 1)
    bot.unrecorded()
    bot.unrecorded("--full")
    wiki.scripts.runs.clear()
    assert bot.unrecorded("--full").states == {"Bar": "good", "Foo": "good"}
    assert [(run.tester, run.beside) for run in wiki.scripts.runs] == [(BAR_TESTS, 1), (TESTS, 1), (TESTS, 0)]
    wiki.scripts.says.clear()
    wiki.pages.edit(FOO, "-- mended")
    bot.unrecorded()
    wiki.scripts.runs.clear()
    bot.unrecorded("--full")
    assert not any(run.alone for run in wiki.scripts.runs), "until its pages change"


def test_a_module_that_is_no_lua_any_more_fails_whatever_its_tests_say(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.change_model(FOO, "wikitext")
    ran = bot.unrecorded()
    assert ran.suite(TESTS)["state"] == "fail"
    assert "holds no Lua" in str(ran.suite(TESTS)["error"])


def test_a_tester_without_the_function_is_run_by_the_one_that_is_left(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(TESTS, suite(FOO, function="run"))
    assert bot.unrecorded().states == {"Foo": "good"}
    assert [run.function for run in wiki.scripts.runs][:1] == ["run"]


def test_a_tester_that_offers_nothing_is_pending(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(TESTS, f"local foo = require('{FOO}')\nreturn {{}}")
    assert bot.unrecorded().states == {"Foo": "pending"}


def test_what_the_program_itself_gets_wrong_is_no_verdict_and_stops_no_other(
    bot: Bot, wiki: ScriptedWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.scripts.says[TESTS] = lambda _: tap(7)
    parse = Plugins.parse

    def fails(self: Plugins, name: str, text: str) -> Report:
        if "ok 7" in text:
            raise RuntimeError("a mistake")
        return parse(self, name, text)

    monkeypatch.setattr(Plugins, "parse", fails)
    ran = bot.run("harvest", "--no-record", "--format", "json", check=False)
    assert ran.states == {"Bar": "good"}
    assert "a mistake" in ran.inconclusive[TESTS]


def test_where_invocations_may_share_an_environment_no_suite_runs_beside_another(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.api.software, wiki.api.shared = "MediaWiki 1.46.0", True
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.unrecorded()
    bot.unrecorded("--full")
    assert all(run.alone for run in wiki.scripts.runs)


@pytest.mark.parametrize(("text", "ran"), [("return {}", True), ("broken", False)])
def test_a_new_revision_of_the_same_text_is_seen_by_a_server_that_tells_the_older_one(
    bot: Bot, wiki: ScriptedWiki, text: str, ran: bool
) -> None:
    bot.unrecorded()
    wiki.api.cached[FOO] = wiki.pages.pages[FOO].latest.id
    wiki.pages.edit(FOO, text)  # such as a protection: a revision without a new text
    found = bot.run("harvest", "--no-record", "--format", "json")
    assert (found.ran == [TESTS]) is ran
    assert (TESTS in found.inconclusive) is not ran
