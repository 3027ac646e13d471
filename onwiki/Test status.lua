-- Shows the state of modules' tests, as picklebot records it on the data pages of its account.
--
--   {{#invoke:Test status|box}}             on a module's or test page: indicator, line and tracking category
--   {{#invoke:Test status|main|Module:Foo}} anywhere; Template:Test status does so
--
-- Pages below this one: /config.json says where the data are, /i18n/<language>.json has all the words. Whatever is
-- wrong with them or with the data pages comes out as "not tested" or "status not available", never as an error.
local p = {}

local VERSION = 1 -- of the data pages and of the configuration; newer ones are not read
local BASE = 'Module:Test status'
-- They end a line rather than begin the next.
local DOT, BAR = '&#160;· ', '&#160;<span aria-hidden="true">|</span> '
local NAMES_IN_LINE, NAME_LENGTH, PAGES_IN_LINE = 3, 100, 3

-- A mark is told from the others by its shape; colours have a contrast of 4.5 at least by day and by night.
local RED, GREEN = 'var(--color-error, #b32424)', 'var(--color-success, #096450)'
local GREY = 'var(--color-subtle, #54595d)'
local STATES = {
	['fail'] = { '✗', RED },
	['unknown'] = { '?', GREY },
	['missing'] = { '∅', GREY },
	['pending'] = { '○', GREY },
	['todo-fail'] = { '✓', GREEN },
	['todo-good'] = { '✓', GREEN },
	['skip-fail'] = { '✓', GREEN },
	['skip-good'] = { '✓', GREEN },
	['good'] = { '✓', GREEN },
}
local NOT_TESTED, NOT_AVAILABLE = 'not-tested', 'not-available'

-- Reading ------------------------------------------------------------------------------------------------------------

local function read( title )
	local ok, data = pcall( mw.loadJsonData, title )
	return ok and type( data ) == 'table' and data or nil
end

local function part( value )
	return type( value ) == 'table' and value or {}
end

local function text( value )
	return type( value ) == 'string' and value ~= '' and value or nil
end

-- A whole number that can be the number of something or of a revision.
local function count( value )
	return type( value ) == 'number' and value >= 0 and value < 2 ^ 53 and value % 1 == 0 and value or nil
end

-- Lists come from pages that others can write: at most so many of them, in order.
local function each( list, most )
	local found = {}
	for index = 1, most do
		found[index] = part( list )[index]
		if found[index] == nil then
			break
		end
	end
	return found
end

local function length( list )
	local number = 0
	for _ in ipairs( part( list ) ) do
		number = number + 1
	end
	return number
end

local function isOurs( data )
	return data and count( data.version ) and data.version >= 1 and data.version <= VERSION
end

local function configuration()
	local config = read( BASE .. '/config.json' )
	return isOurs( config ) and text( config.data_page ) and setmetatable( {}, { __index = config } ) or nil
end

-- The number of the data page on which a title stands: linear hashing, so that pages are added one by one.
local function shard( title, shards )
	local hash = tonumber( string.sub( mw.hash.hashValue( 'md5', title ), 1, 6 ), 16 )
	local size = 1
	while size < shards do
		size = size * 2
	end
	local number = hash % size
	return number < shards and number or number - size / 2
end

local function dataPage( config, number )
	local data = read( string.format( '%s/%d.json', config.data_page, number ) )
	return isOurs( data ) and data or nil
end

-- The number of data pages, which the first of them says. Its text is searched, which takes a quarter of the time of
-- reading it; within a value a quotation mark is never without a backslash before it.
local function shards( config )
	local page = mw.title.new( config.data_page .. '/0.json' )
	local content = page and page:getContent() or ''
	return tonumber( string.match( content, '"shards": ?(%d+)' ) )
end

-- The data page that a title stands on, or nil where it cannot be read.
local function dataOf( config, title )
	config.shards = config.shards or shards( config ) or 0
	return config.shards >= 1 and config.shards < 2 ^ 24 and dataPage( config, shard( title, config.shards ) ) or nil
end

-- The entry of a page, and the title that it stands under: the module's, where the page is one of its test pages.
local function find( config, title )
	local data = dataOf( config, title )
	if not data then
		return nil, title, NOT_AVAILABLE
	end
	local entry, owner = part( data.modules )[title], title
	if entry == nil then
		owner = text( part( data.testers )[title] )
		if not owner then
			return nil, title, NOT_TESTED
		end
		data = dataOf( config, owner )
		if not data then
			return nil, title, NOT_AVAILABLE
		end
		entry = part( data.modules )[owner]
		if entry == nil then
			return nil, title, NOT_TESTED
		end
	end
	if type( entry ) ~= 'table' or not STATES[entry.state] then
		return nil, title, NOT_AVAILABLE
	end
	return entry, owner
end

-- The state of a page: a test page may have another one than its module, which has others.
local function stateOf( entry, owner, title )
	local own = owner ~= title and part( entry.states )[title]
	return STATES[own] and own or entry.state
end

-- Text of others as text -----------------------------------------------------------------------------------------------

-- Signs of ASCII that could mean something in wikitext, HTML or an attribute, to their character references.
local REFERENCES = {}
for code = 33, 126 do
	REFERENCES[string.char( code )] = string.format( '&#%d;', code )
end

-- Any text as wikitext that shows just it, wherever it stands. Signs that cannot be seen are left out.
local function plain( value )
	if string.find( value, '[\128-\255]' ) then
		if not mw.ustring.isutf8( value ) then
			return '�'
		end
		-- Controls, separators of lines and marks of direction, and all kinds of spaces.
		value = mw.ustring.gsub( value, '[\194\128-\194\159\226\128\168-\226\128\174\226\129\166-\226\129\169]', '' )
		value = mw.ustring.gsub( value, '[\194\160\225\154\128\226\128\128-\226\128\138\226\128\175\226\129\159\227\128\128]', ' ' )
	end
	value = string.gsub( value, '[%z\1-\32\127]+', ' ' )
	value = string.gsub( value, '[^%w \128-\255]', REFERENCES )
	value = string.gsub( value, '^ ', '' )
	value = string.gsub( value, ' $', '' )
	-- ISBN 123 and its like become links.
	return ( string.gsub( value, '(%u%u%u) ', '%1&#32;' ) )
end

-- Text of others that keeps to its own direction.
local function isolated( value )
	return '<bdi>' .. plain( value ) .. '</bdi>'
end

local function shortened( value )
	if #value <= NAME_LENGTH or not mw.ustring.isutf8( value ) or mw.ustring.len( value ) <= NAME_LENGTH then
		return value
	end
	return mw.ustring.sub( value, 1, NAME_LENGTH - 1 ) .. '…'
end

-- A link to a page, or its name where no page can have it.
local function link( title, words )
	local page = text( title ) and mw.title.new( title )
	if not page or page.interwiki ~= '' or page.prefixedText == '' then
		return words or isolated( text( title ) or '' )
	end
	local shown = words or isolated( page.prefixedText )
	return string.format( '[[:%s|%s]]', page.prefixedText, shown )
end

-- Words --------------------------------------------------------------------------------------------------------------

-- Literal text of a message; spaces at its ends stand between it and a parameter.
local function literal( piece )
	if piece == '' or piece == ' ' then
		return piece
	end
	return ( string.match( piece, '^ ' ) or '' ) .. plain( piece ) .. ( string.match( piece, ' $' ) or '' )
end

-- The words of a language: with a message's name, and what stands in the place of $1, $2 and so on, a call gives the
-- message as wikitext. A message is text of a translator's, and no wikitext: of its braces only PLURAL counts.
-- Parameters are wikitext that is safe already, or numbers, which are written as the language does it.
local Words = {}
Words.__index = Words

-- In the language wanted, else the operator's, else the wiki's; English has those that are missing there.
function Words.new( config, wanted )
	local own = mw.language.getContentLanguage():getCode()
	local code = string.lower( text( wanted ) or text( config and config.language ) or own )
	if not mw.language.isKnownLanguageTag( code ) then
		code = own
	end
	local codes = mw.language.getFallbacksFor( code )
	table.insert( codes, 1, code )
	for _, each in ipairs( codes ) do
		local messages = read( BASE .. '/i18n/' .. each .. '.json' )
		if messages then
			return setmetatable( { messages = messages, language = mw.language.new( each ) }, Words )
		end
	end
	return setmetatable( { messages = {}, language = mw.language.new( 'en' ) }, Words )
end

function Words:message( key )
	local found = text( self.messages[key] )
	if not found then
		self.english = self.english or read( BASE .. '/i18n/en.json' ) or {}
		found = text( self.english[key] ) or key
	end
	return found
end

function Words:__call( key, ... )
	local parameters, parts, position = { ... }, {}, 1
	local source = string.gsub( self:message( key ), '{{PLURAL:%$(%d)|([^{}]*)}}', function ( index, forms )
		local number = string.gsub( tostring( parameters[tonumber( index )] ), '%D', '' )
		return self.language:plural( tonumber( number ) or 0, mw.text.split( forms, '|', true ) )
	end )
	for before, index, after in string.gmatch( source, '()%$(%d)()' ) do
		local value = parameters[tonumber( index )]
		parts[#parts + 1] = literal( string.sub( source, position, before - 1 ) )
		parts[#parts + 1] = type( value ) == 'number' and plain( self.language:formatNum( value ) ) or value or ''
		position = after
	end
	parts[#parts + 1] = literal( string.sub( source, position ) )
	return table.concat( parts )
end

-- The words for a state, as a line begins with them.
function Words:state( state )
	return self.language:ucfirst( self( 'status-' .. state ) )
end

local function listed( say, parts )
	return table.concat( parts, say( 'comma' ) )
end

-- The parts of a line ------------------------------------------------------------------------------------------------

local function mark( state )
	return string.format( '<span aria-hidden="true" style="color:%s">%s</span>', STATES[state][2], STATES[state][1] )
end

local function since( say, entry )
	local time = text( entry.since )
	if not time or not string.match( time, '^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$' ) then
		return nil
	end
	local ok, day = pcall( say.language.formatDate, say.language, say:message( 'onwiki-date-format' ), time, true )
	return ok and say( 'onwiki-since', plain( day ) ) or nil
end

local function revision( say, entry )
	local number = count( entry.revision )
	if not number or number == 0 then
		return nil
	end
	local digits = string.format( '%d', number )
	return string.format( '[[Special:PermanentLink/%s|%s]]', digits, say( 'onwiki-revision', digits ) )
end

-- The number of a later revision than the tested one, where the page that is shown is one.
local function laterRevision( frame, entry )
	local shown, tested = tonumber( frame:preprocess( '{{REVISIONID}}' ) ), count( entry.revision )
	return shown and tested and shown > tested and shown or nil
end

local function counts( say, entry )
	local passed, failed = count( entry.passed ), count( entry.failed )
	local skipped, todo = count( entry.skipped ) or 0, count( entry.todo ) or 0
	if not passed or not failed or passed + failed + skipped + todo == 0 then
		return nil
	end
	local parts = { say( 'onwiki-passed', passed, passed + failed + skipped + todo ) }
	for _, each in ipairs { { 'onwiki-failed', failed }, { 'onwiki-skipped', skipped }, { 'onwiki-todo', todo } } do
		if each[2] > 0 then
			parts[#parts + 1] = say( each[1], each[2] )
		end
	end
	return listed( say, parts )
end

local function quoted( say, value )
	return say( 'onwiki-quoted', isolated( value ) )
end

-- The names of failing tests, or the reason why no test could fail.
local function failing( say, entry )
	local names = {}
	for _, point in ipairs( each( entry.failing, NAMES_IN_LINE ) ) do
		names[#names + 1] = quoted( say, shortened( text( part( point ).name ) or '?' ) )
	end
	if #names == 0 then
		local ended = text( part( part( entry.errors )[1] ).message )
		return ended and say( 'onwiki-ended', quoted( say, shortened( ended ) ) )
	end
	local more = math.max( count( entry.failed ) or 0, length( entry.failing ) ) - #names
	if more > 0 then
		names[#names + 1] = say( 'onwiki-more', more )
	end
	return say( 'onwiki-failing', listed( say, names ) )
end

local function changedPage( say, page )
	local old, new = count( page.old ) or 0, count( page.new ) or 0
	if new == 0 then
		return say( 'page-removed', link( page.title ) )
	elseif old == 0 then
		return say( 'page-created', link( page.title ) )
	end
	local difference = string.format( '[[Special:Diff/%d/%d|%s]]', old, new, say( 'page-diff' ) )
	return say( 'page-edited', link( page.title ), difference )
end

local function cause( say, entry )
	local found, parts = part( entry.cause ), {}
	for _, page in ipairs( each( found.pages, PAGES_IN_LINE ) ) do
		if text( part( page ).title ) then
			parts[#parts + 1] = changedPage( say, page )
		end
	end
	local more = length( found.pages ) - PAGES_IN_LINE
	if more > 0 then
		parts[#parts + 1] = say( 'onwiki-more', more )
	end
	local software = part( found.software )
	if text( software.old ) or text( software.new ) then
		local names = { text( software.name ) or 'MediaWiki', text( software.old ) or '–', text( software.new ) or '–' }
		for index, name in ipairs( names ) do
			names[index] = isolated( shortened( name ) )
		end
		parts[#parts + 1] = say( 'onwiki-software', unpack( names ) )
	end
	return #parts > 0 and say( 'onwiki-cause', listed( say, parts ) ) or nil
end

local function links( say, config, entry, owner )
	local parts, testers = {}, each( entry.testers, NAMES_IN_LINE )
	for index, tester in ipairs( testers ) do
		local words = #testers > 1 and say( 'onwiki-link-tests-number', index ) or say( 'onwiki-link-tests' )
		parts[#parts + 1] = text( tester ) and link( tester, words )
	end
	local query = { type = 'tag', user = text( config.observer ), page = owner }
	local log = mw.title.makeTitle( -1, 'Log' )
	parts[#parts + 1] = string.format( '<span class="plainlinks">[%s %s]</span>', tostring( log:fullUrl( query ) ), say( 'onwiki-link-log' ) )
	parts[#parts + 1] = text( config.help ) and link( config.help, say( 'onwiki-link-help' ) )
	return table.concat( parts, DOT )
end

-- All that there is to say of an entry, as inline wikitext. Of a test page with a state of its own, just that.
-- A later revision of the page than the tested one is told of by its number.
local function line( say, config, entry, owner, title, later )
	local state = stateOf( entry, owner, title )
	local parts = { '<b>' .. mark( state ) .. ' ' .. say:state( state ) .. '</b>' }
	if owner ~= title then
		parts[1] = say( 'onwiki-of-module', parts[1], link( owner ) )
	end
	local sentences = {}
	if state == entry.state then
		parts[#parts + 1] = since( say, entry )
		parts[#parts + 1] = revision( say, entry )
		parts[#parts + 1] = later and say( 'onwiki-not-yet', string.format( '%d', later ) ) or nil
		parts[#parts + 1] = counts( say, entry )
		if entry.flaky == true then
			parts[#parts + 1] = say( 'onwiki-flaky' )
		end
		sentences[1] = failing( say, entry )
		sentences[#sentences + 1] = cause( say, entry )
	end
	table.insert( sentences, 1, table.concat( parts, DOT ) )
	sentences[#sentences + 1] = links( say, config, entry, owner )
	return table.concat( sentences, BAR )
end

-- In a language that may not be the page's: its letters keep to their own direction.
local function inLanguage( language, element, attributes, inner )
	return string.format(
		'<%s lang="%s" dir="%s"%s>%s</%s>', element, language:getCode(), language:getDir(), attributes, inner, element
	)
end

-- A part of the page's own heading: a mark and words that lead to the line, where all else stands.
local function indicator( frame, say, state )
	local inner = string.format(
		'[[#test-status|<span style="display:block;min-height:24px;line-height:24px;padding:0 2px">%s %s</span>]]',
		mark( state ), say:state( state )
	)
	return frame:extensionTag( 'indicator', inLanguage( say.language, 'bdi', '', inner ), { name = 'test-status' } )
end

local function category( config, state )
	local name = text( part( config.categories )[state] )
	local page = name and mw.title.makeTitle( 14, name )
	return page and string.format( '[[%s]]', page.prefixedText ) or ''
end

-- Functions for {{#invoke:}} -----------------------------------------------------------------------------------------

local function trimmed( value )
	return text( value ) and text( mw.text.trim( value ) )
end

-- Parameters of a call, and of the template that it stands in.
local function parameter( frame, name )
	local parent = frame:getParent()
	return trimmed( frame.args[name] ) or parent and trimmed( parent.args[name] ) or nil
end

-- On a module's own page or on that of its tests; on all other pages, and on modules without tests, nothing.
function p.box( frame )
	local here = mw.title.getCurrentTitle()
	local config = here.contentModel == 'Scribunto' and configuration()
	if not config then
		return ''
	end
	local title = here.prefixedText
	local entry, owner = find( config, title )
	if not entry then
		return ''
	end
	local say = Words.new( config, parameter( frame, 'lang' ) )
	local state = stateOf( entry, owner, title )
	local later = owner == title and laterRevision( frame, entry ) or nil
	local style = string.format(
		' id="test-status" class="picklebot-test-status" style="border-inline-start:4px solid %s;'
			.. 'padding:2px 0 2px 10px;padding-inline:10px 0;margin:0 0 0.5em;overflow-wrap:anywhere"',
		STATES[state][2]
	)
	return indicator( frame, say, state )
		.. inLanguage( say.language, 'div', style, line( say, config, entry, owner, title, later ) )
		.. ( owner == title and category( config, entry.state ) or '' )
end

local FORMATS = {}

function FORMATS.line( say, config, entry, owner, title )
	return inLanguage( say.language, 'span', ' style="overflow-wrap:break-word"', line( say, config, entry, owner, title ) )
end

function FORMATS.icon( say, _, entry, owner, title )
	local state = stateOf( entry, owner, title )
	local words = say:state( state )
	return string.format(
		'<span role="img" aria-label="%s" title="%s" style="color:%s">%s</span>',
		words, words, STATES[state][2], STATES[state][1]
	)
end

-- The failing points, one below the other.
function FORMATS.tests( say, _, entry )
	local items = {}
	for _, point in ipairs( each( entry.failing, 5 ) ) do
		point = part( point )
		local words = { '<b>' .. quoted( say, text( point.name ) or '?' ) .. '</b>' }
		for _, key in ipairs { 'expected', 'actual' } do
			if type( point[key] ) == 'string' then
				words[#words + 1] = say( 'onwiki-' .. key, '<code>' .. isolated( point[key] ) .. '</code>' )
			end
		end
		items[#items + 1] = '<li>' .. table.concat( words, DOT ) .. '</li>'
	end
	if #items == 0 then
		return inLanguage( say.language, 'span', '', say:state( entry.state ) )
	end
	local more = math.max( count( entry.failed ) or 0, length( entry.failing ) ) - #items
	if more > 0 then
		items[#items + 1] = '<li>' .. say( 'onwiki-more', more ) .. '</li>'
	end
	return inLanguage( say.language, 'ul', ' style="overflow-wrap:break-word"', table.concat( items ) )
end

function p.main( frame )
	local config = configuration()
	local named, asked = parameter( frame, 1 ), parameter( frame, 'format' )
	local page = mw.title.getCurrentTitle()
	if named then
		-- A name without a namespace is a module's.
		page = mw.title.new( named, 828 )
	end
	local entry, owner, why
	local title = page and page.prefixedText
	if not config then
		why = NOT_AVAILABLE
	elseif not page or page.interwiki ~= '' then
		why = NOT_TESTED
	else
		entry, owner, why = find( config, title )
	end
	if asked == 'state' then
		return entry and stateOf( entry, owner, title ) or why
	end
	local say = Words.new( config, parameter( frame, 'lang' ) )
	if not entry then
		return inLanguage( say.language, 'span', '', say( 'onwiki-' .. why ) )
	end
	return ( FORMATS[asked] or FORMATS.line )( say, config, entry, owner, title )
end

return p
