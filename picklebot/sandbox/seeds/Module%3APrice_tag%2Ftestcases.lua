-- Shows: a suite of UnitTests whose checks all pass, one of them of an error message. State: good.
local p = require( 'Module:UnitTests' )

function p:test_show()
	self:preprocess_equals( '{{#invoke:Price tag|show|12}}', "'''12''' €", { nowiki = true } )
end

function p:test_unknown_function()
	local shown = self.frame:preprocess( '{{#invoke:Price tag|hide}}' )
	self:equals( 'an unknown function is an error', shown:find( 'scribunto-error', 1, true ) ~= nil, true )
	self:preprocess_equals( '{{#invoke:Price tag|hide}}', shown )
end

return p
