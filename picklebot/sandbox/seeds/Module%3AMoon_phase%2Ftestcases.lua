-- Shows: a suite that skips itself as a whole. State: skip-good.
local p = {}

function p.tap()
	return 'TAP version 13\n1..0 # SKIP no almanac on this wiki'
end

return p
