-- Shows: a loop without an end, until the wiki's time limit ends it. State: fail.
local above = require( 'Module:Fibonacci' ).above
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( above( 10, 0, 1 ), 13, 'from the usual start' )
	t:is( above( 10, 0, 0 ), 0, 'from nothing' )
	return t:report()
end

return p
