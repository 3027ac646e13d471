-- Helps picklebot on a wiki without the parser function #ifeq.
local p = {}

-- Shows its second argument on the page whose id is the first, and nothing on any other page that shows the same
-- documentation.
function p.only(frame)
	local here = mw.title.getCurrentTitle().id
	return here == tonumber(frame.args[1]) and frame.args[2] or ''
end

return p
