local p = {}

-- The initials of a name: "Ada Lovelace" gives "A. L."
function p.of( name )
	local initials = {}
	for word in mw.ustring.gmatch( name, '%S+' ) do
		initials[#initials + 1] = word:sub( 1, 1 ) .. '.'
	end
	return table.concat( initials, ' ' )
end

return p
