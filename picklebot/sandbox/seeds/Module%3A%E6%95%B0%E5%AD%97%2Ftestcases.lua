-- Shows: a title that is not plain ASCII, under which all goes well. State: good.
local answer = require( 'Module:数字' ).answer
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( answer(), '四十二', 'says 四十二' )
	return t:report()
end

return p
