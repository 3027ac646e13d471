local square = require( 'Module:Area' ).square
local p = {}

local function point( number, ok, name )
	return ( ok and 'ok ' or 'not ok ' ) .. number .. ' - ' .. name
end

function p.tap()
	return table.concat( {
		'1..2',
		point( 1, square( 0 ) == 0, 'of nothing' ),
		point( 2, square( 3 ) == 9, 'of three' ),
	}, '\n' )
end

return p
