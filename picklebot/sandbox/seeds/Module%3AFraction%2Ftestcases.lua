-- Shows: a tester that prints its TAP in the console, and puts nothing on a page. State: good.
local gcd = require( 'Module:Fraction' ).gcd

local p = {}

function p.run()
	mw.log( '1..2' )
	mw.log( ( gcd( 12, 18 ) == 6 and 'ok' or 'not ok' ) .. ' 1 - of twelve and eighteen' )
	mw.log( ( gcd( 7, 5 ) == 1 and 'ok' or 'not ok' ) .. ' 2 - of two primes' )
end

return p
