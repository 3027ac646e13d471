-- Shows: a tester that was begun, and tests nothing yet. State: pending.
local p = {}

function p.tap()
	return 'TAP version 13'
end

return p
