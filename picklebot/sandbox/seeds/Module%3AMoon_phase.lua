local p = {}

local month = 29.530588

-- Days since the last new moon, for a Julian date.
function p.age( julian )
	return ( julian - 2451550.1 ) % month
end

return p
