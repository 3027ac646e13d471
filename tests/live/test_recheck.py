"""A recheck of suites that stand costs a bounded number of requests, whatever their states and their costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_affected import put

# Kinds of suites: how many, and the source of one.
KINDS = {
    "Passes": (20, "return '1..2\\nok 1\\nok 2'"),
    "Fails": (10, "return '1..2\\nok 1\\nnot ok 2 - adds'"),
    "Dies": (3, "error( 'boom' )"),
    "Names": (2, "return '1..1\\nnot ok 1 - got ' .. mw.title.getCurrentTitle().prefixedText"),
    "Varies": (1, "math.randomseed( os.clock() * 1e9 ) return '1..1\\nnot ok 1 - got ' .. math.random( 1e6 )"),
    "Says": (1, "return 'Hello'"),
    "Logs": (2, "mw.log( '1..2\\nok 1\\nnot ok 2 - adds' ) return ''"),
    "Loops": (2, "while true do end"),
    "Exhausts": (1, "local t = {} while true do t[#t + 1] = ( 'x' ):rep( 2 ^ 20 ) .. #t end"),
    "Waits": (1, "local began = os.clock() while os.clock() - began < 0.5 do end return '1..1\\nok 1'"),
    "Hoards": (1, "local t = {} for n = 1, 30 do t[n] = ( 'x' ):rep( 2 ^ 20 ) .. n end return '1..1\\nok 1'"),
    "Overflows": (1, "return '1..1\\nok 1\\n# ' .. ( 'z' ):rep( 2500000 )"),
    "Titled": (
        1,
        "return mw.title.getCurrentTitle().prefixedText == frame:getTitle() and '1..1\\nok 1' or '1..1\\nnot ok 1'",
    ),
    "Elsewhere": (
        1,
        "return mw.title.getCurrentTitle().prefixedText ~= frame:getTitle() and '1..1\\nok 1' or '1..1\\nnot ok 1'",
    ),
}
NO_CODE = {
    "Data": "return { 1, 2 }",
    "Breaks": "return {",
    "Unclear": "return { a = function () end, b = function () end }",
}


def pages(kinds: dict[str, int]) -> dict[str, str]:
    """Modules and their suites, so many of each kind."""
    written: dict[str, str] = {}
    for kind, number in kinds.items():
        for n in range(number):
            source = NO_CODE.get(kind) or f"return {{ tap = function ( frame )\n{KINDS[kind][1]}\nend }}"
            written |= {f"Module:Of{kind}{n}": "return {}", f"Module:Of{kind}{n}/testcases": source}
    return written


def rechecked(bot: Bot, wiki: LiveWiki) -> tuple[int, int]:
    """How many suites a full recheck ran, and how many requests the wiki's server had for it."""
    before = wiki.requests()
    run = bot.harvest("--full", "--only", "Of*")
    assert run.transitions == []
    return sum(suite["ran"] for suite in run.document["suites"]), wiki.requests() - before


def test_a_recheck_takes_two_requests_and_one_for_ten_suites_at_most_whatever_their_states(
    bot: Bot, small: LiveWiki, change: Callable[..., None]
) -> None:
    change(wgScribuntoEngineConf={"luasandbox": {"cpuLimit": 1}})
    put(small, pages({kind: number for kind, (number, _) in KINDS.items()} | dict.fromkeys(NO_CODE, 1)))
    first = bot.harvest("--only", "Of*")
    states = Counter(first.states.values())
    assert {"good", "fail", "unknown"} <= states.keys()
    for _ in range(2):
        ran, requests = rechecked(bot, small)
        assert ran == sum(states.values()) >= 50
        assert requests <= 2 + ran / 10


def test_so_it_is_on_a_wiki_of_five_suites(bot: Bot, small: LiveWiki) -> None:
    put(small, pages({"Passes": 2, "Fails": 1, "Dies": 1, "Logs": 1}))
    bot.harvest("--only", "Of*")
    assert rechecked(bot, small) == (5, 2)
    before = small.requests()
    bot.harvest("--only", "Of*")
    assert small.requests() - before == 1, "nothing changed"
