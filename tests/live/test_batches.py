"""Alone is the truth, and a batch never says anything else: whatever suites do to their neighbours in a request."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

from picklebot.sandbox import RELEASES
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy
from tests.live.test_affected import forecast, put
from tests.ran import Ran

# A suite is one function of whether the weather is foul; it returns its output. `T( a, b, … )` is a report in TAP,
# `G( n )` a passed one on the page. The weather is an interface message: no run leaves a trace of having asked for it.
HAND_MADE = """
local foul = mw.message.new( 'pickle-weather' ):plain() == 'foul'
local function T( ... )
	local lines = {{ '1..' .. select( '#', ... ) }}
	for n, ok in ipairs {{ ... }} do lines[n + 1] = ( ok and 'ok ' or 'not ok ' ) .. n end
	return table.concat( lines, '\\n' )
end
local function G( n ) return "'''GREEN " .. n .. "'''" end
return {{ {entry} = function ( frame )
{body}
end }}
"""
CLEAN = "rawget( _G, 'leak' ) == nil and ('x'):rep( 2 ) == 'xx' and mw.text.trim( ' x ' ) == 'x' and not mw.patched"
IN_TEXT = {
    "plain": f"return T( true, {CLEAN}, true )",
    "other": f"return T( {CLEAN} )",
    "breaks": "return T( true, not foul )",
    "dies": "if foul then error( 'the roof leaks' ) end return T( true )",
    "todo": "return T( true ) .. ( foul and ' # TODO mend the roof' or '' )",
    "silent": "return foul and '' or T( true )",
    "shorter": "return foul and '1..2\\nok 1' or T( true, true )",
    "globals": f"local fine = {CLEAN} leak = 1 string.rep = function () return 'no' end return T( fine )",
    "patches": f"local fine = {CLEAN} mw.patched = true mw.text.trim = nil mw.title = nil return T( fine )",
    "loops": "if foul then while true do end end return T( true )",
    "exhausts": "local t = {} while foul do t[#t + 1] = ('x'):rep( 2 ^ 20 ) .. #t end return T( true )",
    "large1": "local t = {} for n = 1, 30 do t[n] = ('x'):rep( 2 ^ 20 ) .. n end return T( #t == 30 )",
    "large2": "local t = {} for n = 1, 30 do t[n] = ('y'):rep( 2 ^ 20 ) .. n end return T( #t == 30 )",
    "dear1": "local fine = pcall( function () for n = 1, 60 do local _ = mw.title.new( 'A' .. n ).exists end end )"
    " return T( fine )",
    "dear2": "local fine = pcall( function () for n = 1, 60 do local _ = mw.title.new( 'B' .. n ).exists end end )"
    " return T( fine )",
    "prints1": "return T( true ) .. '\\n# ' .. ('z'):rep( 1200000 )",
    "prints2": "return T( true ) .. '\\n# ' .. ('w'):rep( 1200000 )",
    "quotes": "return T( true ) .. '\\n# <pre id=\"x\">not ok 2</pre></pre></div><nowiki>not ok 3</nowiki><!--'",
    "strips": "return T( true ) .. '\\n# \\127\\'\"`UNIQ--pre-00000001-QINU`\"\\'\\127'",
    "titled": "return T( mw.title.getCurrentTitle().prefixedText == frame:getTitle(), not foul )",
    "logs": "mw.log( 'not ok 1' ) return T( true )",
}
ON_PAGE = {
    "page": f"return ( {CLEAN} ) and G( 2 ) or 'RED'",
    "reddens": "return foul and 'RED' or G( 1 )",
    "closes": "return G( 1 ) .. '</div></div>'",
    "opens": "return G( 1 ) .. '<div><div><table><tr><td>'",
    "comments": "return G( 1 ) .. '<!-- '",
    "answers": "return ' --> ' .. G( 1 )",
    "heads": "return G( 1 ) .. '\\n== a ==\\n== b ==\\n== c ==\\n== d ==\\n__NOTOC__ __NOEDITSECTION__'",
    "pre": "return '<pre id=\"pre\">STOP</pre><nowiki></div></nowiki>' .. ( foul and '' or G( 1 ) )",
    "errors": 'return G( 1 ) .. \'<strong class="error"><span class="scribunto-error">Lua error</span></strong>\'',
    "lists": "return '* ' .. G( 1 ) .. '\\n* '",
    "refers": "return G( 1 ) .. '<noinclude>[[Category:X]]</noinclude>{{{1}}}'",
}
# Suites that take all that there is, and are not left alone with their like: which of them was first could not be told.
ENDLESS = ("loops", "exhausts")
STRATEGY = r"""
schema = 1
name = "green"
about = "Prints GREEN or RED on the page"
order = 1

[recognise]
functions = ["paint"]

[invoke]
functions = ["paint"]
output = "page"

[report]
formats = ["patterns"]

[[report.points]]
pattern = '\bGREEN\b'
ok = true

