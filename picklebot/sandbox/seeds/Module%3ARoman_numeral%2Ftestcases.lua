-- Shows: one point of five fails, with what was expected. State: fail.
local roman = require( 'Module:Roman numeral' ).roman
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( roman( 1 ), 'I', 'one' )
	t:is( roman( 4 ), 'IV', 'four is one before five' )
	t:is( roman( 9 ), 'IX', 'nine is one before ten' )
	t:is( roman( 1990 ), 'MCMXC', 'a year' )
	t:is( roman( 3888 ), 'MMMDCCCLXXXVIII', 'the longest' )
	return t:report()
end

return p
