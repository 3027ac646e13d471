-- Shows: a point written by hand as "not ok", and skipped. State: skip-fail, which is passing.
local decimal = require( 'Module:Degrees' ).decimal

local p = {}

function p.tap()
	return table.concat( {
		'1..2',
		( decimal( 10, 30, 0 ) == 10.5 and 'ok' or 'not ok' ) .. ' 1 - half a degree',
		'not ok 2 - southern latitudes # SKIP nobody has said how they are written',
	}, '\n' )
end

return p
