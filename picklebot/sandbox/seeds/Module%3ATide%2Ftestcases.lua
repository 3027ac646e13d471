-- Shows: a suite of ScribuntoUnit with a Lua error in one test; the others run. State: fail.
local tide = require [[Module:Tide]]
local suite = require [[Module:ScribuntoUnit]]:new()

function suite:testSpringTide()
	self:assertEquals( 7, tide.height{ mean = 4, range = 6 } )
end

function suite:testUnknownRange()
	self:assertEquals( 4, tide.height{ mean = 4 } )
end

return suite
