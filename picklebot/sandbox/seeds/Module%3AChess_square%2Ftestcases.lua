-- Shows: a suite of UnitTests that dies, since a test of its kind must not throw. State: fail.
local p = require( 'Module:UnitTests' )
local square = require( 'Module:Chess square' )

function p:test_corners()
	self:equals( 'a1', square.isDark( 'a1' ), true )
	self:equals( 'no square', square.isDark( nil ), false )
end

return p
