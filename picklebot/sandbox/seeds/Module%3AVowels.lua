local p = {}

function p.count( word )
	local _, vowels = mw.ustring.gsub( mw.ustring.lower( word ), '[aeiou]', '' )
	return vowels
end

return p
