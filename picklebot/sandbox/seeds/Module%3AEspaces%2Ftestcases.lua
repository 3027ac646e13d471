-- Shows: a suite of French Wiktionary's framework that fails for a no-break space, which nobody sees. State: fail.
local tests = require( 'Module:Vérifications' )
local espaces = require( 'Module:Espaces' )

function tests:testAvecUnite()
	self:equals( 'espace insécable', espaces.avecUnite( 12, 'kg' ), '12\194\160kg' )
end

return tests
