"""Many modules that change at once are held back, run again, and recorded if they come to the same."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.scripts import suite, tap
from tests.flow.wiki import ScriptedWiki

NAMES = [f"M{number:02}" for number in range(39)]


@pytest.fixture
def forty(bot: Bot, wiki: ScriptedWiki) -> ScriptedWiki:
    """A wiki of forty modules that pass, harvested."""
    wiki.add_modules(*NAMES)
    bot.harvest()
    wiki.asked.clear()
    return wiki


def set_all(wiki: ScriptedWiki, number: int, outcome: str) -> None:
    for name in NAMES[:number]:
        wiki.scripts.outputs(f"Module:{name}/testcases", outcome)


def tagged(wiki: ScriptedWiki, among: list[str] = NAMES) -> int:
    return sum(wiki.pages.tags_of(f"Module:{name}") == ("pickle-fail",) for name in among)


def test_many_at_once_are_held_back_and_recorded_by_the_next_harvest_that_finds_the_same(
    bot: Bot, forty: ScriptedWiki
) -> None:
    set_all(forty, 12, tap(0, 1))
    ran = bot.run("harvest", "--full")
    assert ran.status == 0
    assert "12 of 40 modules change at once" in ran.err
    assert "--release" in ran.err
    assert forty.writes() == []
    forty.scripts.runs.clear()
    ran = bot.harvest()
    assert set(ran.ran) == {f"Module:{name}/testcases" for name in NAMES[:12]}
    assert ran.transitions == []
    assert "at once" not in ran.err
    assert tagged(forty) == 12
    assert len(forty.log_lines()) == 52


def test_what_comes_back_is_not_recorded_at_all(bot: Bot, forty: ScriptedWiki) -> None:
    set_all(forty, 20, tap(0, 1))
    bot.harvest("--full")
    set_all(forty, 20, tap())
    lines = forty.log_lines()
    assert "at once" not in bot.harvest().err
    assert tagged(forty) == 0
    assert forty.log_lines() == lines
    assert {asked.action for asked in forty.writes()} <= {"edit"}, "at most data pages"


def test_what_stays_is_recorded_and_what_comes_back_is_not(bot: Bot, forty: ScriptedWiki) -> None:
    set_all(forty, 20, tap(0, 1))
    bot.harvest("--full")
    set_all(forty, 15, tap())
    bot.harvest()
    assert tagged(forty) == 5


def test_whoever_has_looked_releases_it(bot: Bot, forty: ScriptedWiki) -> None:
    set_all(forty, 12, tap(0, 1))
    bot.harvest("--full")
    bot.harvest("--release")
    assert tagged(forty) == 12


@pytest.mark.parametrize(("number", "of"), [(9, 12), (8, 40)])
def test_few_are_recorded_at_once(bot: Bot, wiki: ScriptedWiki, number: int, of: int) -> None:
    wiki.add_modules(*NAMES[: of - 1])
    bot.harvest()
    set_all(wiki, number, tap(0, 1))
    assert "at once" not in bot.harvest("--full").err
    assert tagged(wiki, NAMES[: of - 1]) == number


def test_modules_that_are_first_seen_are_no_change(bot: Bot, wiki: ScriptedWiki) -> None:
    for name in NAMES:
        wiki.pages.edit(f"Module:{name}", "broken")
        wiki.pages.edit(f"Module:{name}/testcases", suite(f"Module:{name}"))
    assert "at once" not in bot.harvest().err


def test_more_that_change_while_some_are_held_back_are_held_back_too(bot: Bot, forty: ScriptedWiki) -> None:
    set_all(forty, 12, tap(0, 1))
    bot.harvest("--full")
    set_all(forty, 39, tap(0, 1))
    assert "39 of 40" in bot.harvest("--full").err
    assert tagged(forty) == 0
    bot.harvest()
    assert tagged(forty) == 39
