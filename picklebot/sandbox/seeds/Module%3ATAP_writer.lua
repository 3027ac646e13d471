-- Collects test points and writes them down as TAP 13, a diagnostic block under each that failed.
-- This module has no tester of its own: it costs a harvest nothing and has no state.
local Writer = {}
Writer.__index = Writer

local p = {}

function p.new()
	return setmetatable( { lines = { 'TAP version 13' }, count = 0 }, Writer )
end

local function quoted( value )
	return ( mw.text.jsonEncode( tostring( value ) ) )
end

-- directive: nil, or such as 'TODO negative numbers'
function Writer:ok( passed, name, directive )
	self.count = self.count + 1
	local line = string.format( '%s %d - %s', passed and 'ok' or 'not ok', self.count, name )
	if directive then
		line = line .. ' # ' .. directive
	end
	table.insert( self.lines, line )
end

function Writer:is( actual, expected, name, directive )
	self:ok( actual == expected, name, directive )
	if actual ~= expected then
		for _, line in ipairs{ '---', 'expected: ' .. quoted( expected ), 'actual: ' .. quoted( actual ), '...' } do
			table.insert( self.lines, '  ' .. line )
		end
	end
end

-- The whole report, the plan at its end.
function Writer:report()
	return table.concat( self.lines, '\n' ) .. '\n1..' .. self.count
end

return p
