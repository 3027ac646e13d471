-- A small test framework with the interface and the output of the ScribuntoUnit that many wikis have: written anew for
-- this wiki, so that suites of that kind can be tried out here.
local ScribuntoUnit = {}
ScribuntoUnit.__index = ScribuntoUnit

local PASSED = '<span style="color:green">✔</span>'
local FAILED = '<span style="color:red">✘</span>'

local function fail( text, expected, actual, message )
	error( { ScribuntoUnit = true, text = text, expected = expected, actual = actual, message = message }, 0 )
end

function ScribuntoUnit:assertEquals( expected, actual, message )
	if expected ~= actual then
		local text = ( 'Failed to assert that %s equals expected %s' ):format( tostring( actual ), tostring( expected ) )
		fail( text, expected, actual, message )
	end
end

function ScribuntoUnit:assertTrue( actual, message )
	if not actual then
		fail( ( 'Failed to assert that %s is true' ):format( tostring( actual ) ), nil, nil, message )
	end
end

function ScribuntoUnit:assertFalse( actual, message )
	if actual then
		fail( ( 'Failed to assert that %s is false' ):format( tostring( actual ) ), nil, nil, message )
	end
end

function ScribuntoUnit:assertStringContains( part, text, plain, message )
	if not mw.ustring.find( text, part, 1, plain ) then
		fail( ( 'Failed to find "%s" in "%s"' ):format( part, text ), nil, nil, message )
	end
end

function ScribuntoUnit:assertThrows( fn, expected, message )
	local fine, actual = pcall( fn )
	if fine then
		fail( 'Expected exception but none was thrown', nil, nil, message )
	elseif expected and not tostring( actual ):find( expected, 1, true ) then
		fail( 'Expected another exception', expected, tostring( actual ), message )
	end
end

function ScribuntoUnit:markTestSkipped()
	error( { ScribuntoUnit = true, skipped = true }, 0 )
end

local function runTest( suite, name )
	local fine, details = pcall( suite[name], suite )
	if fine then
		suite.successCount = suite.successCount + 1
		return { name = name, success = true }
	elseif type( details ) == 'table' and details.skipped then
		suite.skipCount = suite.skipCount + 1
		return { name = name, skipped = true }
	end
	suite.failureCount = suite.failureCount + 1
	if type( details ) ~= 'table' or not details.ScribuntoUnit then
		return { name = name, error = true, message = 'Lua error -- ' .. tostring( details ) }
	end
	local message = ( details.message and details.message .. '\n' or '' ) .. details.text
	return {
		name = name, error = true, message = message,
		expected = details.expected, actual = details.actual, testname = details.message,
	}
end

local function row( result )
	local nowiki = mw.text.nowiki
	if not result.error then
		return { '|-', '| ' .. PASSED, '| ' .. nowiki( result.name ), '|', '|' }
	elseif result.expected and result.actual then
		local name = result.name .. ( result.testname and ' / ' .. result.testname or '' )
		local expected, actual = nowiki( tostring( result.expected ) ), nowiki( tostring( result.actual ) )
		return { '|-', '| ' .. FAILED, '| ' .. nowiki( name ), '| ' .. expected, '| ' .. actual }
	end
	return { '|-', '| ' .. FAILED, '| ' .. nowiki( result.name ), '| colspan="2" | ' .. nowiki( result.message ) }
end

local function show( suite )
	local lines = { PASSED .. ' All tests passed.' }
	if suite.failureCount > 0 then
		local words = suite.failureCount == 1 and 'test' or 'tests'
		lines = { ( "%s '''%d %s failed'''." ):format( FAILED, suite.failureCount, words ) }
	end
	lines[2] = '{| class="wikitable scribunto-test-table"\n!\n! Name\n! Expected\n! Actual'
	for _, result in ipairs( suite.results ) do
		lines[#lines + 1] = table.concat( row( result ), '\n' )
	end
	return table.concat( lines, '\n' ) .. '\n|}\n'
end

local function count( suite )
	local counts = { suite.successCount, suite.failureCount, suite.skipCount }
	return ( 'success: %d, error: %d, skipped: %d' ):format( unpack( counts ) )
end

local function run( suite, frame )
	suite.frame = frame or mw.getCurrentFrame()
	suite.successCount, suite.failureCount, suite.skipCount, suite.results = 0, 0, 0, {}
	for _, name in ipairs( suite._tests ) do
		suite.results[#suite.results + 1] = runTest( suite, name )
	end
	local mode = frame and frame.args and ( frame.args.displayMode or 'table' ) or 'log'
	if mode == 'log' then
		mw.log( 'Assertions: ' .. count( suite ) )
	elseif mode == 'short' then
		local short = count( suite )
		return suite.failureCount > 0 and '<span class="error">' .. short .. '</span>' or short
	elseif mode == 'table' then
		return show( suite )
	else
		error( 'unknown display mode' )
	end
end

-- Tests run in the order in which they are defined.
function ScribuntoUnit:new()
	local suite = { _tests = {} }
	suite.run = function ( frame ) return run( suite, frame ) end
	return setmetatable( suite, {
		__index = ScribuntoUnit,
		__newindex = function ( self, name, value )
			rawset( self, name, value )
			if name:find( '^test' ) and type( value ) == 'function' then
				self._tests[#self._tests + 1] = name
			end
		end,
	} )
end

return ScribuntoUnit
