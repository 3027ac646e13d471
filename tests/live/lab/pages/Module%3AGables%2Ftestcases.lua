-- There is no Module:Gables.
local walls = require( 'Module:Walls' )

return { tap = function () return '1..1\n' .. ( walls.sides == 4 and 'ok' or 'not ok' ) .. ' 1 - one gable' end }
