local p = {}

function p.opposite( degrees )
	return ( degrees + 180 ) % 360
end

return p
