-- There is no Module:Roofs: these are the tests of what they need.
local tiles = require( 'Module:Tiles' )

return { tap = function ()
	return '1..1\n' .. ( tiles.rows( 100 ) == 3 and 'ok' or 'not ok' ) .. ' 1 - rows cover the height'
end }
