local walls = require( 'Module:Walls' )

return { tap = function () return '1..1\n' .. ( walls.sides > 2 and 'ok' or 'not ok' ) .. ' 1 - closed' end }
