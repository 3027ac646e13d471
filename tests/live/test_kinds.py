"""Evidence for a kind of suite: its source; then its output, if that is more than a coloured line."""

from __future__ import annotations

import json

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_affected import put

# A framework of our own with the name, the entry and the table of an old UnitTests.
UNIT_TESTS = r"""
local p = { rows = {}, good = 'All tests passed.', bad = 'tests failed', before = '', after = '' }
function p.equals( self, name, actual, expected )
	self.rows[#self.rows + 1] = { name, actual, expected, actual == expected }
end
function p.run_tests()
	p:test_all()
	local failed, lines = 0, {}
	for _, row in ipairs( p.rows ) do
		failed = failed + ( row[4] and 0 or 1 )
		local icon = row[4] and '[[File:Yes.svg]]' or '[[File:No.svg]]'
		lines[#lines + 1] = '|-\n| ' .. icon .. ' || ' .. row[1] .. ' || ' .. row[3] .. ' || ' .. row[2]
	end
	local head = failed == 0 and '<span style="color:green">' .. p.good .. '</span>'
		or '<span style="color:red">' .. failed .. ' ' .. p.bad .. '</span>'
	local table_begin = "\n\n'''test_all''':\n{| class=\"wikitable\"\n! !! Text !! Expected !! Actual\n"
	return p.before .. head .. p.after .. table_begin .. table.concat( lines, '\n' ) .. '\n|}'
end
return p
"""
SUITE = """
local p = require( 'Module:UnitTests' )
{words}
function p:test_all()
	self:equals( 'one', 1, 1 )
	self:equals( 'two', {two}, 2 )
end
return p
"""
BOLD = "p.good, p.bad, p.before, p.after = '全テスト合格', '件失敗', \"'''\", \"'''\""
PRINTS = "return {{ run = function () return '{}' end }}"

# A fork with table, headings, colours and icons of its own.
FORK = r"""
local run = p.run_tests
local function other( page, old, new ) return ( page:gsub( old:gsub( '%p', '%%%0' ), new ) ) end
function p.run_tests()
	local page = other( run(), '"wikitable"\n! !!', '"article-table"\n! # !!' )
	page = other( other( page, '[[File:Yes.svg]]', {passed} ), '[[File:No.svg]]', {failed} )
	page = other( page, 'color:green', 'color:var(--color-success,#177860)' )
	return other( page, 'color:red', 'color:rgb(200,0,0)' )
end
"""
MARKED = FORK.format(passed="'✔'", failed="'✘'")
UNMARKED = FORK.format(passed="''", failed="''")

SUITES = {
    "Plain": (SUITE.format(words="", two=2), "good", 2),
    "Plain worse": (SUITE.format(words="", two=3), "fail", 2),
    "Words before": (SUITE.format(words=r"p.before = 'Results:\n\n'", two=2), "good", 2),
    "Heading before": (SUITE.format(words=r"p.before = '== Results ==\n'", two=3), "fail", 2),
    "Other words": (SUITE.format(words=BOLD, two=2), "good", 2),
    "Other words worse": (SUITE.format(words=BOLD, two=3), "fail", 2),
    "Fork": (SUITE.format(words=MARKED, two=2), "good", 2),
    "Fork worse": (SUITE.format(words=MARKED, two=3), "fail", 2),
    "Fork without marks": (SUITE.format(words=UNMARKED, two=2), "unknown", 0),
    "Green": (PRINTS.format('<span style="color:green">Module version 2 loaded</span>'), "unknown", 0),
    "Red": (PRINTS.format('<span style="color:red">Test 12 failed: expected 3</span>'), "unknown", 0),
    "All green": (PRINTS.format('<span style="color:green">All tests passed</span>'), "unknown", 0),
    "Halfway": (PRINTS.format('<strong class="success">3/4 of the way</strong>'), "unknown", 0),
    "Short": (PRINTS.format("success: 7, error: 0"), "unknown", 0),
}


@pytest.mark.both_releases
def test_each_suite_comes_to_what_its_page_shows(bot: Bot, small: LiveWiki) -> None:
    pages = {"Module:UnitTests": UNIT_TESTS}
    for name, (source, _, _) in SUITES.items():
        pages |= {f"Module:{name}": "return {}", f"Module:{name}/testcases": source}
    put(small, pages)
    run = bot.as_(None).harvest("--no-record")
    came = {
        suite["testee"].removeprefix("Module:"): (suite["state"], suite["points"]["total"])
        for suite in run.document["suites"]
    }
    assert {name: came[name] for name in SUITES} == {name: (state, total) for name, (_, state, total) in SUITES.items()}


