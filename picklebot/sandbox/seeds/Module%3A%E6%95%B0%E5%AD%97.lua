-- Shows: a Chinese title.
local p = {}

function p.answer()
	return '四十二'
end

return p
