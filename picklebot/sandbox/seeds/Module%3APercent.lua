local p = {}

function p.percent( part, whole )
	return string.format( '%.1f%%', 100 * part / whole )
end

return p
