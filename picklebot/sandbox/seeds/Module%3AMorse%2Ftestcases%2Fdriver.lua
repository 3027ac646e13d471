-- Makes a suite from a list of words. It is no suite itself.
return function ( tr, examples )
	local tests = require( 'Module:Dictionary checks' )
	function tests:check( word, expected )
		self:equals( word, tr( word ), expected )
	end
	tests['testcases for <code>tr</code>'] = function ( self )
		self:iterate( examples, 'check' )
	end
	return tests
end
