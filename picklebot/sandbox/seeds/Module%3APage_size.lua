local p = {}

function p.category( bytes )
	return bytes < 1500 and 'stub' or 'article'
end

return p
