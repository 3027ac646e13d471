-- Shows: the plan promises a point more than the report has. State: fail.
local count = require( 'Module:Word count' ).count

local p = {}

function p.tap()
	local lines = { 'TAP version 13', '1..3' }
	for number, case in ipairs{ { 'one', 1 }, { 'two  words', 2 } } do
		local ok = count( case[1] ) == case[2] and 'ok' or 'not ok'
		table.insert( lines, string.format( '%s %d - counts %d', ok, number, case[2] ) )
	end
	return table.concat( lines, '\n' )
end

return p
