-- Shows: the tester calls a function that has been renamed, and dies of it. State: fail.
local color = require( 'Module:Hex color' )

local p = {}

function p.tap()
	local red = color.toRGB( '#ff8000' )
	return ( red == 255 and 'ok' or 'not ok' ) .. ' 1 - red\n1..1'
end

return p
