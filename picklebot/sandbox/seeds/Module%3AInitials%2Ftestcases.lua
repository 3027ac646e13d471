-- Shows: a suite of ScribuntoUnit with one test that fails, its values side by side. State: fail.
local ScribuntoUnit = require( 'Module:ScribuntoUnit' )
local initials = require( 'Module:Initials' )
local suite = ScribuntoUnit:new()

function suite:testTwoNames()
	self:assertEquals( 'A. L.', initials.of( 'Ada Lovelace' ) )
end

function suite:testAccents()
	self:assertEquals( 'É. d. C.', initials.of( 'Émilie du Châtelet' ), 'the first letter is not the first byte' )
end

return suite
