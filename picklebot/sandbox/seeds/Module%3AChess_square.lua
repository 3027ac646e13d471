local p = {}

function p.isDark( square )
	return ( square:byte( 1 ) + square:byte( 2 ) ) % 2 == 0
end

return p
