"""Refused writes: told once, and tried again when the page, its protection, rights, blocks or a day have changed."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, DOC, DATA = "Module:Foo", "Module:Foo/doc", "User:Bot/Tests/0.json"
REFUSALS = [
    "abusefilter-disallowed",
    "protectedpage",
    "cascadeprotected",
    "spamblacklist",
    "titleblacklist-forbidden",
    "contenttoobig",
    "hookaborted",
]


def refuse(wiki: ScriptedWiki, code: str, title: str) -> None:
    wiki.fault = lambda asked: Fault(code=code) if asked.has(action="edit", title=title) else None


def tries(wiki: ScriptedWiki, title: str) -> list[Asked]:
    return wiki.questions(action="edit", title=title)


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("title", [DOC, DATA])
def test_three_harvests_try_a_refused_page_once_and_tell_of_it_once(
    bot: Bot, wiki: ScriptedWiki, code: str, title: str
) -> None:
    refuse(wiki, code, title)
    told = [bot.harvest().err.count(code) for _ in range(3)]
    assert told == [1, 0, 0]
    assert len(tries(wiki, title)) == 1
    wiki.fault = lambda _: None
    wiki.asked.clear()
    bot.harvest()
    assert tries(wiki, title) == []


def test_a_day_later_it_is_tried_again_and_told_of_only_if_the_reason_is_another(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    refuse(wiki, "abusefilter-disallowed", DOC)
    bot.harvest()
    clock.advance(90_000)
    assert "abusefilter" not in bot.harvest().err
    assert len(tries(wiki, DOC)) == 2
    refuse(wiki, "spamblacklist", DOC)
    clock.advance(90_000)
    assert "spamblacklist" in bot.harvest().err
    wiki.fault = lambda _: None
    clock.advance(90_000)
    bot.harvest()
    assert "Category:" in wiki.pages.pages[DOC].text


def test_another_text_of_the_page_is_a_reason_to_try_again(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "One.")
    refuse(wiki, "spamblacklist", DOC)
    bot.harvest()
    wiki.pages.edit(DOC, "Two.")
    bot.harvest()
    assert len(tries(wiki, DOC)) == 2


def test_so_is_another_protection_of_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "One.")
    wiki.pages.protection[DOC] = "sysop"
    refuse(wiki, "protectedpage", DOC)
    bot.harvest()
    wiki.fault = lambda _: None
    bot.harvest()
    assert wiki.pages.pages[DOC].text == "One."
    del wiki.pages.protection[DOC]
    bot.harvest()
    assert "Category:" in wiki.pages.pages[DOC].text


def test_so_are_other_rights_of_the_account(bot: Bot, wiki: ScriptedWiki) -> None:
    refuse(wiki, "mycustomjsonprotected", DATA)
    ran = bot.harvest()
    assert "editmyoptions" in ran.err
    wiki.fault = lambda _: None
    assert DATA not in wiki.pages.pages
    wiki.api.rights["Bot"] |= {"editmyuserjson"}
    wiki.log_all_out()
    bot.harvest()
    assert DATA in wiki.pages.pages


def test_each_refused_page_is_told_of_in_a_line_of_its_own_with_a_remedy(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar")
    wiki.fault = lambda asked: (
        Fault(code="protectedpage")
        if asked.parameters.get("title", "").endswith("/doc") and asked.action == "edit"
        else None
    )
    lines = [line for line in bot.harvest().err.splitlines() if "recording_failed" in line]
    assert len(lines) == 2
    for name, line in zip(("Bar", "Foo"), sorted(lines), strict=True):
        assert f"Module:{name}/doc cannot be saved: the page is protected: give the account the right" in line


def test_a_page_that_keeps_bots_out_is_told_of_once(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit(DOC, "{{nobots}}")
    assert ["keeps bots out" in bot.harvest().err for _ in range(3)] == [True, False, False]
    wiki.pages.edit(DOC, "Come in.")
    bot.harvest()
    assert "Category:" in wiki.pages.pages[DOC].text


def test_a_block_of_the_account_is_told_of_once_and_nothing_tried(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    wiki.api.blocked = "too fast"
    wiki.asked.clear()
    ran = [bot.run("harvest") for _ in range(3)]
    assert ["too fast" in each.err for each in ran] == [True, False, False]
    assert {each.status for each in ran} == {3}
    assert wiki.writes() == []
    wiki.api.blocked = ""
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)
    wiki.api.blocked = "too fast"
    wiki.pages.edit(FOO, "return {}")
    assert "too fast" in bot.run("harvest").err, "it is another block"


@pytest.mark.parametrize("title", [FOO, DOC])
def test_a_block_from_a_page_is_told_of_once_and_recording_goes_on_when_it_is_lifted(
    bot: Bot, wiki: ScriptedWiki, title: str
) -> None:
    wiki.api.blocked, wiki.api.blocked_from = "not here", frozenset({title})
    assert [bot.harvest().err.count("not here") for _ in range(3)] == [1, 0, 0]
    assert wiki.questions(action="tag") == [] if title == FOO else tries(wiki, DOC) == []
    wiki.api.blocked = ""
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert "Category:" in wiki.pages.pages[DOC].text


@pytest.mark.parametrize("title", [FOO, DOC])
def test_so_it_does_where_the_block_came_in_the_midst(bot: Bot, wiki: ScriptedWiki, title: str) -> None:
    def block(asked: Asked) -> None:
        if asked.action in ("tag", "edit"):
            wiki.api.blocked, wiki.api.blocked_from = "not here", frozenset({title})

    def writes() -> int:
        return len(wiki.questions(action="tag")) if title == FOO else len(tries(wiki, DOC))

    wiki.meanwhile = block
    bot.harvest()
    assert writes() == 1
    bot.harvest()
    assert writes() == 1
    wiki.meanwhile = lambda _: None
    wiki.api.blocked = ""
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert "Category:" in wiki.pages.pages[DOC].text


def test_an_answer_that_may_be_another_at_once_is_tried_at_each_harvest(bot: Bot, wiki: ScriptedWiki) -> None:
    refuse(wiki, "editconflict", DOC)
    assert "editconflict" in bot.harvest().err
    assert "editconflict" in bot.harvest().err
