"""The observer's session on a wiki, and what it may not do."""

from __future__ import annotations

from tests.flow.bot import Bot
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO = "Module:Foo"


def test_the_session_is_kept_from_harvest_to_harvest_and_begun_anew_where_the_wiki_lost_it(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    bot.harvest()
    wiki.pages.edit(FOO, "broken")
    bot.harvest()
    assert len(wiki.questions(action="login")) == 1
    (kept,) = (bot.folder / "data" / "pywikibot").rglob("*.lwp")
    assert kept.parent.name == "Bot"
    assert kept.parent.parent.name == "127.0.0.1_scripted", "each wiki and account has a folder of its own"
    wiki.pages.edit(FOO, "return {}")
    wiki.log_all_out()
    bot.harvest()
    assert len(wiki.questions(action="login")) == 2
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_a_session_that_is_lost_in_the_midst_is_begun_anew_once(bot: Bot, wiki: ScriptedWiki) -> None:
    lose = iter((True,))
    wiki.meanwhile = lambda asked: wiki.log_all_out() if asked.action == "tag" and next(lose, False) else None
    bot.harvest()
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert len(wiki.questions(action="login")) == 2


def test_a_session_that_the_wiki_never_keeps_ends_the_work(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.fault = lambda asked: Fault(code="badtoken") if asked.action in ("tag", "edit") else None
    ran = bot.run("harvest")
    assert ran.status == 3
    assert "even after a new login" in ran.err
    assert len(wiki.questions(action="tag")) == 2


def test_with_a_wrong_password_results_are_kept_and_their_transitions_wait(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.api.passwords["Bot"] = "another"
    ran = bot.run("harvest")
    assert ran.status == 3
    assert "cannot log in" in ran.err
    assert "Incorrect username or password" in ran.err
    assert "try again" not in ran.err
    runs = len(wiki.scripts.runs)
    wiki.api.passwords["Bot"] = "secret"
    assert bot.harvest().states == {"Foo": "good"}
    assert len(wiki.scripts.runs) == runs
    assert wiki.pages.tags_of("Module:Foo") == ("pickle-good",)


def test_where_nothing_waits_the_account_is_not_asked_for(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.harvest()
    wiki.asked.clear()
    wiki.api.passwords["Bot"] = "another"
    assert bot.harvest().transitions == []
    assert {asked.user for asked in wiki.asked} == {""}
    assert not [asked for asked in wiki.asked if asked.action == "login"]


def test_a_blocked_account_writes_nothing_and_says_who_blocked_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.api.blocked = "a test"
    ran = bot.run("harvest")
    assert ran.status == 3
    assert "blocked by Sysop (a test)" in ran.err
    assert wiki.writes() == []


def test_a_block_that_comes_in_the_midst_is_found_out_once(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.add_modules("Bar", "Baz")
    wiki.meanwhile = lambda asked: setattr(wiki.api, "blocked", "a test") if asked.action == "tag" else None
    ran = bot.run("harvest")
    assert ran.status == 3
    assert "blocked by Sysop" in ran.err
    assert len(wiki.writes()) == 1


def test_an_account_without_the_right_to_tag_says_which_right(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.api.rights["Bot"] -= {"changetags"}
    ran = bot.harvest()
    assert "changetags" in ran.err
    assert len(wiki.log_lines()) == 1


DOC = "Module:Foo/doc"


def edited_meanwhile(wiki: ScriptedWiki, text: str) -> None:
    """Somebody saves this on the documentation page after the bot read it and before it writes, once."""
    texts = iter((text,))

    def edit(asked: Asked) -> None:
        if asked.has(action="edit", title=DOC) and (once := next(texts, "")):
            wiki.pages.edit(DOC, once)

    wiki.pages.edit(DOC, "Words of the module.")
    wiki.api.merges = True
    wiki.meanwhile = edit


def test_an_edit_that_the_wiki_merged_with_anothers_stays(bot: Bot, wiki: ScriptedWiki) -> None:
    edited_meanwhile(wiki, "Words of the module. And others.")
    bot.harvest()
    assert wiki.pages.pages[DOC].text.startswith("Words of the module. And others.")
    assert "Category:" in wiki.pages.pages[DOC].text
    assert len(wiki.questions(action="edit", title=DOC)) == 1


def test_an_edit_that_the_wiki_merged_into_a_redirect_is_taken_back(bot: Bot, wiki: ScriptedWiki) -> None:
    edited_meanwhile(wiki, "#REDIRECT [[Elsewhere]]")
    ran = bot.run("harvest")
    assert "the edit was taken back" in ran.err
    assert wiki.pages.pages[DOC].text == "#REDIRECT [[Elsewhere]]"
