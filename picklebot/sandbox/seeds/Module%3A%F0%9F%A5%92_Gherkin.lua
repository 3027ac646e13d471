-- Shows: a title outside the basic plane.
local p = {}

function p.answer()
	return '🥒'
end

return p
