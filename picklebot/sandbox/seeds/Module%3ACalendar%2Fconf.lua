-- Shows: configuration is no tester. Its function is a trap for a bot that runs every subpage.
local p = { firstDay = 1 }

function p.tap()
	return '1..1\nnot ok 1 - nobody should have called this'
end

return p
