"""Data pages on a real wiki: its JSON model, its way of storing them, and the right to edit them."""

from __future__ import annotations

import json
from collections.abc import Callable

from picklebot.recording.datapage import stored_text
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

PAGE = "User:PickleBot/Tests/0.json"
HOSTILE = 'é cafe\u0301 \u2028 <b>&amp;</b> {{nobots}} ~~~~ [[Category:X]] \\" \x7f 数 #REDIRECT [[A]]'


def test_a_page_of_json_tells_of_all_modules_and_is_stored_as_it_was_sent(bot: Bot, small: LiveWiki) -> None:
    report = json.dumps(f"1..2\nok 1\nnot ok 2 - {HOSTILE}", ensure_ascii=False)
    small.edit("Module:Odd/testcases", f"return {{ tap = function () return {report} end }}")
    bot.harvest()
    text = small.text(PAGE)
    assert small.page(PAGE, prop="info")["contentmodel"] == "json"
    told = json.loads(text)
    assert stored_text(told) == text
    assert set(told["modules"]) == {
        "Module:Area",
        "Module:Greeting",
        "Module:Lost/testcases",
        "Module:Odd/testcases",
    }
    (point,) = told["modules"]["Module:Odd/testcases"]["failing"]
    assert "{{nobots}} ~~~~" in point["name"]
    assert told["testers"]["Module:Area/testcases"] == "Module:Area"
    assert not small.members("X")

    saved = small.revision(PAGE)
    bot.harvest("--full")
    assert small.revision(PAGE) == saved


def test_any_module_of_the_wiki_reads_it(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    read = f"mw.loadJsonData( '{PAGE}' ).modules['Module:Area'].state"
    small.edit("Module:Reader", f"return {{ state = function () return {read} end }}")
    answer = small.get(action="expandtemplates", text="{{#invoke:Reader|state}}", prop="wikitext")
    assert answer["expandtemplates"]["wikitext"] == "good"


def test_without_the_grant_its_name_is_told_and_all_else_recorded(
    bot: Bot, small: LiveWiki, change: Callable[..., None]
) -> None:
    change(wgRevokePermissions={"user": {"editmyuserjson": True}})
    run = bot.harvest()
    assert "recording_failed recorder=data" in run.err
    assert "editmyoptions" in run.err
    assert not small.exists(PAGE)
    assert small.tags("Module:Greeting") == ["pickle-fail"]
    change()
    assert "recording_failed" not in bot.harvest().err
    assert small.exists(PAGE)


def test_an_edit_of_an_interface_admin_is_overwritten_when_there_is_news_and_told(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    ours = small.text(PAGE)
    small.edit(PAGE, "{}")
    bot.harvest()
    assert small.text(PAGE) == "{}"
    small.edit("Module:Area/testcases", "return { tap = function () return '1..3\\nok 1\\nok 2\\nok 3' end }")
    run = bot.harvest()
    assert "page_overwritten" in run.err
    assert json.loads(small.text(PAGE))["modules"].keys() == json.loads(ours)["modules"].keys()
