-- Shows: a test that does not apply here is skipped. State: skip-good.
local key = require( 'Module:Sort key' ).key
local writer = require( 'Module:TAP writer' )

local p = {}

function p.tap()
	local t = writer.new()
	t:is( key( 'Abba' ), 'abba', 'no article' )
	t:is( key( 'The Beatles' ), 'beatles, the', 'an article goes to the end' )
	if mw.language.getContentLanguage():getCode() == 'fr' then
		t:is( key( "L'Aurore" ), "aurore, l'", 'a French article' )
	else
		t:ok( true, 'a French article', 'SKIP only on a French wiki' )
	end
	return t:report()
end

return p
