-- Shows: every point passes. State: good.
local trim = require( 'Module:String trim' ).trim
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( trim( 'plain' ), 'plain', 'leaves a word alone' )
	t:is( trim( '  left' ), 'left', 'takes white space off the start' )
	t:is( trim( 'right\n\t ' ), 'right', 'takes white space off the end' )
	t:is( trim( ' two  words ' ), 'two  words', 'keeps what is inside' )
	t:is( trim( ' \n ' ), '', 'leaves nothing of mere white space' )
	return t:report()
end

return p
