-- Shows: a tester among other subpages. State: good.
local days = require( 'Module:Calendar' ).days
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( days( 1 ), 31, 'January' )
	t:is( days( 2 ), 28, 'February' )
	t:is( days( 2, true ), 29, 'February of a leap year' )
	return t:report()
end

return p
