-- Shows: a suite of ScribuntoUnit without tests, whose page says that all tests passed. State: pending.
local suite = require( 'Module:ScribuntoUnit' ):new()

function suite:checkKeys()
	self:assertEquals( 'aelpp', require( 'Module:Anagram' ).key( 'Apple' ) )
end

return suite
