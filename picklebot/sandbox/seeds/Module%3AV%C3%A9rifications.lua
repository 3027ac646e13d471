-- A small test framework with the interface and the output of French Wiktionary's UnitTests: written anew for this wiki,
-- so that suites of that kind can be tried out here. A test function can be ignored.
local Verifications = {}
Verifications.__index = Verifications

local PASSED = '<span title="Test réussi">✔</span>'
local FAILED = '<span title="Test échoué">✘</span>'
local IGNORED = '<span title="Test ignoré">✘</span>'

function Verifications:equals( name, actual, expected )
	local good = actual == expected
	self.failed = self.failed + ( good and 0 or 1 )
	local shown = { good and PASSED or FAILED, name, mw.text.nowiki( tostring( expected ) ), mw.text.nowiki( tostring( actual ) ) }
	self.rows[#self.rows + 1] = '| ' .. table.concat( shown, ' || ' )
end

function Verifications:ignore()
	self.ignoring = true
end

local function runTest( self, name )
	local before = self.failed
	self.rows, self.ignoring = {}, false
	local fine, message = pcall( self[name], self )
	local wide = ' || colspan="3" style="text-align:left" | '
	if self.ignoring then
		self.failed, self.ignored = before, self.ignored + 1
		self.rows = { '| ' .. IGNORED .. wide .. '<strong>Test(s) ignoré(s)</strong>' }
	elseif not fine then
		self.failed = before + 1
		message = 'Erreur de script pendant le test&nbsp;: ' .. mw.text.nowiki( tostring( message ) )
		self.rows = { '| ' .. FAILED .. wide .. '<strong class="error">' .. message .. '</strong>' }
	end
	local head = '{| class="wikitable"\n! title="Liste des tests" | &nbsp; !! Texte !! Attendu !! Obtenu\n|+ ' .. name .. '&nbsp;:\n|-\n'
	return head .. table.concat( self.rows, '\n|-\n' ) .. '\n|}'
end

local function count( number, one, many )
	return ( number == 1 and one or many ):format( number )
end

function Verifications:run( frame )
	for name in pairs( frame.args ) do
		error( 'Paramètre « ' .. name .. ' » inconnu.', 0 )
	end
	self.frame, self.failed, self.ignored = frame, 0, 0
	local names, tables = {}, {}
	for name in pairs( self ) do
		if name:find( '^test' ) then
			names[#names + 1] = name
		end
	end
	table.sort( names )
	for _, name in ipairs( names ) do
		tables[#tables + 1] = runTest( self, name )
	end
	local headline = '<strong class="success">Tous les tests ont réussi</strong>'
	if self.failed > 0 then
		headline = '<strong class="error">' .. count( self.failed, '%d test a échoué', '%d tests ont échoué' ) .. '</strong>'
	end
	if self.ignored > 0 then
		headline = headline .. ', <em>' .. count( self.ignored, '%d test ignoré', '%d tests ignorés' ) .. '</em>'
	end
	return headline .. ' <span class="plainlinks">(rafraichir)</span>\n\n' .. table.concat( tables, '\n\n' )
end

local p = setmetatable( {}, Verifications )
function p.run_tests( frame ) return p:run( frame ) end
return p
