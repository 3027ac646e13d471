local _ = require( 'Module:Lines' )

return { tap = function ()
	local _, own = pcall( function () error( 'here' ) end )
	local _, other = pcall( require( 'Module:Lines fails' ).now )
	return '1..2\nnot ok 1 - ' .. own .. '\nnot ok 2 - ' .. other
end }
