-- Shows: a suite of ScribuntoUnit whose tests all pass. State: good.
local isLeap = require( 'Module:Leap year' ).isLeap
local suite = require( 'Module:ScribuntoUnit' ):new()

function suite:testOrdinaryYears()
	self:assertFalse( isLeap( 2023 ) )
	self:assertTrue( isLeap( 2024 ) )
end

function suite:testCenturies()
	self:assertFalse( isLeap( 1900 ), 'not divisible by 400' )
	self:assertTrue( isLeap( 2000 ) )
end

return suite
