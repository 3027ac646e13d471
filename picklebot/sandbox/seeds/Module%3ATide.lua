local p = {}

function p.height( tide )
	return tide.mean + tide.range / 2
end

return p
