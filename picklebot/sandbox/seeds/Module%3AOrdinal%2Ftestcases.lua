-- Shows: a TODO that passes by now, and whose mark could go. State: todo-good.
local ordinal = require( 'Module:Ordinal' ).ordinal
local writer = require( 'Module:TAP writer' )

local p = {}

function p.run()
	local t = writer.new()
	t:is( ordinal( 1 ), '1st', 'first' )
	t:is( ordinal( 22 ), '22nd', 'twenty-second' )
	t:is( ordinal( 112 ), '112th', 'hundred and twelfth', 'TODO the teens' )
	return t:report()
end

return p
