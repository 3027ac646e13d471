-- Shows: a suite of a Wiktionary's framework with a test that throws after a check that passed. State: fail.
local tests = require( 'Module:Dictionary checks' )
local vowels = require( 'Module:Vowels' )

function tests:test_count()
	self:equals( 'pickle', vowels.count( 'pickle' ), 2 )
	self:equals( 'nothing', vowels.count( nil ), 0 )
end

return tests
