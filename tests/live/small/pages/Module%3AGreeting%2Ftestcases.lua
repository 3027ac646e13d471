local hello = require( 'Module:Greeting' ).hello

return { tap = function () return '1..1\n' .. ( hello() == 'Hello' and 'ok' or 'not ok' ) .. ' 1 - is polite' end }
