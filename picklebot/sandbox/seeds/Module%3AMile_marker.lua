local p = {}

function p.km( frame )
	return math.floor( frame.args[1] * 1.6 )
end

return p
