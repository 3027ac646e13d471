local p = {}

-- '#ff8000' becomes 255, 128, 0.
function p.channels( color )
	local red, green, blue = color:match( '^#(%x%x)(%x%x)(%x%x)$' )
	return tonumber( red, 16 ), tonumber( green, 16 ), tonumber( blue, 16 )
end

return p
