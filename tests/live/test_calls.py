"""How a suite is called: no aside decides its state, and a missing function gives none."""

from __future__ import annotations

from typing import Any

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_affected import put

# One test that passes only with the argument x.
WANTS_X = "local p = {} function p.tap( frame ) return ( frame.args.x and 'ok' or 'not ok' ) .. ' 1 - x\\n1..1' end "
NEEDS_X = "local p = {} function p.tap( frame ) return ( frame.args.x:gsub( 'x', 'ok' ) ) .. ' 1 - x\\n1..1' end "
SHOW = "function p.show() return 'ok 1 - shown\\n1..1' end "
END = "return p"

# A page of ScribuntoUnit, without the framework.
UNIT = r"""
return { page = '[[File:Yes.svg]] All tests passed.\n{| class="wikitable scribunto-test-table"\n'
	.. '! !! Name !! Expected !! Actual\n|-\n| [[File:Yes.svg]] || testOne || ||\n|}' }
"""
UNIT_SUITE = "local unit = require( 'Module:ScribuntoUnit' ) local function page() return unit.page end return "
LOADS = "local tests = require( 'Module:UnitTests' ) local function page() return tests.page end return "

#: Source, documentation page, talk page (% is the tester's name), state, state by the other call.
SUITES: dict[str, tuple[str, str, str, str, str | None]] = {
    "Aside": (WANTS_X + END, "", "Why not {{#invoke:%|tap|x=x}}?", "fail", "good"),
    "Other aside": (WANTS_X + SHOW + END, "", "In 2014 I ran {{#invoke:%|show}}", "fail", "good"),
    "Documented": (WANTS_X + END, "{{#invoke:%|tap|x=x}}", "", "fail", "good"),
    "Two functions": (WANTS_X + SHOW + END, "{{#invoke:%|show}}", "", "fail", "good"),
    "Alike": (WANTS_X + END, "{{#invoke:%| tap |}}", "", "fail", None),
    "Needs": (NEEDS_X + END, "{{#invoke:%|tap|x=x}}", "", "good", None),
    "Needs, and is told on talk": (NEEDS_X + END, "", "{{#invoke:%|tap|x=x}}", "fail", "good"),
    "Dies": (NEEDS_X + SHOW + END, "", "{{#invoke:%|show}}", "fail", "good"),
    "Dies, documented": (NEEDS_X + SHOW + END, "{{#invoke:%|show}}", "", "fail", "good"),
    "Not offered": (WANTS_X + END, "{{#invoke:%|nosuch}}", "{{#invoke:%|tap|x=x}}", "fail", None),
    "Only by name": ("local p = {} " + SHOW + END, "{{#invoke:%|show}}", "", "good", None),
    "Only by an aside": ("local p = {} " + SHOW + END, "", "{{#invoke:%|show}}", "good", None),
    "Unit": (UNIT_SUITE + "{ run = page }", "", "", "good", None),
    "Unit with main": (UNIT_SUITE + "{ main = page, testOne = page, _private = page }", "", "", "good", None),
    "Unit with two": (UNIT_SUITE + "{ main = page, show = page }", "", "", "unknown", None),
    "Unit with none": (UNIT_SUITE + "{ testOne = page }", "", "", "unknown", None),
    "Unit, no function": (UNIT_SUITE + "{ run = 'soon', main = page }", "", "", "good", None),
    "Unit, documented": (UNIT_SUITE + "{ main = page, show = page }", "{{#invoke:%|show}}", "", "good", None),
    "Unit, on talk": (UNIT_SUITE + "{ main = page, show = page }", "", "{{#invoke:%|show}}", "good", None),
    "Unit, misdocumented": (UNIT_SUITE + "{ main = page }", "{{#invoke:%|gone}}", "", "good", None),
    "Tests with show": (LOADS + "{ show = page }", "", "", "unknown", None),
    "Data": ("return { lang = { { 'a', 'b' } } }", "", "", "unknown", None),
    "Lazy": ("return setmetatable( {}, { __index = function () return page end } )", "", "", "unknown", None),
    "Nothing": ("return {}", "", "", "pending", None),
}


def put_suites(wiki: LiveWiki) -> None:
    pages = {"Module:ScribuntoUnit": UNIT, "Module:UnitTests": "return { page = 'Done.' }"}
    for name, (source, doc, talk, _, _) in SUITES.items():
        tester = f"{name}/testcases"
        pages |= {f"Module:{name}": "return {}", f"Module:{tester}": source}
        pages |= {f"Module:{tester}/doc": doc.replace("%", tester)} if doc else {}
        pages |= {f"Module talk:{tester}": talk.replace("%", tester)} if talk else {}
    put(wiki, pages)


