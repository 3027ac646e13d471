-- Shows: a suite that gives up, as going on would make no sense. State: fail.
local convert = require( 'Module:Currency' ).convert

local p = {}

function p.tap()
	local lines = { 'TAP version 13', '1..3' }
	table.insert( lines, ( convert( 2, 'EUR' ) == 2 and 'ok' or 'not ok' ) .. ' 1 - euros stay euros' )
	if not convert( 1, 'SEK' ) then
		table.insert( lines, 'Bail out! There is no rate for SEK' )
	end
	return table.concat( lines, '\n' )
end

return p
