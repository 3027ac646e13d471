local p = {}

local endings = { 'st', 'nd', 'rd' }

-- 1st, 2nd, 3rd, 4th, 11th.
function p.ordinal( number )
	local tens = number % 100
	if tens >= 11 and tens <= 13 then
		return number .. 'th'
	end
	return number .. ( endings[number % 10] or 'th' )
end

return p
