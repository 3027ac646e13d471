-- Shows: a tester with words of its own, that no strategy knows. State: unknown.
local felt = require( 'Module:Wind chill' ).felt

local p = {}

function p.run()
	return felt( 0, 20 ) < 0 and 'Feels about right to me.' or 'Hmm, that is too warm.'
end

return p
