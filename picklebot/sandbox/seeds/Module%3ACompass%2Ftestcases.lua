-- Shows: a suite of UnitTests without tests. State: pending.
local p = require( 'Module:UnitTests' )

return p
