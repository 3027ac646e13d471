"""How often a wiki is asked to run the suites that depend on an edited library."""

from __future__ import annotations

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy
from tests.live.test_affected import put
from tests.ran import Ran

DEPENDENTS = [f"Module:Dependent {number}" for number in range(40)]
LIBRARY = "Module:Library of dependents"
TESTS = f"""
return {{ tap = function ( frame )
    local library = require( '{LIBRARY}' )
    return '1..2\\nok 1 - is there\\n' .. library.point()
end }}
"""
TITLE = "mw.title.getCurrentTitle().prefixedText"
PASSES, FAILS = "'ok 2 - adds'", "'not ok 2 - adds'"
QUOTES = f"'not ok 2 - adds on ' .. {TITLE}"
LOOKS = f"( {TITLE}:find( 'testcases', 1, true ) and 'not ok' or 'ok' ) .. ' 2 - adds'"


def library(expression: str) -> str:
    return f"return {{ point = function () return {expression} end }}"


def invoking(proxy: Proxy) -> int:
    """How many requests since the last look ran Lua; then forget all requests."""
    asked, proxy.asked = proxy.asked, []
    return sum("{{#invoke:" in each.parameters.get("text", "") + each.parameters.get("question", "") for each in asked)


def came_to(run: Ran) -> set[tuple[object, ...]]:
    """The results of the dependents."""
    return {
        (suite["state"], suite["title_dependent"], suite["flaky"], suite["ran"])
        for suite in run.document["suites"]
        if suite["testee"] in DEPENDENTS
    }


def test_after_one_edit_of_a_library_a_dependent_costs_two_runs_and_few_more_are_made(
    small: LiveWiki, proxy: Proxy, bot: Bot
) -> None:
    bot = bot.by_way_of(proxy.api).as_(None)
    put(small, {LIBRARY: library(PASSES), **dict.fromkeys(DEPENDENTS, "return {}")})
    put(small, {f"{title}/testcases": TESTS for title in DEPENDENTS})
    assert came_to(bot.harvest("--no-record")) == {("good", False, False, True)}
    for text, state in (
        (library(FAILS), "fail"),
        (library(PASSES), "good"),
        ("error( 'the library is broken' )", "fail"),
        (library(PASSES), "good"),
        (library(QUOTES), "fail"),
    ):
        small.edit(LIBRARY, text)
        invoking(proxy)
        assert came_to(bot.harvest("--no-record")) == {(state, False, False, True)}
        assert invoking(proxy) <= 2 * len(DEPENDENTS) + 4
    assert came_to(bot.harvest("--no-record", "--full")) == {("fail", False, False, True)}
    assert invoking(proxy) <= 4, "they stand"


def test_dependents_that_look_at_their_title_are_found_out(small: LiveWiki, proxy: Proxy, bot: Bot) -> None:
    bot = bot.by_way_of(proxy.api).as_(None)
    some = DEPENDENTS[:3]
    put(small, {LIBRARY: library(PASSES), **dict.fromkeys(some, "return {}")})
    put(small, {f"{title}/testcases": TESTS for title in some})
    assert came_to(bot.harvest("--no-record")) == {("good", False, False, True)}
    small.edit(LIBRARY, library(LOOKS))
    invoking(proxy)
    assert came_to(bot.harvest("--no-record")) == {("fail", True, False, True)}
    assert invoking(proxy) <= 5 * len(some)
