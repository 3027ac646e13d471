-- Shows: quotes and an ampersand in a title.
local p = {}

function p.answer()
	return 'twelve bars'
end

return p
