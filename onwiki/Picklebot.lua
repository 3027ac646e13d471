-- Helps picklebot on wikis that lack what it needs.
local p = {}

-- Shows its second argument on the page whose id is the first, and nothing on any other page that shows the same
-- documentation: for wikis without the parser function #ifeq.
function p.only(frame)
	local here = mw.title.getCurrentTitle().id
	return here == tonumber(frame.args[1]) and frame.args[2] or ''
end

-- How often this function was called in the environment that it is called in: 1 each time, unless the wiki lets all
-- invocations on a page share one. A global on purpose.
function p.times()
	picklebotTimes = (picklebotTimes or 0) + 1
	return picklebotTimes
end

return p