[[report.points]]
pattern = '\bRED\b'
ok = false
"""


def pages(seed: int) -> dict[str, str]:
    """All suites, under names that put them into another order for each seed."""
    order = random.Random(seed)  # noqa: S311 (an order, no secret)
    names = [name for name in (*IN_TEXT, *ON_PAGE) if name not in ENDLESS or name == ENDLESS[seed]]
    numbers = order.sample(range(100, 1000), len(names))
    written = {}
    for number, name in zip(numbers, names, strict=True):
        entry, body = ("tap", IN_TEXT[name]) if name in IN_TEXT else ("paint", ON_PAGE[name])
        written[f"Module:S{number} {name}"] = "return {}"
        written[f"Module:S{number} {name}/testcases"] = HAND_MADE.format(entry=entry, body=body)
    return written


def verdicts(run: Ran) -> dict[str, tuple[object, ...]]:
    """The result of each suite, by its name."""
    return {
        suite["testee"].rpartition(" ")[2]: (
            suite["state"],
            tuple(suite["points"].items()),
            suite["error"] and suite["error"]["kind"],
            tuple(point["description"] for point in suite["failing"]),
        )
        for suite in run.document["suites"]
        if suite["testee"].startswith("Module:S")
    }


def run_alone_reason(bot: Bot) -> dict[str, str]:
    """The suites that do not run beside others, and why."""
    (store,) = (bot.folder / "data").glob("*.sqlite")
    database = sqlite3.connect(store)
    rows = database.execute("select testee_title, run_alone_reason from suite").fetchall()
    database.close()
    return {title.rpartition(" ")[2]: reason for title, reason in rows if reason is not None}


def test_a_batch_and_a_run_alone_come_to_the_same(
    small: LiveWiki, proxy: Proxy, tmp_path: Path, change: Callable[..., None]
) -> None:
    seed = [small.sandbox.version.startswith(release) for release in RELEASES].index(True)  # another order on each
    change(wgScribuntoEngineConf={"luasandbox": {"cpuLimit": 1}})
    put(small, pages(seed))
    forecast(small, "fair")
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "green.toml").write_text(STRATEGY, encoding="utf-8")
    options = ("--no-record", "--only", "S*", "--strategies", str(tmp_path / "strategies"))
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, second = (Bot(tmp_path / name, proxy.api) for name in ("first", "second"))

    fair = verdicts(first.harvest(*options))
    assert len(fair) == len(IN_TEXT) + len(ON_PAGE) - 1
    assert {name: verdict for name, verdict in fair.items() if verdict[0] != "good"} == {}

    assert verdicts(first.harvest(*options, "--full")) == fair
    alone = run_alone_reason(first)
    near = {name for name, reason in alone.items() if reason == "near-limit"}
    assert near == {"large1", "large2", "dear1", "dear2", "prints1", "prints2"}
    otherwise = set(alone) - near
    meddling = {*ON_PAGE, "titled", "strips"} - {"page", "reddens"}
    assert {"opens"} <= otherwise <= meddling

    forecast(small, "foul")
    proxy.asked.clear()
    batched = verdicts(first.harvest(*options, "--full"))
    endless = [a for a in proxy.asked if a.action == "parse" and f" {ENDLESS[seed]}/" in a.parameters["text"]]
    assert len(endless) == (2 if ENDLESS[seed] == "loops" else 3), (
        "a loop takes its time in a batch and alone, once each"
    )
    asked_together = len(proxy.asked)
    proxy.asked.clear()
    single = verdicts(second.harvest(*options))
    assert batched == single
    assert {name for name, verdict in single.items() if verdict[0] != "good"} == {
        *("breaks", "dies", "todo", "silent", "shorter", ENDLESS[seed], "titled"),
        *("reddens", "pre"),
    }
    assert asked_together < 2 * len(proxy.asked), "what a batch could not tell is asked once more, and not again"

    forecast(small, "fair")
    proxy.asked.clear()
    assert verdicts(first.harvest(*options, "--full")) == fair
    assert set(run_alone_reason(first)) - near <= meddling, "neighbours of one that looped are not blamed"
    runs = [asked for asked in proxy.asked if asked.action == "parse"]
    failed = sum(verdict[0] != "good" for verdict in single.values())
    assert len(runs) <= 2 * failed + len(run_alone_reason(first)) + 8, "all others in a few requests"


def test_a_strategy_that_comes_or_goes_is_heeded_by_the_next_harvest(bot: Bot, small: LiveWiki, tmp_path: Path) -> None:
    put(small, {f"Module:{name}": text for name, text in (("Wall", "return {}"), ("Wall/testcases", PAINTED))})
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "green.toml").write_text(STRATEGY, encoding="utf-8")
    reader = bot.as_(None)
    options = ("--no-record", "--only", "Wall")
    with_it = (*options, "--strategies", str(tmp_path / "strategies"))
    assert reader.harvest(*options).states == {"Wall": "unknown"}
    assert reader.harvest(*with_it).states == {"Wall": "good"}
    assert reader.harvest(*with_it).document["suites"][0]["ran"] is False
    without = reader.harvest(*options)
    assert without.states == {"Wall": "unknown"}
    (transition,) = without.document["transitions"]
    assert transition["cause"]["pages"] == []
    assert "strategies" in transition["cause"]["software"][0]


def test_titles_of_testers_that_a_wiki_adds_are_found_at_once(bot: Bot, small: LiveWiki, tmp_path: Path) -> None:
    put(
        small,
        {"Module:Wall": "return {}", "Module:Wall/proof": "return { tap = function () return '1..1\\nok 1' end }"},
    )
    reader = bot.as_(None)
    assert "Wall" not in reader.harvest("--no-record").states
    (tmp_path / "titles.toml").write_text('schema = 1\n\n[testers]\nany = ["proof"]\n', encoding="utf-8")
    assert reader.harvest("--no-record", "--strategies", str(tmp_path)).states["Wall"] == "good"
    gone = reader.harvest("--no-record")
    assert gone.states["Wall"] == "missing"


PAINTED = "return { paint = function () return 'GREEN' end }"
