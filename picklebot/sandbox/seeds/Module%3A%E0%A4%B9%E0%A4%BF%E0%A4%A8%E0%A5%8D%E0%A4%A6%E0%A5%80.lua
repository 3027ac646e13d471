-- Shows: a title with combining signs.
local p = {}

function p.answer()
	return 'बयालीस'
end

return p
