local p = {}

-- Puts the space that stands between a number and its unit.
function p.avecUnite( nombre, unite )
	return nombre .. ' ' .. unite
end

return p
