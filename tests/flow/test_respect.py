"""What a wiki's editors may ask of a bot: few edits, and an end to them at a word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, STOP = "Module:Foo", "User:Bot/Stop"


def edits(wiki: ScriptedWiki) -> list[Asked]:
    return wiki.questions(action="edit")


@pytest.mark.parametrize("text", ["Please stop!", "#REDIRECT [[A]]", "{{nobots}}", "\n .\n"])
def test_any_text_on_the_stop_page_by_anybody_stops_all_recording_and_says_who_and_when(
    bot: Bot, wiki: ScriptedWiki, text: str
) -> None:
    wiki.pages.edit(STOP, text, user="Ida")
    ran = bot.run("harvest")
    assert wiki.writes() == []
    assert wiki.questions(action="purge") == []
    assert "Ida stopped all recording at 2026-03-04T" in ran.err
    assert STOP in ran.err
    assert ran.status == 0
    assert "Foo" in ran.out, "tests run all the same"


def test_a_stop_in_the_midst_of_recording_comes_before_the_next_write(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar", "Baz")
    wrote: list[Asked] = []

    def stop(asked: Asked) -> None:
        if asked.action in ("tag", "edit"):
            wrote.append(asked)
            if len(wrote) == 1:
                wiki.pages.edit(STOP, "Stop.", user="Ida")

    wiki.meanwhile = stop
    bot.harvest()
    assert len(wrote) == 1
    wiki.meanwhile = lambda _: None
    wiki.pages.edit(STOP, "  \n")
    bot.harvest()
    assert len(wiki.log_lines()) == 3, "it goes on when the page is empty"


def test_the_stop_page_is_one_that_the_setting_names(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Project:Halt Bot", "Stop.")
    bot.run("harvest", PICKLEBOT_STOP_PAGE="Project:Halt {user}")
    assert wiki.writes() == []


def test_a_stop_page_that_cannot_be_read_stops_recording_too(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.fault = lambda asked: (
        Fault(code="internal_api_error_X") if STOP in asked.parameters.get("titles", "") else None
    )
    bot.run("harvest")
    assert wiki.writes() == []


def test_edits_come_no_faster_than_so_many_a_minute_in_one_harvest_or_several(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.add_modules(*"ABCDE")
    times: list[datetime] = []
    wiki.meanwhile = lambda asked: times.append(clock.now) if asked.action == "edit" else None
    for _ in range(3):
        wiki.pages.edit(FOO, f"broken {clock.now}")
        ran = bot.run("harvest", PICKLEBOT_EDITS_PER_MINUTE="3")
        assert ran.status == 0, ran.err
    assert len(times) > 8
    minute = timedelta(seconds=60)
    assert all(sum(at <= other < at + minute for other in times) <= 3 for at in times)


def test_edits_beyond_those_of_a_harvest_wait_for_the_next_one(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules(*"ABCDEFGH")
    for number in range(1, 5):
        ran = bot.run("harvest", PICKLEBOT_EDITS_PER_HARVEST="4")
        assert ran.status == 0
        assert len(edits(wiki)) == min(4 * number, 11)
        assert ("edits_per_harvest" in ran.err) == (number < 3)
    assert all(wiki.pages.pages[f"Module:{name}"].categories for name in "ABCDEFGH")


def test_a_deadline_that_leaves_no_time_for_the_next_minute_ends_the_edits(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules(*"ABCDEFGH")
    ran = bot.run("harvest", "--deadline", "30", PICKLEBOT_EDITS_PER_MINUTE="2")
    assert ran.status == 0
    assert len(edits(wiki)) == 2
