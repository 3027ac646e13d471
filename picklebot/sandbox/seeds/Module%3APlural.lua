-- Shows: a module that nobody has written tests for. It has no state.
local p = {}

function p.plural( count, one, many )
	return count .. ' ' .. ( count == 1 and one or many )
end

return p
