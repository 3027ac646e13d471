local p = {}

-- 1914, 1918 becomes 1914–1918.
function p.range( first, last )
	if first == last then
		return tostring( first )
	end
	return first .. '–' .. last
end

return p
