local p = {}

function p.square( side )
	return side * side
end

return p
