"""Requests to a wiki for suites that stand, whatever their state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy, proxy_before
from tests.live.test_affected import put
from tests.ran import Ran

TAP = "return {{ tap = function ( frame ) {body} end }}"
UNIT = """
local suite = require( 'Module:ScribuntoUnit' ):new()
function suite:testIt() {body} end
return suite
"""
TITLE = "mw.title.getCurrentTitle()"
SUITES = {
    "passes": TAP.format(body="return '1..2\\nok 1\\nok 2'"),
    "fails": TAP.format(body="return '1..3\\nok 1\\nnot ok 2 - adds\\nnot ok 3 - trims'"),
    "todo": TAP.format(body="return '1..2\\nok 1\\nnot ok 2 - later # TODO'"),
    "todo good": TAP.format(body="return '1..1\\nok 1 - now # TODO'"),
    "skips": TAP.format(body="return '1..2\\nok 1\\nok 2 # SKIP no'"),
    "pending": TAP.format(body="return '1..0 # SKIP nothing yet'"),
    "plan": TAP.format(body="return '1..4\\nok 1'"),
    "bails": TAP.format(body="return '1..4\\nok 1\\nBail out! no more'"),
    "dies": TAP.format(body="error( 'the roof leaks at ' .. tostring( {} ) )"),
    "unreadable": TAP.format(body="return 'all is well'"),
    "empty": TAP.format(body="return ''"),
    "logs": TAP.format(body="mw.log( '1..1' ) mw.log( 'ok 1' )"),
    "logs failure": TAP.format(body="mw.log( '1..2' ) mw.log( 'ok 1' ) mw.log( 'not ok 2 - logs' )"),
    "logs title": TAP.format(body=f"mw.log( '1..1' ) mw.log( 'not ok 1 - on ' .. {TITLE}.prefixedText )"),
    "quotes title": TAP.format(body=f"return '1..1\\nnot ok 1 - on ' .. {TITLE}.prefixedText"),
    "quotes its parts": TAP.format(
        body=f"return '1..1\\nnot ok 1 - ' .. {TITLE}.nsText .. {TITLE}.subpageText .. {TITLE}.id .. {TITLE}:fullUrl()"
    ),
    "quotes title later": TAP.format(body=f"return '1..1\\nnot ok 1 - on ' .. {TITLE}.text .. ' # TODO'"),
    "quotes the page": TAP.format(body="return '1..1\\nnot ok 1 - ' .. frame:preprocess( '{{REVISIONID}}' )"),
    "dies of its title": TAP.format(body=f"error( 'no ' .. {TITLE}.fullText )"),
    "looks at the clock": TAP.format(body="return '1..1\\nnot ok 1 - at ' .. os.time() .. os.clock()"),
    "unit quotes title": UNIT.format(body=f"self:assertEquals( 'x', {TITLE}.text, 'on ' .. {TITLE}.text )"),
    "unit passes": UNIT.format(body="self:assertEquals( 1, 1 )"),
    "unit dies": UNIT.format(body="error( 'in the middle' )"),
    "syntax": "return { tap = function ( ",
}


def outcomes(run: Ran) -> dict[str, tuple[object, ...]]:
    """The result of each suite, by the title of its tester."""
    return {
        suite["tester"]: (
            suite["state"],
            tuple(suite["points"].items()),
            suite["error"] and suite["error"]["kind"],
            tuple(point["description"] for point in suite["failing"]),
            suite["title_dependent"],
        )
        for suite in run.document["suites"]
    }


# Their results hang on the title of the page that they are on: they are seen under their own, each in a request.
BOUND = {
    "titled": TAP.format(body=f"return '1..1\\n' .. ( {TITLE}.text:find 'testcases' and 'ok 1' or 'not ok 1' )"),
    "titled too": TAP.format(body=f"return '1..1\\n' .. ( {TITLE}.text:find 'testcases' and 'not ok 1' or 'ok 1' )"),
}


def allowed(suites: int) -> int:
    """How many requests a harvest may take for as many suites that stand."""
    return 2 + suites // 10


def test_suites_that_stand_are_confirmed_together_whatever_their_state(wiki: LiveWiki, tmp_path: Path) -> None:
    suites = {f"Module:S {name}": text for name, text in (SUITES | BOUND).items()}
    put(wiki, dict.fromkeys(suites, "return {}"))
    put(wiki, {f"{title}/testcases": text for title, text in suites.items()})
    with proxy_before(wiki.api) as proxy:
        bot = Bot.of(wiki, tmp_path).by_way_of(proxy.api)
        bot.setup()
        bot.harvest()
        first = outcomes(bot.harvest())  # has seen the documentation pages that recording made
        for options in ((), ("--full",), ("--full",)):
            proxy.asked.clear()
            again = bot.harvest(*options)
            assert len(proxy.asked) <= (allowed(len(first)) if options else 2)
            assert (outcomes(again), again.transitions) == (first, [])
    assert {outcome[0] for outcome in first.values()} >= {
        "good",
        "fail",
        "unknown",
        "skip-good",
        "todo-fail",
        "pending",
    }
    assert {title: outcome[4] for title, outcome in first.items() if outcome[4]} == {
        f"Module:S {name}/testcases": True for name in BOUND
    }
    (timed_out,) = (outcome for outcome in first.values() if outcome[2] == "time")
    assert timed_out[0] == "fail"


def test_a_full_recheck_of_suites_that_stand_takes_no_more_with_an_account(
    small: LiveWiki, proxy: Proxy, bot: Bot
) -> None:
    bot, reader = bot.by_way_of(proxy.api), bot.as_(None).by_way_of(proxy.api)
    suites = {f"Module:S {name}": text for name, text in SUITES.items() if "unit" not in name}
    put(small, dict.fromkeys(suites, "return {}"))
    put(small, {f"{title}/testcases": text for title, text in suites.items()})
    for _ in range(2):  # the second sees the documentation pages that recording made
        assert "S quotes title" in bot.harvest().states
    counts = []
    for each, options in ((reader, ("--no-record",)), (bot, ())):
        proxy.asked.clear()
        run = each.harvest("--full", *options)
        counts.append(len(proxy.asked))
    assert counts[0] == counts[1] <= allowed(len(run.document["suites"]))


def test_a_point_that_passes_by_now_is_seen_though_its_suite_quotes_its_title(small: LiveWiki, bot: Bot) -> None:
    there = "( mw.message.new( 'picklebot-try' ):exists() and 'ok' or 'not ok' )"
    body = f"return '1..2\\nnot ok 1 - on ' .. {TITLE}.text .. '\\n' .. {there} .. ' 2 - is there'"
    put(small, {"Module:Quotes": "return {}", "Module:Quotes/testcases": TAP.format(body=body)})
    reader = bot.as_(None)

    def failing(*options: str) -> list[str]:
        suites = reader.harvest("--no-record", *options).document["suites"]
        (mine,) = (suite for suite in suites if suite["testee"] == "Module:Quotes")
        return [point["description"] for point in mine["failing"]]

    assert failing() == failing("--full") == ["on Quotes/testcases", "is there"]
    small.edit("MediaWiki:Picklebot-try", "a message, of which no page says that it depends on it")
    assert failing("--full") == ["on Quotes/testcases"]


# 2,000 rows on a page.
ROWS = """
return { tap = function ()
	local rows = { '1..2000' }
	for n = 1, 2000 do rows[n + 1] = 'ok ' .. n .. ( ' x' ):rep( 150 ) end
	return table.concat( rows, '\\n' )
end }
"""
# Each ampersand is five characters on a page: more than an answer holds, and less than a page may.
VAST = TAP.format(body="return '1..1\\nok 1 ' .. ( '&' ):rep( 1900000 )")
LOUD = TAP.format(body="mw.log( '1..1\\nok 1 ' .. ( 'x' ):rep( 9000000 ) )")


def test_what_an_answer_cannot_hold_is_seen_alone_and_what_is_too_large_alone_fails(
    small: LiveWiki, proxy: Proxy, bot: Bot
) -> None:
    suites = {**{f"Wide {n}": ROWS for n in range(12)}, "Vast": VAST, "Loud": LOUD}
    put(small, {f"Module:{name}": "return {}" for name in suites})
    put(small, {f"Module:{name}/testcases": text for name, text in suites.items()})
    reader = bot.as_(None).by_way_of(proxy.api)
    for options in ((), ("--full",)):
        run = reader.harvest("--no-record", *options)
        assert {title: run.states[title] for title in suites} == {f"Wide {n}": "good" for n in range(12)} | {
            "Vast": "fail",
            "Loud": "fail",
        }
        errors = {suite["testee"]: suite["error"]["kind"] for suite in run.document["suites"] if suite["error"]}
        assert {"Module:Vast": "output", "Module:Loud": "output"}.items() <= errors.items()
    small.edit("Module:Vast/testcases", VAST.replace("1900000", "19"))
    assert reader.harvest("--no-record").states["Vast"] == "good"


def test_a_batch_that_the_wiki_cannot_answer_is_a_miss(
    small: LiveWiki, proxy: Proxy, bot: Bot, change: Callable[..., None]
) -> None:
    wide = "return { tap = function () return '1..1\\nok 1 ' .. ( 'x' ):rep( 9000 ) end }"
    put(small, {f"Module:Wide {n}": "return {}" for n in range(12)})
    put(small, {f"Module:Wide {n}/testcases": wide for n in range(12)})
    change(wgAPIMaxResultSize=50_000)
    reader = bot.as_(None).by_way_of(proxy.api)
    assert set(reader.harvest("--no-record", "--only", "Wide*").states.values()) >= {"good"}
    run = reader.harvest("--no-record", "--only", "Wide*", "--full")
    assert {state for title, state in run.states.items() if title.startswith("Wide")} == {"good"}
    assert all(suite["ran"] for suite in run.document["suites"] if suite["testee"].startswith("Module:Wide"))
