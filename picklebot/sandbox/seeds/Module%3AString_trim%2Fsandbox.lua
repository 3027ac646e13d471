-- What the next version might look like. A sandbox is no tester.
local p = {}

function p.trim( text )
	return mw.text.trim( text )
end

return p
