"""No suite makes the bot work without end: requests are counted."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

Change = Callable[..., None]


def cost(bot: Bot, wiki: LiveWiki, *arguments: str) -> tuple[int, Ran]:
    """How many requests a harvest takes, in which nothing but the suite in question may run.

    The pattern matches Module:Area besides, so that it is no mistake before there is a suite in question.
    """
    before = wiki.requests()
    run = bot.harvest("--only", "Module:Big*", "--only", "Module:Area", "--no-record", *arguments)
    return wiki.requests() - before, run


def test_a_tester_that_names_thousands_of_modules_costs_few_requests(bot: Bot, small: LiveWiki) -> None:
    usual, _ = cost(bot, small)
    names = "\n".join(f"require('Module:Big{number}')" for number in range(30_000))
    tests = "return { tap = function () return '1..1\\nok 1' end }"
    small.edit("Module:Big/testcases", f"local function never()\n{names}\nend\n{tests}")
    took, run = cost(bot, small)
    assert [suite["state"] for suite in run.document["suites"] if suite["ran"]] == ["good"]
    assert took < usual + 30
    took, _ = cost(bot, small, "--sweep")
    assert took < usual + 10
    shown = bot.run("explain", "Module:Big/testcases").out
    assert "of the modules that the tester loads the first 50 are considered" in shown


def test_a_tester_that_loads_thousands_of_modules_costs_few_requests_and_says_so(bot: Bot, small: LiveWiki) -> None:
    usual, _ = cost(bot, small)
    small.edit("Module:Big", "return {}")
    small.edit(
        "Module:Big/testcases",
        "for number = 1, 4000 do pcall( mw.loadData, 'Module:Missing' .. number ) end\n"
        "require( 'Module:Big' )\n"
        "return { tap = function () return '1..1\\nok 1' end }",
    )
    took, run = cost(bot, small)
    assert [suite["state"] for suite in run.document["suites"] if suite["ran"]] == ["good"]
    assert took < usual + 60
    took, _ = cost(bot, small, "--sweep")
    assert took < usual + 10
    assert "it depends on 4002 pages, of which 1000 are followed" in bot.run("explain", "Module:Big").out
    # Pages that matter are followed, wherever they stand in the alphabet.
    small.edit("Module:Big", "return { changed = true }")
    _, run = cost(bot, small)
    assert [suite["tester"] for suite in run.document["suites"] if suite["ran"]] == ["Module:Big/testcases"]


def test_a_test_page_of_nine_megabytes_costs_few_requests(bot: Bot, small: LiveWiki, change: Change) -> None:
    change(wgMaxArticleSize=20_000)
    usual, _ = cost(bot, small)
    small.edit("Module:Big", "return {}")
    tester = "Module:Big/testcases"
    small.edit(tester, "local page = { tap = function () return '1..1\\nok 1' end }\nreturn page")
    for _ in range(2):  # PHP takes no more than 8 MB at a time
        small.post(action="edit", title=tester, appendtext=f"\n--{'x' * 95}" * 47_000)
    took, run = cost(bot, small)
    assert [suite["state"] for suite in run.document["suites"] if suite["ran"]] == ["good"]
    assert took < usual + 20
    assert "its source is too large to be read" in bot.run("explain", "Module:Big").out
