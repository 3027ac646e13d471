"""What is written on the wiki: tags, categories, log lines; once, in order, and under the observer's name."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, TESTS, DOC = "Module:Foo", "Module:Foo/testcases", "Module:Foo/doc"


def categories(wiki: ScriptedWiki, title: str = FOO) -> list[str]:
    return sorted(wiki.pages.pages[title].categories)


def test_a_transition_is_a_tag_a_category_and_a_line_of_the_log(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    good = categories(wiki)
    revision = wiki.pages.edit(FOO, "broken", user="Ben")
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)
    assert len(categories(wiki)) == 1
    assert categories(wiki) != good
    first, second = wiki.log_lines()
    assert "first seen → '''good'''" in first
    assert "good → '''fail'''" in second
    assert f"Special:PermanentLink/{revision}" in second
    assert "Ben" in second
    assert len(wiki.pages.tag_log()) == 2


def test_every_write_is_sent_as_the_observer_or_not_at_all(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    assert {asked.action for asked in wiki.writes()} == {"tag", "edit"}
    assert {asked.parameters.get("assertuser") for asked in wiki.writes()} == {"Bot"}
    assert {asked.parameters.get("bot") for asked in wiki.questions(action="edit")} == {"1"}


def test_what_is_recorded_is_not_recorded_again(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.asked.clear()
    bot.harvest("--full")
    assert wiki.writes() == []


def test_a_tag_of_an_older_state_leaves_the_revision_that_is_tested_again(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.pages.edit(TESTS, suite(FOO) + " -- broken")
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)


def test_the_text_around_the_bots_part_of_a_documentation_page_stays(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "How to use it.\n\n{{Shared}}")
    bot.harvest()
    assert wiki.pages.pages[DOC].text.startswith("How to use it.\n\n{{Shared}}\n<!--")
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    assert wiki.pages.pages[DOC].text.count("<!-- picklebot: begin") == 1


def test_a_module_that_moves_takes_its_category_along_and_leaves_none_behind(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    before = categories(wiki)
    for title in (FOO, TESTS):
        wiki.pages.move(title, title.replace("Foo", "Baz"))
    wiki.pages.edit("Module:Baz/testcases", suite("Module:Baz"))
    ran = bot.harvest()
    assert ran.transitions == []
    assert categories(wiki, "Module:Baz") == before
    assert "Category" in wiki.pages.pages["Module:Baz/doc"].text
    assert "Category" not in wiki.pages.pages[DOC].text


def test_a_module_whose_tests_went_is_missing_and_says_who_took_them(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.pages.delete(TESTS, user="Cleo")
    ran = bot.harvest()
    assert ran.transitions == [("Foo", "good", "missing")]
    assert "Cleo" in wiki.log_lines()[-1]
    assert wiki.pages.tags_of(FOO) == ("pickle-missing",)


def test_a_category_that_other_text_hides_is_told_of_and_waits(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.pages.hidden.add(FOO)
    clock.slept.clear()
    ran = bot.harvest()
    assert "not there" in ran.err
    assert 2.0 in clock.slept, "other databases may be late"
    wiki.pages.hidden.clear()
    assert "not there" not in bot.harvest().err
    assert len(categories(wiki)) == 1


def test_one_recorders_error_does_not_end_the_others(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.tags.clear()
    ran = bot.harvest()
    assert "badtags" in ran.err
    assert "picklebot setup" in ran.err
    assert len(categories(wiki)) == 1
    assert len(wiki.log_lines()) == 1
    wiki.pages.tags |= {"pickle-good"}
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert len(wiki.log_lines()) == 1


def test_where_no_recorder_could_work_the_exit_status_is_3(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.fault = lambda asked: Fault(code="readonly") if asked in wiki.writes() else None
    ran = bot.run("harvest")
    assert ran.status == 3
    assert "read-only" in ran.err
    wiki.fault = lambda _: None
    assert bot.run("harvest").status == 0
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_a_wiki_that_is_read_only_is_asked_by_one_recorder_alone(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar", "Baz")
    wiki.fault = lambda asked: Fault(code="readonly") if asked in wiki.writes() else None
    ran = bot.run("harvest")
    assert {asked.action for asked in wiki.writes()} == {"tag"}
    assert len({asked.parameters["revid"] for asked in wiki.writes()}) == 1
    assert "not tried, for the same reason (tags)" in ran.err


def test_transitions_of_a_page_are_tagged_in_their_order(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    wiki.pages.edit(TESTS, suite(FOO) + " -- broken")
    bot.unrecorded()
    wiki.pages.edit(TESTS, suite(FOO))
    bot.harvest()
    assert [reason.split(" (")[0] for reason in wiki.pages.tag_log()] == [
        "first seen → good",
        "good → fail",
        "fail → good",
    ]
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert len(wiki.log_lines()) == 3
    assert sum("/Log" in asked.parameters["title"] for asked in wiki.questions(action="edit")) == 1, "one a harvest"


@pytest.mark.parametrize("action", ["tag", "edit"])
def test_what_was_written_before_the_answer_was_lost_is_not_written_again(
    bot: Bot, wiki: ScriptedWiki, action: str
) -> None:
    lost: list[Asked] = []

    def lose_one(asked: Asked) -> Fault | None:
        if asked.action == action and not lost:
            lost.append(asked)
            wiki.api.answer(asked.parameters, asked.user)
            return Fault(lost=True)
        return None

    wiki.fault = lose_one
    bot.harvest()
    bot.harvest()
    assert lost
    assert len(wiki.pages.tag_log()) == len(wiki.log_lines()) == 1


def test_a_page_that_keeps_bots_out_is_left_alone_and_the_others_are_not(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar")
    wiki.pages.edit(DOC, "{{nobots}}")
    ran = bot.harvest()
    assert "keeps bots out" in ran.err
    assert wiki.pages.pages[DOC].text == "{{nobots}}"
    assert len(categories(wiki, "Module:Bar")) == 1
    wiki.pages.edit(DOC, "")
    assert "keeps bots out" not in bot.harvest().err
    assert len(categories(wiki)) == 1


def test_an_edit_of_somebody_else_meanwhile_is_kept(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "One.")
    edits: list[Asked] = []

    def quicker(asked: Asked) -> None:
        if asked.has(action="edit", title=DOC):
            edits.append(asked)
            if len(edits) == 1:
                wiki.pages.edit(DOC, "One. Two.")

    wiki.meanwhile = quicker
    bot.harvest()
    assert len(edits) == 2
    assert wiki.pages.pages[DOC].text.startswith("One. Two.\n<!--")


def test_somebody_who_is_always_quicker_wins_and_it_is_told(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "0")
    wiki.meanwhile = lambda a: wiki.pages.edit(DOC, str(len(wiki.asked))) if a.has(action="edit", title=DOC) else None
    ran = bot.harvest()
    assert "editconflict" in ran.err
    assert len(wiki.questions(action="edit", title=DOC)) == 3


def test_a_filter_that_warns_is_tried_again_and_one_that_goes_on_is_not(bot: Bot, wiki: ScriptedWiki) -> None:
    warned = {"edit": {"result": "Failure", "code": "abusefilter-warning", "info": "Warning"}}
    fine: list[bool] = [False, True, False, False, True]
    wiki.fault = lambda asked: (
        Fault(answer=warned) if asked.has(action="edit", title=DOC) and not (fine and fine.pop(0)) else None
    )
    bot.harvest()
    assert len(categories(wiki)) == 1
    wiki.pages.edit(FOO, "broken")
    assert "abusefilter-warning" in bot.harvest().err


def test_a_page_that_cannot_be_tagged_keeps_no_other_from_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar", "Baz")
    revision = str(wiki.pages.pages["Module:Bar"].latest.id)
    wiki.fault = lambda asked: Fault(code="cantdothat") if asked.has(action="tag", revid=revision) else None
    ran = bot.harvest()
    assert "Module:Bar" in ran.err
    assert wiki.pages.tags_of("Module:Baz") == wiki.pages.tags_of(FOO) == ("pickle-good",)
    wiki.fault = lambda _: None
    bot.harvest()
    assert wiki.pages.tags_of("Module:Bar") == ("pickle-good",)


def test_a_wiki_that_limits_tagging_is_left_alone_until_the_next_harvest(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules(*"ABCDE")

    def skipped(asked: Asked) -> Fault | None:
        answer = {"revid": int(asked.parameters.get("revid", 0)), "status": "skipped"}
        return Fault(answer={"tag": [answer]}) if asked.action == "tag" else None

    wiki.fault = skipped
    ran = bot.harvest()
    assert "limits how many tags" in ran.err
    assert len(wiki.questions(action="tag")) == 1


def test_a_module_that_was_deleted_before_it_was_recorded_keeps_no_other_waiting(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar")
    bot.unrecorded()
    wiki.pages.delete(FOO)
    ran = bot.harvest()
    assert wiki.pages.tags_of("Module:Bar") == ("pickle-good",)
    assert DOC not in wiki.pages.pages
    assert "Foo" not in ran.err


def test_setup_defines_what_is_not_there_and_needs_the_right_to(bot: Bot, wiki: ScriptedWiki) -> None:
    assert bot.run("setup").status == 3
    wiki.pages.tags -= {"pickle-good", "pickle-fail"}
    bot.user = "Admin@test"
    ran = bot.run("setup")
    assert ran.status == 0
    assert {"pickle-good", "pickle-fail"} <= wiki.pages.tags
    created = {asked.parameters["tag"] for asked in wiki.questions(action="managetags")}
    assert created == {"pickle-good", "pickle-fail"}
    pages = [title for title in wiki.pages.pages if title.startswith("Category:")]
    assert pages
    wiki.asked.clear()
    wiki.pages.edit(pages[0], "An editor's words.")
    bot.run("setup")
    assert wiki.writes() == []
    assert wiki.pages.pages[pages[0]].text == "An editor's words."


def test_a_wiki_without_parser_functions_needs_the_helper(bot: Bot, wiki: ScriptedWiki) -> None:
    del wiki.api.extensions["ParserFunctions"]
    ran = bot.harvest()
    assert "Module:Picklebot is not there" in ran.err
    assert DOC not in wiki.pages.pages
    wiki.pages.edit("Module:Picklebot", "return {}")
    bot.harvest()
    assert "{{#invoke:Picklebot|only|" in wiki.pages.pages[DOC].text


def test_several_states_of_one_page_leave_the_category_of_the_last(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    good = categories(wiki)
    wiki.scripts.outputs(TESTS, tap(0, 1))
    bot.unrecorded("--full")
    wiki.scripts.outputs(TESTS, tap())
    bot.harvest("--full")
    assert categories(wiki) == good
    assert len(wiki.pages.tag_log()) == 3


@pytest.mark.parametrize("recorder", ["tags", "categories", "log"])
def test_a_deadline_ends_the_work_of_each_recorder_and_the_rest_waits(
    bot: Bot, wiki: ScriptedWiki, clock: Clock, recorder: str
) -> None:
    wiki.add_modules(*"ABCDEFGH")
    bot.unrecorded()
    wiki.meanwhile = lambda asked: clock.advance(4) if asked.action in ("tag", "edit") else None
    ran = bot.run("harvest", "--deadline", "30")
    assert ran.status == 0
    assert recorder in ran.err or recorder == "log"
    assert "wait" in ran.err
    assert 0 < len(wiki.pages.tag_log()) < 9
    wiki.meanwhile = lambda _: None
    bot.harvest()
    assert len(wiki.pages.tag_log()) == len(wiki.log_lines()) == 9


def test_every_write_may_be_refused_while_the_wiki_is_busy(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    assert {asked.parameters.get("maxlag") for asked in wiki.writes()} == {"5"}


def test_memberships_are_brought_up_to_date_ten_pages_at_a_time_as_fast_as_the_wiki_allows(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.add_modules(*(f"M{n:02}" for n in range(12)))
    limited = iter((True, True, False, True))

    def limit(asked: Asked) -> Fault | None:
        if asked.action != "purge" or not next(limited, False):
            return None
        titles = asked.parameters["titles"].split("|")
        return Fault(answer={"purge": [{"title": title} for title in titles]})

    wiki.fault = limit
    clock.slept.clear()
    assert "recording_failed" not in bot.harvest().err
    assert [pause for pause in clock.slept if pause] == [1.0, 2.0, 1.0]
    assert {len(asked.parameters["titles"].split("|")) for asked in wiki.questions(action="purge")} == {10, 3}
    assert all(len(categories(wiki, f"Module:M{n:02}")) == 1 for n in range(12))
