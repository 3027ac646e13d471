-- Shows: a suite of French Wiktionary's framework, of which a function is ignored. State: skip-good.
local tests = require( 'Module:Vérifications' )
local pluriel = require( 'Module:Pluriel' )

function tests:testReguliers()
	self:equals( 'chat', ( pluriel.de( 'chat' ) ), 'chats' )
	self:equals( 'cheval', ( pluriel.de( 'cheval' ) ), 'chevaux' )
end

function tests:testExceptions()
	self:ignore()
	self:equals( 'bal', ( pluriel.de( 'bal' ) ), 'bals' )
end

return tests
