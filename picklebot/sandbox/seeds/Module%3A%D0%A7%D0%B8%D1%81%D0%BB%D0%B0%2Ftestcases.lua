-- Shows: a title that is not plain ASCII, under which all goes well. State: good.
local answer = require( 'Module:Числа' ).answer
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( answer(), 'сорок два', 'says сорок два' )
	return t:report()
end

return p