# One passed and one skipped test, as a page of ScribuntoUnit shows them: alike. The console is asked which was which,
# and is told nothing by a tester that hands on no more than the page.
WRAPPED = r"""
local unit = require( 'Module:ScribuntoUnit' )
return { run = function () return unit.page end }
"""
UNIT = r"""
local row = '|-\n| [[File:Yes.svg]] || %s || ||\n'
return { page = '[[File:Yes.svg]] All tests passed.\n{| class="wikitable scribunto-test-table"\n'
	.. '! !! Name !! Expected !! Actual\n'
	.. row:format( 'testOne' ) .. row:format( 'testTwo' ) .. '|}' }
"""


def test_where_the_console_tells_nothing_more_a_note_says_so(bot: Bot, small: LiveWiki) -> None:
    pages = {"Module:ScribuntoUnit": UNIT, "Module:Wrapped": "return {}", "Module:Wrapped/testcases": WRAPPED}
    put(small, pages)
    run = bot.as_(None).run("explain", "Wrapped", "--format", "json")
    (told,) = json.loads(run.out)
    assert (told["state"], told["points"]["passed"]) == ("good", 2)
    assert "no detail from the console: what a page hides stays hidden" in told["report"]["notes"]


def test_a_page_that_its_title_makes_likely_is_a_tester_only_if_it_shows_tests(bot: Bot, small: LiveWiki) -> None:
    tap = "local p = {} function p.tap() require( 'Module:Jar' ) return '1..1\\nok 1 - it is shut' end return p"
    put(
        small,
        {
            "Module:Food": "return {}",
            "Module:Food/pickle": "return { dill = { weight = 5 } }",
            "Module:Jar": "return {}",
            "Module:Jar/pickle": tap,
            "Module:Lid": "return {}",
            "Module:Lid/pickle": "local p = {} function p.main() return 'a lid' end return p",
        },
    )
    reader = bot.as_(None)
    suites = reader.harvest("--no-record").document["suites"]
    likely = {suite["tester"]: suite["state"] for suite in suites if suite["tester"].endswith("/pickle")}
    assert likely == {"Module:Jar/pickle": "good"}
    small.edit("Module:Jar/pickle", "local jar = require( 'Module:Jar' ) " + tap)
    small.edit("Module:Jar", "error( 'broken' )")
    assert reader.harvest("--no-record").states["Jar"] == "fail"


# A framework with one image for passed and failed tests, and a headline that nobody can read. Values may look blank.
ALIKE = r"""
local unit = {}
function unit.run( tests, frame )
	local self = { successCount = 0, failureCount = 0, skipCount = 0, results = {} }
	local rows = {}
	for _, name in ipairs( { 'testOne', 'testTwo' } ) do
		local failed = not tests[name]()
		self.failureCount = self.failureCount + ( failed and 1 or 0 )
		self.successCount = self.successCount + ( failed and 0 or 1 )
		table.insert( self.results, { name = name, error = failed, expected = '', actual = ' ' } )
		table.insert( rows, '|-\n| [[File:Dot.svg]] || ' .. name .. ' || ||\n' )
	end
	for key, value in pairs( self ) do
		tests[key] = value
	end
	return '[[File:Dot.svg]] Zorblat vrexin.\n{| class="wikitable scribunto-test-table"\n'
		.. '! !! Name !! Expected !! Actual\n' .. table.concat( rows ) .. '|}'
end
return unit
"""
ALIKE_TESTS = r"""
local unit = require( 'Module:ScribuntoUnit' )
local p = { testOne = function () return true end, testTwo = function () return %s end }
function p.run( frame ) return unit.run( p, frame ) end
return p
"""


def test_where_a_page_shows_passed_and_failed_alike_the_frameworks_own_count_of_failures_counts(
    bot: Bot, small: LiveWiki
) -> None:
    put(
        small,
        {
            "Module:ScribuntoUnit": ALIKE,
            "Module:Alike": "return {}",
            "Module:Alike/testcases": ALIKE_TESTS % "false",
            "Module:Fine": "return {}",
            "Module:Fine/testcases": ALIKE_TESTS % "true",
        },
    )
    run = bot.as_(None).harvest("--no-record")
    came = {suite["testee"]: (suite["state"], suite["points"]["failed"]) for suite in run.document["suites"]}
    assert came["Module:Alike"] == ("fail", 1)
    assert came["Module:Fine"] == ("good", 0)
