local p = {}

-- Felt temperature in degrees Celsius, wind in km/h.
function p.felt( celsius, wind )
	local w = wind ^ 0.16
	return 13.12 + 0.6215 * celsius - 11.37 * w + 0.3965 * celsius * w
end

return p
