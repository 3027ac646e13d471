local p = {}

function p.de( mot )
	return mot:gsub( 'al$', 'aux' ):gsub( '([^x])$', '%1s' )
end

return p
