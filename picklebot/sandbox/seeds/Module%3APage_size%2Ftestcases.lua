-- Shows: a suite of ScribuntoUnit with a skipped test, which its page shows as passed. State: skip-good.
local pageSize = require( 'Module:Page size' )
local suite = require( "Module:ScribuntoUnit" ):new()

function suite:testStub()
	self:assertEquals( 'stub', pageSize.category( 200 ) )
end

function suite:testThisPage()
	self:markTestSkipped()
end

return suite
