local p = {}

local articles = { 'the ', 'an ', 'a ' }

-- "The Beatles" becomes "beatles, the".
function p.key( title )
	local lower = mw.ustring.lower( title )
	for _, article in ipairs( articles ) do
		if lower:sub( 1, #article ) == article then
			return lower:sub( #article + 1 ) .. ', ' .. mw.text.trim( article )
		end
	end
	return lower
end

return p
