-- Shows: a sandbox is no tester.
local p = {}

function p.days( month )
	return mw.loadData( 'Module:Calendar/data' )[month]
end

return p
