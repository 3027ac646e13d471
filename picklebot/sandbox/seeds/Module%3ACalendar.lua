local p = {}

local days = mw.loadData( 'Module:Calendar/data' )

function p.days( month, leap )
	return days[month] + ( leap and month == 2 and 1 or 0 )
end

return p
