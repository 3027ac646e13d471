local p = {}

function p.fahrenheit( celsius )
	return celsius * 9 / 5 + 32
end

return p
