local p = {}

function p.key( word )
	local letters = {}
	for letter in mw.ustring.gmatch( mw.ustring.lower( word ), '%a' ) do
		letters[#letters + 1] = letter
	end
	table.sort( letters )
	return table.concat( letters )
end

return p
