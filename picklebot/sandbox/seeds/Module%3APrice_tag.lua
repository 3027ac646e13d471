local p = {}

function p.show( frame )
	return ("'''%s''' €"):format( frame.args[1] )
end

return p
