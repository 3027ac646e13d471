-- Shows: a Cyrillic title.
local p = {}

function p.answer()
	return 'сорок два'
end

return p
