-- Shows: a point that is known to fail is marked TODO. State: todo-fail, which is passing.
local range = require( 'Module:Year range' ).range
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( range( 1914, 1918 ), '1914–1918', 'two years' )
	t:is( range( 2000, 2000 ), '2000', 'a single year' )
	t:is( range( -44, -27 ), '44–27 BC', 'years before Christ', 'TODO years before Christ are not done yet' )
	return t:report()
end

return p
