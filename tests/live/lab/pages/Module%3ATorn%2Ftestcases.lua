local torn = require( 'Module:Torn' )

return { tap = function () return '1..1\nok 1 - cuts ' .. torn.initial( 'écu' ) end }
