-- What other modules add up with.
local p = {}

function p.sum( a, b )
	return a + b
end

return p
