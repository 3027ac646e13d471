-- Shows: a title that is not plain ASCII, under which all goes well. State: good.
local answer = require( 'Module:हिन्दी' ).answer
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( answer(), 'बयालीस', 'says बयालीस' )
	return t:report()
end

return p
