local p = {}

-- Degrees, minutes and seconds as a decimal.
function p.decimal( degrees, minutes, seconds )
	return degrees + minutes / 60 + seconds / 3600
end

return p