def told(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {
        suite["testee"].removeprefix("Module:"): (suite["state"], suite["other"] and suite["other"]["state"])
        for suite in document["suites"]
    }


def test_which_call_decides_and_what_another_one_says(bot: Bot, small: LiveWiki) -> None:
    put_suites(small)
    wanted = {name: (state, other) for name, (_, _, _, state, other) in SUITES.items()}
    reader = bot.as_(None)
    first = reader.harvest("--no-record").document
    assert {name: told(first)[name] for name in SUITES} == wanted
    other = next(suite["other"] for suite in first["suites"] if suite["testee"] == "Module:Aside")
    assert (other["found_on"], other["arguments"]) == ("Module talk:Aside/testcases", ["x=x"])
    # Nothing has changed since, and the store says the same.
    before = small.requests()
    second = reader.harvest("--no-record").document
    assert not any(suite["ran"] for suite in second["suites"])
    assert small.requests() - before < 10
    assert {name: told(second)[name] for name in SUITES} == wanted
    full = reader.harvest("--no-record", "--full")
    assert {name: told(full.document)[name] for name in SUITES} == wanted
    assert full.transitions == []
    table = reader.run("harvest", "--no-record").out
    assert "the call tap|x=x on Module talk:Aside/testcases comes to good; the strategy's own counts" in table
    explained = reader.run("explain", "Aside").out
    assert "other call  the call tap|x=x on Module talk:Aside/testcases comes to good" in explained


HARNESS = r"""
local p = {}
function p.run_tests( frame )
	local data = require( 'Module:' .. frame.args.testdata )
	local passed, total = 0, 0
	for name, cases in pairs( data ) do
		for _, case in ipairs( cases.tests ) do
			total = total + 1
			local fine, got = pcall( require( 'Module:' .. frame.args.modulename )[name], case[1] )
			passed = passed + ( fine and got == case[2] and 1 or 0 )
		end
	end
	return '<table class="infobox WikiaTable"><tr><th>Status</th><td><b>x</b></td></tr><tr><th>Cases</th><td>'
		.. '<span class="bubble">' .. passed .. '/' .. total .. '</span></td></tr>'
		.. '<tr><th>Coverage</th><td>1/2</td></tr></table>'
end
return p
"""
DATA = "return { up = { options = { mode = 'method' }, tests = { { 'a', 'A' }, { 'b', 'B' } } } }"


def test_a_page_that_a_strategy_names_runs_test_data_where_the_wiki_has_it(bot: Bot, small: LiveWiki) -> None:
    put(small, {"Module:Case": "return { up = string.upper }", "Module:Case/testcases": DATA})
    put(small, {"Module:Odd": "return {}", "Module:Odd/testcases": "return { up = { { 'x', 1 } }, note = 'v' }"})
    put(small, {"Module:Broken": "error( 'broken' )", "Module:Broken/testcases": DATA})
    reader = bot.as_(None)
    assert reader.harvest("--no-record").states["Case"] == "unknown"
    small.edit("Module:Testharness", HARNESS)
    run = reader.harvest("--no-record")
    # The module that runs the tests fails on other data than its own: that says nothing of the module under test.
    assert run.transitions == [("Broken", "unknown", "fail"), ("Case", "unknown", "good")]
    assert run.states["Odd"] == "unknown"
    points = {suite["testee"]: suite["points"] for suite in run.document["suites"]}["Module:Case"]
    assert (points["passed"], points["total"]) == (2, 2)
    small.edit("Module:Case", "return { up = string.lower }")
    assert reader.harvest("--no-record").transitions == [("Case", "good", "fail")]
    small.edit("Module:Case", "return { up = string.upper }")
    assert reader.harvest("--no-record").transitions == [("Case", "fail", "good")]
    assert not any(suite["ran"] for suite in reader.harvest("--no-record").document["suites"])


def tap(ok: str) -> str:
    return f"require( 'Module:Victim' ) return {{ tap = function () return '{ok} 1 - it\\n1..1' end }}"


def test_a_tester_elsewhere_decides_only_where_the_module_has_none(bot: Bot, small: LiveWiki) -> None:
    put(small, {"Module:Victim": "return {}", "Module:Victim/testcases": tap("ok")})
    reader = bot.as_(None)
    assert reader.harvest("--no-record").states["Victim"] == "good"
    small.edit("Module:Checks/testcases", tap("not ok"))
    run = reader.harvest("--no-record")
    assert run.transitions == [("Checks/testcases", None, "fail")]
    assert run.states["Victim"] == "good"
    suites = {suite["tester"]: suite for suite in run.document["suites"]}
    guest = suites["Module:Checks/testcases"]
    assert (guest["testee"], guest["state"], guest["stands_alone"]) == ("Module:Victim", "fail", True)
    assert not suites["Module:Victim/testcases"]["stands_alone"]
    assert "(stands elsewhere, and counts for itself)" in reader.run("harvest", "--no-record").out
    assert "its state counts for the test page itself" in reader.run("explain", "Victim").out
    trusting = reader.harvest("--no-record", PICKLEBOT_TESTERS_ELSEWHERE="Checks/*")
    assert sorted(trusting.transitions) == [("Checks/testcases", "fail", None), ("Victim", "good", "fail")]
    assert sorted(reader.harvest("--no-record").transitions) == [
        ("Checks/testcases", None, "fail"),
        ("Victim", "fail", "good"),
    ]
    small.delete("Module:Victim/testcases")
    alone = reader.harvest("--no-record")
    assert sorted(alone.transitions) == [("Checks/testcases", "fail", None), ("Victim", "good", "fail")]
    assert reader.harvest("--no-record", "--full", "--sweep").transitions == []
    small.edit("Module:Victim/testcases", tap("ok"))
    assert sorted(reader.harvest("--no-record").transitions) == [
        ("Checks/testcases", None, "fail"),
        ("Victim", "fail", "good"),
    ]
