local p = {}

function p.count( text )
	local _, words = mw.ustring.gsub( text, '%S+', '' )
	return words
end

return p
