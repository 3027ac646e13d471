-- Shows: a tester whose module does not exist. It is a suite of its own.
local p = {}

function p.tap()
	local found = mw.title.new( 'Module:Lost and found' ).exists
	return '1..1\n' .. ( found and 'ok' or 'not ok' ) .. ' 1 - there is a module to test'
end

return p
