-- Shows: a suite of UnitTests with a check that fails. State: fail.
local p = require( 'Module:UnitTests' )

function p:test_km()
	self:heading( 'round numbers' )
	self:preprocess_equals_many( '{{#invoke:Mile marker|km|', '}}', {
		{ '10', '16' },
		{ '0', '0' },
		{ '3', '5' },
	} )
end

return p
