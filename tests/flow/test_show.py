"""Where the state of a module shows: by messages or a template that read it, or by edits of documentation pages."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.wiki import ScriptedWiki

FOO, DOC = "Module:Foo", "Module:Foo/doc"


@pytest.mark.parametrize("show", ["messages", "template"])
def test_by_messages_or_template_no_page_is_edited_and_the_membership_is_brought_up_to_date(
    bot: Bot, wiki: ScriptedWiki, show: str
) -> None:
    wiki.pages.edit(DOC, "An editor's words.")
    bot.show = show
    bot.harvest()
    assert wiki.pages.pages[DOC].text == "An editor's words."
    assert {asked.parameters["title"].split(":")[0] for asked in wiki.questions(action="edit")} == {"User"}
    assert [asked.parameters["titles"] for asked in wiki.questions(action="purge")] == [FOO]
    wiki.asked.clear()
    bot.harvest("--full")
    assert wiki.questions(action="purge") == []


def test_where_nothing_is_to_show_no_module_page_is_touched(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.show = "nothing"
    bot.harvest()
    assert wiki.questions(action="purge") == []
    assert DOC not in wiki.pages.pages
