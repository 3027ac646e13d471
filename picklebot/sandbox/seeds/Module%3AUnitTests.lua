-- A small test framework with the interface and the output of English Wikipedia's UnitTests: written anew for this wiki,
-- so that suites of that kind can be tried out here.
local UnitTests = {}
UnitTests.__index = UnitTests

local PASSED = '<span style="color:green">✔</span>'
local FAILED = '<span style="color:red">✘</span>'

local lines, ran, failed = {}, 0, 0

local function check( good, text, expected, actual, options )
	local shown = options and options.nowiki and mw.text.nowiki or tostring
	ran = ran + 1
	failed = failed + ( good and 0 or 1 )
	for _, cell in ipairs{ good and PASSED or FAILED, text, shown( tostring( expected ) ), shown( tostring( actual ) ) } do
		lines[#lines + 1] = '| ' .. cell
	end
	lines[#lines + 1] = '|-'
end

function UnitTests:equals( name, actual, expected, options )
	check( actual == expected, name, expected, actual, options )
end

function UnitTests:preprocess_equals( text, expected, options )
	local actual = self.frame:preprocess( text )
	check( actual == expected, mw.text.nowiki( text ), expected, actual, options )
end

function UnitTests:preprocess_equals_many( prefix, suffix, cases, options )
	for _, case in ipairs( cases ) do
		self:preprocess_equals( prefix .. case[1] .. suffix, case[2], options )
	end
end

function UnitTests:heading( text )
	lines[#lines + 1] = '! colspan="4" style="text-align: left" | ' .. text
	lines[#lines + 1] = '|-'
end

function UnitTests:run( frame )
	self.frame = frame
	local names = {}
	for name in pairs( self ) do
		if name:find( '^test' ) then
			names[#names + 1] = name
		end
	end
	table.sort( names )
	for _, name in ipairs( names ) do
		lines[#lines + 1] = '{| class="wikitable unit-tests-result"\n|+ ' .. name .. '\n! !! Text !! Expected !! Actual\n|-'
		self[name]( self )
		lines[#lines + 1] = '|}'
	end
	local headline = ( '<b style="color:#008000">All %d tests passed.</b>' ):format( ran )
	if ran == 0 then
		headline = '<b>No tests were run.</b>'
	elseif failed > 0 then
		headline = ( '<b style="color:#800000">%d of %d tests failed.</b>' ):format( failed, ran )
	end
	return headline .. '\n\n' .. frame:preprocess( table.concat( lines, '\n' ) )
end

local p = setmetatable( {}, UnitTests )
function p.run_tests( frame ) return p:run( frame ) end
return p
