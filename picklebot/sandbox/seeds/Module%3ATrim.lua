local p = {}

function p.trim( text )
	return ( text:gsub( '^%s+', '' ):gsub( '%s+$', '' ) )
end

return p
