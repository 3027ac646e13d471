"""What a wiki is asked for suites that stand, whatever their state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.live.bot import Bot, Run
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy, proxy_before
from tests.live.test_affected import put

TAP = "return {{ tap = function ( frame ) {body} end }}"
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
    "titled": TAP.format(
        body="return '1..1\\n' .. ( mw.title.getCurrentTitle().text:find 'testcases' and 'ok 1' or 'not ok 1' )"
    ),
    "titled too": TAP.format(
        body="return '1..1\\n' .. ( mw.title.getCurrentTitle().text:find 'testcases' and 'not ok 1' or 'ok 1' )"
    ),
    "syntax": "return { tap = function ( ",
}


def outcomes(run: Run) -> dict[str, tuple[object, ...]]:
    """What was said of each suite, by the title of its tester."""
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


def test_suites_that_stand_are_confirmed_together_whatever_their_state(wiki: LiveWiki, tmp_path: Path) -> None:
    put(wiki, {f"Module:S {name}": "return {}" for name in SUITES})
    put(wiki, {f"Module:S {name}/testcases": text for name, text in SUITES.items()})
    with proxy_before(wiki.api) as proxy:
        reader = Bot(tmp_path, proxy.api)
        first = outcomes(reader.harvest("--no-record"))
        assert outcomes(reader.harvest("--no-record", "--full")) == first
        proxy.asked.clear()
        again = reader.harvest("--no-record", "--full")
    assert outcomes(again) == first
    assert {outcome[0] for outcome in first.values()} >= {
        "good",
        "fail",
        "unknown",
        "skip-good",
        "todo-fail",
        "pending",
    }
    (timed_out,) = (outcome for outcome in first.values() if outcome[2] == "time")
    assert timed_out[0] == "fail"
    alone = 2  # the one that a limit ended runs alone, and its pages are looked at
    assert len(proxy.asked) <= 2 + len(first) / 10 + alone


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
