"""A harvest from its first request to its last."""

from __future__ import annotations

import sqlite3
from functools import partial

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import Printed, Run, suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"


def test_a_first_harvest_finds_the_tests_of_a_module_and_its_state(bot: Bot, wiki: ScriptedWiki) -> None:
    ran = bot.harvest()
    assert ran.states == {"Foo": "good"}
    assert ran.transitions == [("Foo", None, "good")]
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_an_unchanged_wiki_runs_nothing_and_costs_a_request_and_one_for_pages_edited_just_now(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    bot.unrecorded()
    wiki.asked.clear()
    ran = bot.unrecorded()
    assert (ran.ran, ran.transitions, ran.states) == ([], [], {"Foo": "good"})
    assert len(wiki.asked) <= 2


def test_an_edit_that_breaks_a_module_is_a_transition_with_its_cause(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    old = wiki.pages.pages[FOO].latest.id
    new = wiki.pages.edit(FOO, "broken", user="Ben")
    ran = bot.harvest()
    assert ran.transitions == [("Foo", "good", "fail")]
    (page,) = ran.document["transitions"][0]["cause"]["pages"]
    assert (page["title"], page["old"], page["new"], page["user"]) == (FOO, old, new, "Ben")


def test_only_the_suites_that_depend_on_what_changed_run(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    assert bot.unrecorded().ran == ["Module:Bar/testcases", TESTS]
    wiki.pages.edit("Module:Bar", "-- better")
    assert bot.unrecorded().ran == ["Module:Bar/testcases"]


def test_only_the_suites_that_are_asked_for_run_and_the_others_stay(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    ran = bot.unrecorded("--only", "Ba*")
    assert ran.ran == ["Module:Bar/testcases"]
    assert ran.states == {"Bar": "good"}
    assert bot.unrecorded().ran == [TESTS]


def test_a_pattern_that_finds_no_suite_is_told(bot: Bot, wiki: ScriptedWiki) -> None:
    ran = bot.run("harvest", "--no-record", "--only", "Fooo", "--only", "Zebra*")
    assert (ran.status, ran.out) == (2, "")
    assert "only: none of the 1 suites has a module or test page like Fooo, Zebra*; did you mean Module:Foo?" in ran.err
    for name in [FOO, TESTS]:
        wiki.pages.delete(name)
    assert bot.run("harvest", "--no-record", "--only", "Fooo").status == 0  # there is nothing to misspell


def test_a_pattern_that_is_like_no_title_hides_no_change_of_state(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.unrecorded()
    wiki.pages.delete("Module:Bar/testcases")
    ran = bot.run("harvest", "--no-record", "--only", "Zebra", "--format", "json")
    assert (ran.status, ran.transitions) == (2, [("Bar", "good", "missing")])


@pytest.mark.parametrize("command", ["harvest", "watch"])
@pytest.mark.parametrize("store", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_store_that_is_gone_with_the_command_records_nothing(
    bot: Bot, wiki: ScriptedWiki, command: str, store: str
) -> None:
    ran = bot.run(command, PICKLEBOT_STORE=store)
    assert (ran.status, ran.out) == (2, "")
    assert "record everything anew" in ran.err
    assert not wiki.asked
    assert bot.run("harvest", "--no-record", PICKLEBOT_STORE=store).status == 0


def test_drafts_run_only_where_they_are_asked_for(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Foo/sandbox", "return {}")
    wiki.pages.edit("Module:Foo/sandbox/testcases", suite("Module:Foo/sandbox"))
    wiki.pages.edit("Module:User:Ann/Bar", "return {}")
    wiki.pages.edit("Module:User:Ann/Bar/testcases", suite("Module:User:Ann/Bar"))
    assert bot.unrecorded().ran == [TESTS]
    assert len(bot.unrecorded("--drafts", "--sweep", "--full").ran) == 3


def test_full_runs_all_suites_and_a_date_those_that_ran_long_ago(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    bot.unrecorded()
    assert bot.unrecorded("--full").ran == [TESTS]
    clock.advance(3 * 86_400)
    assert bot.unrecorded().ran == []
    clock.advance(5 * 86_400)
    assert bot.unrecorded().ran == [TESTS]
    assert wiki.scripts.count(TESTS) > 2


def test_another_release_of_the_wiki_runs_everything_and_is_named_as_the_cause(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.api.software = "MediaWiki 1.44.0"
    wiki.scripts.outputs(TESTS, tap(0, 1))
    ran = bot.unrecorded()
    assert ran.transitions == [("Foo", "good", "fail")]
    assert "1.44.0" in str(ran.document["transitions"][0]["cause"])


def test_a_dry_run_changes_neither_wiki_nor_store(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.store.unlink()
    ran = bot.harvest("--dry-run")
    assert ran.transitions == [("Foo", None, "good")]
    assert not bot.store.exists()
    assert wiki.writes() == []


def test_what_was_found_without_recording_is_recorded_by_the_next_harvest(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    assert wiki.writes() == []
    assert bot.harvest().transitions == []
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_a_plan_runs_nothing_and_says_what_would_run_and_why(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.scripts.runs.clear()
    planned = bot.run("plan", "--format", "json", "--full").document
    assert [each["tester"] for each in planned["suites"]] == ["Module:Bar/testcases", TESTS]
    assert [each["reason"] for each in planned["suites"]] == ["it is new", "all were asked for"]
    assert (planned["alone"], planned["batches"]) == (1, 1)
    assert wiki.scripts.runs == []
    assert bot.unrecorded().ran == ["Module:Bar/testcases"], "a plan is no harvest"


def test_a_part_of_the_time_until_the_deadline_is_kept_for_recording(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    for name in "ABCDEFGH":
        wiki.pages.edit(f"Module:{name}", "return {}")
        wiki.pages.edit(f"Module:{name}/testcases", suite(f"Module:{name}"))
        wiki.scripts.while_it_runs(f"Module:{name}/testcases", *[partial(clock.advance, 16)] * 9)
    clock.advance(600)
    ran = bot.run("harvest", "--format", "json", "--deadline", "100")
    assert 0 < len(ran.ran) < 9
    tagged = [title for title in wiki.pages.pages if "pickle-good" in wiki.pages.tags_of(title)]
    assert len(tagged) == len(ran.ran), "what was found is recorded as well"
    assert "wait" in ran.err
    assert len(bot.harvest().states) == 9


def test_several_suites_at_a_time_come_to_the_same(bot: Bot, wiki: ScriptedWiki) -> None:
    for n in range(5):
        wiki.pages.edit(f"Module:M{n}", "return {}" if n % 2 else "broken")
        wiki.pages.edit(f"Module:M{n}/testcases", suite(f"Module:M{n}"))
    expected = {"Foo": "good"} | {f"M{n}": "good" if n % 2 else "fail" for n in range(5)}
    assert bot.unrecorded("--concurrency", "3").states == expected


def test_a_wiki_that_answers_no_run_at_all_makes_the_harvest_useless(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.fault = lambda asked: Fault(status=503) if asked.action == "parse" else None
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert ran.status == 3
    assert list(ran.inconclusive) == [TESTS]
    assert ran.states == {}


def test_a_wiki_that_stopped_answering_is_not_asked_by_every_suite(bot: Bot, wiki: ScriptedWiki) -> None:
    for n in range(12):
        wiki.pages.edit(f"Module:M{n:02}", "return {}")
        wiki.pages.edit(f"Module:M{n:02}/testcases", suite(f"Module:M{n:02}"))
    wiki.fault = lambda asked: Fault(lost=True) if asked.action == "parse" else None
    ran = bot.run("harvest", "--no-record", "--format", "json", "--retries", "0")
    assert ran.status == 3
    assert len(wiki.questions(action="parse")) == 5
    assert sum("stopped answering" in reason for reason in ran.inconclusive.values()) == 8


def test_one_answer_between_others_shows_that_the_wiki_is_there(bot: Bot, wiki: ScriptedWiki) -> None:
    for n in range(12):
        wiki.pages.edit(f"Module:M{n:02}", "return {}")
        wiki.pages.edit(f"Module:M{n:02}/testcases", suite(f"Module:M{n:02}"))
    lost = {"Module:M01/testcases", "Module:M02/testcases", "Module:M03/testcases", "Module:M05/testcases"}
    wiki.fault = lambda asked: Fault(lost=True) if asked.parameters.get("title") in lost else None
    ran = bot.unrecorded("--retries", "0")
    assert ran.inconclusive.keys() == lost


def test_an_inconclusive_suite_keeps_its_state_and_runs_again(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(FOO, "broken")
    wiki.fault = lambda asked: Fault(status=503) if asked.action == "parse" else None
    ran = bot.run("harvest", "--no-record", "--format", "json")
    assert (ran.status, ran.states, ran.transitions) == (3, {"Foo": "good"}, [])
    wiki.fault = lambda _: None
    assert bot.unrecorded().transitions == [("Foo", "good", "fail")]


def test_a_harvest_notes_what_it_cost(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    wiki.asked.clear()
    bot.harvest()
    with sqlite3.connect(bot.store) as store:
        ran, inconclusive, changed, requests = store.execute(
            "select ran, inconclusive, changed, requests from harvest order by id desc limit 1"
        ).fetchone()
    assert (ran, inconclusive, changed) == (1, 0, 1)
    assert 0 < requests < len(wiki.asked)


@pytest.mark.parametrize("found", ["good", "fail"])
def test_the_exit_status_is_0_whatever_states_modules_are_in(bot: Bot, wiki: ScriptedWiki, found: str) -> None:
    wiki.scripts.outputs(TESTS, tap() if found == "good" else tap(0, 1))
    assert bot.harvest().states == {"Foo": found}


def test_suites_that_stand_are_confirmed_many_in_a_request(bot: Bot, wiki: ScriptedWiki) -> None:
    for n in range(9):
        wiki.pages.edit(f"Module:M{n}", "return {}" if n % 2 else "broken")
        wiki.pages.edit(f"Module:M{n}/testcases", suite(f"Module:M{n}"))
    first = bot.unrecorded()
    wiki.asked.clear()
    again = bot.unrecorded("--full")
    assert (len(again.ran), again.transitions, again.states) == (10, [], first.states)
    assert len(wiki.questions(action="parse")) == 1


def test_what_a_batch_does_not_confirm_runs_alone(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.unrecorded()
    wiki.scripts.says[TESTS] = lambda run: tap() if run.alone else tap(0, 1)
    wiki.scripts.runs.clear()
    assert bot.unrecorded("--full").transitions == []
    assert [run.alone for run in wiki.scripts.runs if run.tester == TESTS][:2] == [False, True]


def test_a_suite_near_a_limit_is_no_part_of_a_batch(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.scripts.outputs(TESTS, Printed(tap(), lua_seconds=3.5))
    bot.unrecorded()
    wiki.scripts.runs.clear()
    bot.unrecorded("--full")
    assert [run.beside for run in wiki.scripts.runs if run.tester == TESTS] == [0]


def test_a_batch_that_touched_a_limit_confirms_nothing(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    bot.unrecorded()

    def slow(run: Run) -> Printed:
        return Printed(tap(), lua_seconds=0.001 if run.alone else 3.4)

    wiki.scripts.says[TESTS] = wiki.scripts.says["Module:Bar/testcases"] = slow
    wiki.scripts.runs.clear()
    assert len(bot.unrecorded("--full").ran) == 2
    assert {run.tester for run in wiki.scripts.runs if run.alone} == {TESTS, "Module:Bar/testcases"}


def test_a_suite_that_shows_nothing_is_asked_for_what_it_logs(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.scripts.says[TESTS] = lambda _: Printed("", log=tap(2))
    ran = bot.unrecorded()
    assert ran.states == {"Foo": "good"}
    assert ran.suite(TESTS)["points"]["passed"] == 2
    assert bot.unrecorded("--full").ran == [TESTS]


def test_a_request_that_is_lost_once_is_asked_again(bot: Bot, wiki: ScriptedWiki) -> None:
    lost: list[Asked] = []

    def once(asked: Asked) -> Fault | None:
        if asked.action == "parse" and not lost:
            lost.append(asked)
            return Fault(lost=True)
        return None

    wiki.fault = once
    assert bot.unrecorded().states == {"Foo": "good"}
    assert lost
