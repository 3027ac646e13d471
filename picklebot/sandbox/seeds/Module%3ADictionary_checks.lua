-- A small test framework with the interface and the output of English Wiktionary's UnitTests: written anew for this wiki,
-- so that suites of that kind can be tried out here. A test that throws does not end the others.
local Checks = {}
Checks.__index = Checks

function Checks:equals( name, actual, expected )
	local good = actual == expected
	self.total_tests = self.total_tests + 1
	self.num_failures = self.num_failures + ( good and 0 or 1 )
	local icon = good and '<span title="Test passed">✔</span>' or '<span title="Test failed">✘</span>'
	local shown = { icon, name, expected == nil and '(nil)' or expected, actual == nil and '(nil)' or actual }
	self.lines[#self.lines + 1] = ( '|- class="unit-test-%s"\n | ' ):format( good and 'pass' or 'fail' )
		.. table.concat( shown, ' || ' )
end

function Checks:iterate( examples, method )
	for _, example in ipairs( examples ) do
		if type( example ) == 'string' then
			self.lines[#self.lines + 1] = ' |-\n ! colspan="4" style="text-align: left" | ' .. example
		else
			self[method]( self, unpack( example ) )
		end
	end
end

local function runTest( self, name )
	self.lines = {
		'{| class="unit-tests wikitable"',
		'! class="unit-tests-img-corner" title="Only failed tests" | !! Text !! Expected !! Actual',
		'|+ ' .. name .. ':',
	}
	local fine, message = pcall( self[name], self )
	if not fine then
		self.num_failures = self.num_failures + 1
		self.lines[#self.lines + 1] = ' |-\n | colspan="4" style="text-align: left" | <strong class="error">'
			.. 'Script error during testing: ' .. mw.text.nowiki( tostring( message ) ) .. '</strong>'
	end
	return table.concat( self.lines, '\n' ) .. '\n|}'
end

function Checks:run( frame )
	self.frame, self.num_failures, self.total_tests = frame, 0, 0
	local names, tables = {}, {}
	for name in pairs( self ) do
		if name:find( '^test' ) then
			names[#names + 1] = name
		end
	end
	table.sort( names )
	for _, name in ipairs( names ) do
		tables[#tables + 1] = runTest( self, name )
	end
	local headline = '<strong class="success">All tests passed.</strong>'
	if self.num_failures > 0 then
		local words = self.num_failures == 1 and 'test' or 'tests'
		headline = ( '<strong class="error">%d %s failed.</strong>' ):format( self.num_failures, words )
	end
	return headline .. ' <span class="plainlinks unit-tests-refresh">(refresh)</span>\n\n' .. table.concat( tables, '\n\n' )
end

local p = setmetatable( {}, Checks )
function p.run_tests( frame ) return p:run( frame ) end
return p
