-- Module:Pickle, version 1.0.0: specs for Lua modules, written in Lua on the wiki.
-- Written by the authors of picklebot. It may be used under the MIT licence, and under the licence of the wiki on which
-- it stands. `picklebot setup --specs` puts it here; changes made by hand are lost with the next version.
--
--	require('Module:Pickle')()
--	return describe 'Module:Greeting' (require('Module:Greeting')) (function ()
--		it "greets 'Ann'" (function (name)
--			expect(subject().greet(name)):toBe('Hello, Ann!')
--		end)
--	end)
--
-- {{#invoke:Greeting/pickle|run}} shows the report, {{#invoke:Greeting/pickle|tap}} is for programs; in the debug console
-- it is =p.tap(). Without globals: local describe, it, expect = require('Module:Pickle').words('describe', 'it', 'expect')

local VERSION = '1.0.0'
local MAX_NESTING = 20
local MAX_PAIRS = 200000 -- of values in one deep comparison
local MAX_DEPTH = 150 -- of tables in tables in it
local MAX_VALUE = 400 -- characters of a value in a report
local MAX_NAME = 1000 -- bytes of a case's path in a report
local SECONDS = 6.5 -- of Lua time, after which no further case begins: wikis give 7 and more

-- Tests may replace what they like; this page keeps what it needs.
local concat, insert, sort = table.concat, table.insert, table.sort
local error, ipairs, pairs, pcall, tostring, type, unpack = error, ipairs, pairs, pcall, tostring, type, unpack
local isutf8, find, currentFrame = mw.ustring.isutf8, mw.ustring.find, mw.getCurrentFrame

local Pickle = {VERSION = VERSION}

local current -- the part of a suite that runs now: a case, or the body of a describe
local pages = {} -- what each page has declared outside of any describe
local calls = setmetatable({}, {__mode = 'k'}) -- the calls of stubs and spies, by function
local loading -- the page that asked for words last
local STOPPED = {} -- thrown to end a case whose outcome is known

local function pack(...) return {n = select('#', ...), ...} end

-- A position such as "Module:Foo:12", without the debug library; 1 is the caller.
local function position(level)
	local _, text = pcall(error, '', level + 2)
	local at = type(text) == 'string' and text:match('^(.+:%d+):%s*$')
	return at and at:gsub('_', ' ') or nil
end

local OWN = ((position(1) or ''):gsub(':%d+$', ''))

local function inherit(place, field)
	while place do
		if place[field] then return place[field] end
		place = place.parent
	end
end

-- Where the spec is that calls this page, and that page's name. A tail call (return describe(…)) leaves no trace; then
-- it is the place that runs, or the page that is being loaded.
local function whereabouts()
	for level = 2, 60 do
		local at = position(level)
		local page = at and at:gsub(':%d+$', '')
		if not at then
			break
		elseif page ~= OWN then
			return at, page
		end
	end
	return inherit(current, 'at') or loading, inherit(current, 'page') or loading or ''
end

local function pageOf(page)
	pages[page] = pages[page] or {suites = {}, extractors = {}, origins = {}, page = page}
	return pages[page]
end

local function here() return current or pageOf(select(2, whereabouts())) end

-- == Words that come near ==

-- How many letters have to be changed, put in, left out or swapped; more than `most` is as good as any.
local function distance(a, b, most)
	if math.abs(#a - #b) > most then return most + 1 end
	local before, row = {}, {}
	for j = 0, #b do row[j] = j end
	for i = 1, #a do
		local last = before
		before, row = row, {[0] = i}
		for j = 1, #b do
			local same = a:byte(i) == b:byte(j)
			row[j] = math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (same and 0 or 1))
			if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
				row[j] = math.min(row[j], last[j - 2] + 1)
			end
		end
	end
	return row[#b]
end

local function nearest(word, list)
	word = tostring(word)
	local best, least = nil, math.max(2, math.floor(#word / 3)) + 1
	for name in pairs(list) do
		local far = distance(word:lower(), name:lower(), least)
		if far < least or (far == least and best and name < best) then best, least = name, far end
	end
	return best
end

local function unknown(word, list, before)
	local near = nearest(word, list)
	return (before or 'there is no word "') .. tostring(word) .. '"' .. (near and '; the nearest is "' .. near .. '"' or '')
end

-- == Values as text ==

local ESCAPES = {['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t', ['"'] = '\\"', ['\\'] = '\\\\'}

local function byte(char)
	return ESCAPES[char] or ('\\x%02X'):format(char:byte())
end

local function codepoint(char)
	local code = char:byte() % (#char == 2 and 32 or 16)
	for i = 2, #char do code = code * 64 + char:byte(i) % 64 end
	return code
end

-- Characters that cannot be seen, or that turn the text around them: C1 controls, no-break space, soft hyphen; zero
-- widths and directions; byte order mark.
local HIDDEN = {'\194[\128-\160\173]', '\216\156', '\226\128[\139-\143\168-\175]', '\226\129[\159-\175]', '\239\187\191'}

local function show(text, with)
	for _, pattern in ipairs(HIDDEN) do text = text:gsub(pattern, with) end
	return text
end

local function cut(text, most)
	if #text <= most then return text end
	local last = most
	while last > 0 and text:byte(last + 1) >= 128 and text:byte(last + 1) < 192 do last = last - 1 end
	return text:sub(1, last) .. '…'
end

-- Bytes that are no UTF-8.
local function strayBytes(text, with)
	return (text:gsub('[\128-\255][\128-\191]*', function (part) return not isutf8(part) and part:gsub('.', with) or nil end))
end

local function quote(text, form)
	local function hidden(char) return (form or '\\u{%04X}'):format(codepoint(char)) end
	return '"' .. show(strayBytes(text:gsub('[%c"\\\127]', byte), byte), hidden) .. '"'
end

local function isName(key)
	return type(key) == 'string' and key:match('^[%a_][%w_]*$') ~= nil
end

local function number(value)
	if value ~= value then
		return 'nan'
	elseif value == math.huge or value == -math.huge then
		return value > 0 and 'inf' or '-inf'
	end
	local short = ('%.14g'):format(value)
	return tonumber(short) == value and short or ('%.17g'):format(value)
end

local RANK = {number = 1, string = 2, boolean = 3}

local function inOrder(a, b)
	local x, y = RANK[type(a)] or 4, RANK[type(b)] or 4
	if x ~= y then
		return x < y
	elseif x <= 2 then
		return a < b
	end
	return tostring(a) < tostring(b)
end

-- Calls `with` for what a table holds, until that returns true.
local function each(value, with)
	return pcall(function ()
		for key, item in pairs(value) do
			if with(key, item) then return end
		end
	end)
end

local function metaField(value, name)
	local ok, meta = pcall(getmetatable, value)
	return ok and type(meta) == 'table' and rawget(meta, name) or nil
end

local dumpInto

local function dumpTable(value, put, seen, depth)
	if seen[value] then
		return put('{ itself }')
	elseif depth > 6 then
		return put('{ … }')
	end
	local keys, items, more = {}, {}, false
	each(value, function (key, item)
		more = #keys >= 200
		keys[#keys + 1] = not more and key or nil
		items[key] = item
		return more
	end)
	if next(value) == nil and metaField(value, '__tostring') then
		local ok, text = pcall(tostring, value)
		return put(ok and type(text) == 'string' and 'object ' .. quote(cut(text, 100)) or '{}')
	end
	sort(keys, inOrder)
	seen[value] = true
	local index, first = 1, true
	put('{')
	for _, key in ipairs(keys) do
		if not put(first and ' ' or ', ') then break end
		first = false
		if type(key) == 'number' and key >= index and key <= index + 3 and key % 1 == 0 then
			put(('nil, '):rep(key - index))
			index = key + 1
		else
			put(isName(key) and key or '[')
			if not isName(key) then
				dumpInto(key, put, seen, depth + 1)
				put(']')
			end
			put(' = ')
		end
		dumpInto(items[key], put, seen, depth + 1)
	end
	seen[value] = nil
	put(more and ', … }' or first and '}' or ' }')
end

function dumpInto(value, put, seen, depth)
	local kind = type(value)
	if kind == 'string' then
		put(quote(value:sub(1, 1000)))
	elseif kind == 'number' then
		put(number(value))
	elseif kind == 'table' then
		dumpTable(value, put, seen, depth)
	elseif kind == 'function' then
		put('function')
	else
		put(tostring(value))
	end
end

local function dump(value, most)
	local parts, size = {}, 0
	most = most or MAX_VALUE
	dumpInto(value, function (text)
		if size <= most then parts[#parts + 1] = text end
		size = size + #text
		return size <= most
	end, {}, 1)
	return cut(concat(parts), most)
end

local function dumpAll(values)
	local parts = {}
	for i = 1, values.n do parts[i] = dump(values[i], 100) end
	return concat(parts, ', ')
end

-- Two long texts, from a little before the first difference on.
local function dumpBoth(a, b)
	if type(a) ~= 'string' or type(b) ~= 'string' or math.max(#a, #b) <= MAX_VALUE then return dump(a), dump(b) end
	local at = 1
	while a:byte(at) == b:byte(at) and at <= #a do at = at + 1 end
	at = math.max(at - 40, 1)
	while (a:byte(at) or 0) >= 128 and (a:byte(at) or 0) < 192 do at = at - 1 end
	local lead = at > 1 and 'from byte ' .. at .. ': …' or ''
	return lead .. dump(a:sub(at, at + 2000)), lead .. dump(b:sub(at, at + 2000))
end

-- == Comparing ==

local function tooMuch(reason)
	error({tooMuch = reason}, 0)
end

-- What a table holds: by pairs(), and by the tables that it inherits from.
local function contents(value)
	if getmetatable(value) == nil then return value, {} end
	local own, inherited, count = {}, {}, 0
	for key, item in pairs(value) do
		own[key] = item
		count = count + 1
		if count > MAX_PAIRS then tooMuch('a table has more than ' .. MAX_PAIRS .. ' elements') end
	end
	local from, steps = metaField(value, '__index'), 0
	while type(from) == 'table' and steps < 20 do
		for key, item in pairs(from) do
			if own[key] == nil and not (type(key) == 'string' and key:match('^__')) then
				own[key], inherited[key] = item, true
			end
		end
		from, steps = metaField(from, '__index'), steps + 1
	end
	return own, inherited
end

local function madeUp(value)
	local from = metaField(value, '__index')
	return type(from) == 'function' and not metaField(value, '__pairs') and from or nil
end

local alike

local function otherKey(key, own, other, state, depth)
	if type(key) ~= 'table' then return nil end
	for candidate in pairs(other) do
		if type(candidate) == 'table' and own[candidate] == nil and alike(key, candidate, state, depth + 1) then
			return candidate
		end
	end
end

local function differ(state, depth, a, b)
	state.depth, state.a, state.b = depth, a, b
	return false
end

function alike(a, b, state, depth)
	state.count = state.count + 1
	if rawequal(a, b) or (a ~= a and b ~= b) then
		return true
	elseif type(a) ~= 'table' or type(b) ~= 'table' then
		return differ(state, depth, a, b)
	elseif state.count > MAX_PAIRS then
		tooMuch('it takes more than ' .. MAX_PAIRS .. ' comparisons')
	elseif depth > MAX_DEPTH then
		tooMuch('tables are nested deeper than ' .. MAX_DEPTH)
	end
	local equals = metaField(a, '__eq')
	if equals and equals == metaField(b, '__eq') then return a == b or differ(state, depth, a, b) end
	if madeUp(a) ~= madeUp(b) then
		tooMuch('a function (__index) makes up what a table holds')
	end
	if state.seen[a] and state.seen[a][b] then return true end
	state.seen[a] = state.seen[a] or {}
	state.seen[a][b] = true
	local left, leftInherits = contents(a)
	local right, rightInherits = contents(b)
	for key, x in pairs(left) do
		local y = right[key]
		if y == nil then
			local other = otherKey(key, left, right, state, depth)
			y = other ~= nil and right[other] or nil
		end
		if not (y == nil and leftInherits[key] and type(x) == 'function') then
			state.path[depth] = key
			if not alike(x, y, state, depth + 1) then return false end
		end
	end
	for key, y in pairs(right) do
		if left[key] == nil and not (rightInherits[key] and type(y) == 'function')
			and otherKey(key, right, left, state, depth) == nil then
			state.path[depth] = key
			return differ(state, depth + 1, nil, y)
		end
	end
	return true
end

-- Whether two values hold the same, and where they first differ.
local function deepEqual(a, b)
	local state = {count = 0, seen = {}, path = {}}
	if alike(a, b, state, 1) then return true end
	local path = {}
	for i = 1, state.depth - 1 do
		local key = state.path[i]
		path[i] = isName(key) and '.' .. key or '[' .. dump(key, 60) .. ']'
	end
	if #path == 0 then return false end
	local x, y = dumpBoth(state.a, state.b)
	return false, 'they differ at ' .. concat(path) .. ': ' .. cut(x, 150) .. ' and ' .. cut(y, 150)
end

-- == Chains: expect(…) and subject(…) ==

local Chain, methods = {}, {}
local givenSubject, subjectOf

local function newChain(origin, values)
	return setmetatable({origin = origin, values = values or false, steps = {}, negated = false, called = false}, Chain)
end

local function step(chain, name, with)
	local steps = {unpack(chain.steps)}
	steps[#steps + 1] = name and {name = name, with = with}
	local longer = newChain(chain.origin, chain.values)
	longer.steps, longer.negated, longer.called = steps, chain.negated, chain.called
	return longer
end

local function through(chain, values)
	for _, one in ipairs(chain.steps) do values = one.with and one.with(values) or values end
	return values
end

function Chain.__index(chain, key)
	local method = methods[key]
	if method or type(key) ~= 'string' then return method end
	local values = chain.values or givenSubject()
	local value = values and values[1]
	if type(value) == 'table' and value[key] ~= nil then
		if type(value[key]) ~= 'function' then return value[key] end
		return function (self, ...)
			if getmetatable(self) ~= Chain then return value[key](self, ...) end
			local args = pack(...)
			local longer = step(self, key, function (packed)
				local object = packed[1]
				if getmetatable(object) ~= nil then return pack(object[key](object, unpack(args, 1, args.n))) end
				return pack(object[key](unpack(args, 1, args.n)))
			end)
			longer.called = true
			return longer
		end
	end
	local names = {}
	for name in pairs(methods) do names[name] = true end
	each(type(value) == 'table' and value or {}, function (name)
		names[tostring(name)] = true
	end)
	local at = whereabouts()
	error((at and at .. ': ' or '') .. unknown(key, names), 0)
end

-- Defines a method under the names given, and short ones that are made of the first.
local function define(names, method)
	local rest = names:match('^toBe(%w+)')
	if rest then names = names .. ' is' .. rest .. ' if' .. rest end
	rest = rest or names:match('^as(%w+)') or ''
	for name in (names .. ' ' .. rest:lower()):gmatch('%S+') do
		methods[name] = function (chain, ...)
			if getmetatable(chain) ~= Chain then error(name .. ' is called with a colon: expect(…):' .. name .. '(…)', 2) end
			return (method(chain, name, ...))
		end
	end
end

for index, names in ipairs{'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eight eighth', 'ninth',
	'tenth', 'eleventh', 'twelfth'} do
	define(names, function (chain, name)
		return step(chain, name, function (values) return pack(values[index]) end)
	end)
end

local function transform(names, takes, with)
	local main = names:match('%S+')
	define(names, function (chain, name)
		return step(chain, name, function (values)
			local value = values[1]
			if takes == 'number' and type(value) == 'string' then
				value = tonumber(value) or value
			elseif takes == 'string' and type(value) == 'number' then
				value = number(value)
			end
			if takes and type(value) ~= takes then error(main .. ' takes a ' .. takes .. ', not ' .. dump(value, 60), 0) end
			return pack(with(value))
		end)
	end)
end

local function first(change, of)
	return function (text) return change(of.sub(text, 1, 1)) .. of.sub(text, 2) end
end

local function whole(value)
	return value < 0 and math.ceil(value) or math.floor(value)
end

transform('asType', nil, type)
transform('asUpper asUC uc', 'string', string.upper)
transform('asLower asLC lc', 'string', string.lower)
transform('asUpperFirst asUCFirst asUCfirst ucfirst', 'string', first(string.upper, string))
transform('asLowerFirst asLCFirst asLCfirst lcfirst', 'string', first(string.lower, string))
transform('asReverse', 'string', string.reverse)
transform('asUUpper asUUC uuc', 'string', mw.ustring.upper)
transform('asULower asULC ulc', 'string', mw.ustring.lower)
transform('asUUpperFirst asUUCFirst asUUCfirst uucfirst', 'string', first(mw.ustring.upper, mw.ustring))
transform('asULowerFirst asULCFirst asULCfirst ulcfirst', 'string', first(mw.ustring.lower, mw.ustring))
transform('asUNFC uNFC nfc', 'string', mw.ustring.toNFC)
transform('asUNFD uNFD nfd', 'string', mw.ustring.toNFD)
transform('asNumber asNum num', nil, function (value)
	return (type(value) == 'number' or type(value) == 'string') and tonumber(value) or nil
end)
transform('asString asStr str', nil, tostring)
transform('asFloor', 'number', math.floor)
transform('asCeil', 'number', math.ceil)
transform('asRound', 'number', function (value) return value % 1 >= 0.5 and math.ceil(value) or math.floor(value) end)
transform('asInteger asInt int', 'number', whole)
transform('asFraction asFrac frac', 'number', function (value) return value - whole(value) end)

function methods.never(chain)
	local turned = step(chain, 'never')
	turned.negated = not chain.negated
	return turned
end

local function fail(failure)
	failure.at = failure.at or whereabouts()
	if not current then error(failure.message, 0) end
	current.failures[#current.failures + 1] = failure
end

local function trail(chain, condition, given)
	local parts = {chain.origin .. '(' .. (chain.values and ' ' .. dumpAll(chain.values) .. ' ' or '') .. ')'}
	for _, one in ipairs(chain.steps) do parts[#parts + 1] = ':' .. one.name .. '()' end
	parts[#parts + 1] = ':' .. condition .. '(' .. (given.n > 0 and ' ' .. dumpAll(given) .. ' ' or '') .. ')'
	return concat(parts)
end

local function plain(problem)
	if type(problem) == 'table' and problem.tooMuch then return 'too much to compare: ' .. problem.tooMuch end
	if type(problem) ~= 'string' then return problem == nil and 'an error without words' or dump(problem) end
	local page, number_, rest = problem:match('^(%a[^\n]-)(:%d+: )(.*)$')
	page = page and page:gsub('_', ' ')
	return cut(page == OWN and rest or page and page .. number_ .. rest or problem, 1000)
end

-- The two sides of a condition. With a value given, the chain's values are the actual ones. Without, they are expected of
-- the subject, and the chain's picks and transforms apply to that.
local function sides(chain, rule, given)
	local subject = chain.called and givenSubject or subjectOf
	local wanted, actual = given, chain.values or subject()
	if given.n == 0 and not rule.unary then
		if chain.origin == 'expect' then
			wanted, actual = chain.values, subject()
		else
			wanted = current and current.expected
		end
	end
	if not actual then
		error('there is no subject: give one to expect, subject or describe', 0)
	elseif not wanted then
		error('there is nothing to compare with: give the condition a value', 0)
	end
	return through(chain, actual), wanted, given.n > 0 or chain.origin == 'subject'
end

local function judge(chain, name, rule, given)
	local actual, wanted, straight = sides(chain, rule, given)
	local failure = {}
	local ok, note
	if rule.unary then
		ok, note = rule.test(actual, unpack(given, 1, given.n))
		failure.actual = dump(actual[1])
		failure.expected = rule.words .. (given.n > 0 and ' ' .. dumpAll(given) or '')
	else
		local left, right = actual[1], wanted[1]
		if not straight and not rule.fixed then left, right = right, left end
		ok, note = rule.test(left, right, unpack(wanted, 2, wanted.n))
		if type(note) == 'function' then note = not ok and note(left, right) or nil end
		if not ok or chain.negated then failure.actual, failure.expected = dumpBoth(actual[1], wanted[1]) end
	end
	if chain.negated then
		ok = not ok
		failure.expected = 'anything but: ' .. (failure.expected or '')
	end
	if ok then return nil end
	failure.message = 'expected ' .. cut(failure.actual, 150) .. (chain.negated and ' never ' or ' ') .. 'to ' .. rule.words
		.. ((not rule.unary or given.n > 0) and ' ' .. cut(dumpAll(wanted), 150) or '') .. (note and '; ' .. note or '')
	if note and not rule.unary then failure.note = note end
	return failure
end

-- `unary`: the condition needs no other side; `fixed`: its test takes the actual value first, however it is called.
local function condition(names, words, test, kind)
	local rule = {words = words, test = test, [kind or 'plain'] = true}
	define(names, function (chain, name, ...)
		local given = pack(...)
		if current then current.checks = current.checks + 1 end
		local ok, failure = pcall(judge, chain, name, rule, given)
		if not ok then
			failure = {message = name .. ': ' .. plain(failure), actual = chain.values and dumpAll(chain.values),
				expected = given.n > 0 and dumpAll(given) or words}
		end
		if failure then
			failure.check = cut(trail(chain, name, given), 600)
			fail(failure)
		end
		local rest = step(chain)
		rest.negated = false
		return rest
	end)
end

local function ordered(names, words, test)
	condition(names, 'be ' .. words, function (a, b)
		if type(a) ~= type(b) or not (type(a) == 'number' or type(a) == 'string' or type(a) == 'table') then
			error(dump(a, 60) .. ' and ' .. dump(b, 60) .. ' have no order', 0)
		end
		return test(a, b)
	end)
end

local function hint(a, b)
	if a ~= a and b ~= b then
		return 'NaN equals nothing, not even itself; for toBeDeepEqual it does'
	elseif type(a) == 'table' and type(b) == 'table' and select(2, pcall(deepEqual, a, b)) == true then
		return 'they are two tables that hold the same, as toBeDeepEqual sees'
	elseif type(a) ~= type(b) and type(a) ~= 'table' and type(b) ~= 'table' and tostring(a) == tostring(b) then
		return 'one is a ' .. type(a) .. ', the other a ' .. type(b)
	end
end

local function equality(test)
	return function (a, b) return test(a, b), hint end
end

condition('toBe', 'be', equality(rawequal))
condition('toBeEqual', 'be equal to', equality(function (a, b) return a == b end))
condition('toBeBooleanEqual', 'be as true or false as', function (a, b) return (not not a) == (not not b) end)
condition('toBeStrictEqual', 'be strictly equal to', equality(function (a, b) return a == b and type(a) == type(b) end))
condition('toBeSame', 'be the same as', function (a, b)
	if type(a) == 'string' and type(b) == 'number' then
		return a == tostring(b) or tonumber(a) == b
	elseif type(a) == 'number' and type(b) == 'string' then
		return a == tonumber(b)
	end
	return a == b
end)
condition('toBeDeepEqual', 'hold the same as', deepEqual)
condition('toBeContained', 'be contained in', function (a, b)
	if type(b) == 'string' then
		return type(a) == 'string' and b:find(a, 1, true) ~= nil
	elseif type(b) ~= 'table' then
		error(dump(b, 60) .. ' can contain nothing', 0)
	end
	local found = false
	local ok, problem = each(b, function (_, item)
		found = deepEqual(a, item)
		return found
	end)
	if not ok then error(problem, 0) end
	return found
end)
ordered('toBeLesserThan lesser lt toBeLesser toBeLT isLesser isLT ifLesser ifLT ifLt', 'lesser than', function (a, b) return a < b end)
ordered('toBeGreaterThan greater gt toBeGreater toBeGT isGreater isGT ifGreater ifGT', 'greater than', function (a, b) return a > b end)
ordered('toBeLesserOrEqual lesserOrEqual le toBeLE isLE ifLE', 'lesser than or equal to', function (a, b) return a <= b end)
ordered('toBeGreaterOrEqual greaterOrEqual ge toBeGE isGE ifGE', 'greater than or equal to', function (a, b) return a >= b end)

local function matching(library)
	return function (text, pattern)
		if type(pattern) ~= 'string' then
			error('the pattern is not text but ' .. dump(pattern, 60), 0)
		elseif type(text) == 'number' then
			text = number(text)
		elseif type(text) ~= 'string' then
			return false, 'only text can match'
		end
		return library.find(text, pattern) ~= nil
	end
end

condition('toBeMatch', 'match', matching(string), 'fixed')
condition('toBeUMatch', 'match', matching(mw.ustring), 'fixed')
condition('toBeNear', 'be near', function (value, wanted, margin)
	if type(value) ~= 'number' or type(wanted) ~= 'number' then return false, 'only numbers can be near each other' end
	margin = margin or 1e-9
	return value == wanted or math.abs(value - wanted) <= margin, 'at most ' .. number(margin) .. ' apart'
end, 'fixed')
condition('toBeTruthy', 'be true or anything but false and nil', function (values) return not not values[1] end, 'unary')
condition('toBeFalsy', 'be false or nil', function (values) return not values[1] end, 'unary')
condition('toBeNil', 'be nil', function (values) return values[1] == nil end, 'unary')
condition('toRaise', 'raise an error', function (values, pattern)
	local called = values[1]
	if type(called) ~= 'function' and not metaField(called, '__call') then
		error('only a function can raise an error, not ' .. dump(called, 60), 0)
	end
	local ok, problem = pcall(called, unpack(values, 2, values.n))
	if ok then
		return false, 'there was none'
	elseif pattern == nil then
		return true, 'it raised ' .. cut(plain(problem), 200)
	elseif type(problem) == 'table' and type(pattern) == 'table' then
		return deepEqual(problem, pattern), 'it raised ' .. cut(plain(problem), 200)
	end
	local text = plain(problem)
	local sound, found = pcall(string.find, text, tostring(pattern))
	return text:find(tostring(pattern), 1, true) ~= nil or (sound and found ~= nil), 'it raised ' .. cut(text, 200)
end, 'unary')
condition('toHaveKeys', 'have the keys', function (values, ...)
	local value, missing = values[1], {}
	if type(value) ~= 'table' then return false, 'only a table has keys' end
	local keys = pack(...)
	if keys.n == 1 and type(keys[1]) == 'table' then keys = keys[1] end
	for i = 1, keys.n or #keys do
		if value[keys[i]] == nil then missing[#missing + 1] = dump(keys[i], 60) end
	end
	return #missing == 0, #missing > 0 and 'it lacks ' .. concat(missing, ', ') or nil
end, 'unary')

local function expand(wikitext)
	if type(wikitext) ~= 'string' and type(wikitext) ~= 'number' then
		error('only wikitext can be expanded, not ' .. dump(wikitext, 60), 0)
	end
	local text = currentFrame():preprocess(tostring(wikitext))
	-- Each marker that stands for a tag has a number of its own.
	return (mw.text.unstripNoWiki(text):gsub('(UNIQ%-%-%w+%-)%x+(%-QINU)', '%1%2'))
end

local function expandsTo(text, wanted, both)
	local came = expand(text)
	wanted = both and expand(wanted) or wanted
	return came == wanted, 'it expands to ' .. cut(dump(came), 300) .. (both and ', the other to ' .. cut(dump(wanted), 300) or '')
end

condition('toExpandTo', 'expand to', expandsTo, 'fixed')
condition('toExpandSame', 'expand to the same as', function (text, wanted) return expandsTo(text, wanted, true) end, 'fixed')

-- == Doubles ==

local function recorded(with)
	local list = {}
	local function double(...)
		list[#list + 1] = pack(...)
		return with(...)
	end
	calls[double] = list
	return double
end

local function callsOf(value)
	local list = type(value) == 'function' and calls[value]
	if not list then error('only a spy or a stub knows how it was called, not ' .. dump(value, 60), 0) end
	return list
end

condition('toHaveBeenCalled', 'have been called', function (values, times)
	local list = callsOf(values[1])
	local note = 'it was called ' .. #list .. (#list == 1 and ' time' or ' times')
	if times == nil then return #list > 0, note end
	return #list == times, note
end, 'unary')
condition('toHaveBeenCalledWith', 'have been called with', function (values, ...)
	local wanted, came = pack(...), {}
	for i, list in ipairs(callsOf(values[1])) do
		if deepEqual(list, wanted) then return true end
		came[i] = i <= 5 and '( ' .. dumpAll(list) .. ' )' or nil
	end
	return false, #came == 0 and 'it was never called' or 'it was called with ' .. concat(came, ', ')
end, 'unary')

local words = {}

function words.stub(...)
	local given, answers, fallback = pack(...), {}, nil
	for i = 1, given.n do
		local answer = given[i]
		if type(answer) == 'function' and i == given.n then
			fallback = answer
		else
			answers[#answers + 1] = type(answer) == 'table' and answer or {n = 1, answer}
		end
	end
	local count = 0
	return recorded(function (...)
		count = count + 1
		local answer = answers[count]
		if answer then
			local last = answer.n or 0
			for key in pairs(answer) do last = type(key) == 'number' and math.max(last, key) or last end
			return unpack(answer, 1, last)
		elseif fallback then
			return fallback(...)
		end
		error('the stub has answers for ' .. #answers .. ' calls, and this is call ' .. count, 2)
	end)
end

function words.spy(called)
	return recorded(called or function () end)
end

function words.spyOn(object, name, instead)
	if type(object) ~= 'table' then
		error('spyOn takes a table and the name of its function, not ' .. dump(object, 60), 2)
	end
	local called = object[name]
	if type(called) ~= 'function' then
		local names = {}
		each(object, function (key, item)
			names[type(item) == 'function' and tostring(key) or ''] = true
		end)
		names[''] = nil
		error(unknown(name, names, 'spyOn: the table has no function "'), 2)
	end
	local before = rawget(object, name)
	local double = recorded(instead or called)
	rawset(object, name, double)
	if current then
		insert(current.restore, 1, function ()
			rawset(object, name, before)
		end)
	end
	return double
end

local function backtrace()
	local lines = {}
	for level = 3, 40 do
		local at = position(level)
		if at and at:gsub(':%d+$', '') ~= OWN and not at:match('^[%w._]+%.lua:') then lines[#lines + 1] = at end
	end
	return lines
end

-- Perl's four: carp and croak tell where, cluck and confess the way there too; croak and confess end the case.
for name, traits in pairs{carp = {}, cluck = {long = true}, croak = {ends = true}, confess = {long = true, ends = true}} do
	words[name] = function (message)
		if not current then error(name .. ': ' .. tostring(message or 'called outside of a case'), 2) end
		local at = whereabouts()
		local text = name .. ': ' .. (message == nil and 'called' or tostring(message))
		insert(current.notes, text .. (at and ' at ' .. at or '')
			.. (traits.long and ', called from ' .. concat(backtrace(), ', ') or ''))
		local directive = traits.ends and 'skip' or 'todo'
		current[directive] = current[directive] or text
		if traits.ends then
			current.croaked = true
			error(STOPPED, 0)
		end
	end
end

-- Passes on to a real frame with the same arguments, but for the functions that it was given.
local Frame = {
	__index = function (made, name)
		local real = made.real()
		return type(real[name]) == 'function' and function (_, ...) return real[name](real, ...) end or nil
	end,
}

function words.frame(settings)
	settings = settings or {}
	local made = {args = {}}
	for key, value in pairs(settings.args or {}) do
		made.args[key] = type(value) == 'boolean' and value or tostring(value)
	end
	for key, value in pairs(settings) do
		if type(value) == 'function' then made[key] = value end
	end
	local parent, title = settings.parent, settings.title
	if parent and getmetatable(parent) ~= Frame then
		parent = words.frame((parent.args or parent.title) and parent or {args = parent})
	end
	made.getParent = function () return parent end
	made.getTitle = function () return title or currentFrame():getTitle() end
	made.real = function ()
		local args = {}
		for key, value in pairs(made.args) do args[key] = value end
		return currentFrame():newChild{title = title or 'Module:Pickle', args = args}
	end
	return setmetatable(made, Frame)
end

-- == Arguments from descriptions ==

local QUOTES = {{'"', '"'}, {"'", "'"}, {'„', '“'}, {'“', '”'}, {'„', '”'}, {'«', '»'}}

local function isLetter(char)
	return char:match('^[%w_]') or #char > 1 and isutf8(char) and find(char, '%w') ~= nil
end

-- Whether no word goes on at `at`.
local function apart(text, at) return not isLetter(text:match('^[%z\1-\127\194-\244][\128-\191]*', at) or '') end

-- The end of JSON that begins at a brace or bracket; braces in its strings do not count.
local function jsonEnd(text, from)
	local depth, at, quoted = 0, from, false
	while at <= #text do
		local char = text:sub(at, at)
		if quoted then
			if char == '\\' then
				at = at + 1
			elseif char == '"' then
				quoted = false
			end
		elseif char == '"' then
			quoted = true
		elseif char == '{' or char == '[' then
			depth = depth + 1
		elseif char == '}' or char == ']' then
			depth = depth - 1
			if depth == 0 then return at end
		end
		at = at + 1
	end
end

local function uncast(raw, kind)
	return {raw = raw, problem = cut(raw, 100) .. ' in the description cannot be read as ' .. kind}
end

local function json(text, from)
	local last = jsonEnd(text, from)
	if not last then return nil end
	local raw = text:sub(from, last)
	local ok, value = pcall(mw.text.jsonDecode, raw)
	if ok then
		return last + 1, {raw = raw, value = value}
	elseif raw:sub(1, 2) == '{{' or raw:sub(1, 2) == '[[' then
		return last + 1 -- a template or a link
	end
	return last + 1, uncast(raw, 'JSON')
end

local LITERALS = {['nil'] = {n = 1}, ['true'] = {true}, ['false'] = {false}}

local function word(text, from)
	local literal = text:match('^%a+', from)
	if LITERALS[literal] and apart(text, from + #literal) then
		return from + #literal, {raw = literal, value = LITERALS[literal][1]}
	end
	local sign, digits = text:match('^([-+]?)(%d+)', from)
	if not digits then sign, digits = text:match('^(−)(%d+)', from) end
	if not digits then return nil end
	local last = from + #sign + #digits
	local raw = digits
	for _, pattern in ipairs{'^%.%d+', '^[eE][-+]?%d+'} do
		local more = text:match(pattern, last)
		if more then raw, last = raw .. more, last + #more end
	end
	if not apart(text, last) or text:match('^[.-]%d', last) then return nil end
	local value = tonumber(raw)
	return last, {raw = text:sub(from, last - 1), value = (sign == '-' or sign == '−') and -value or value}
end

local function quoted(text, from)
	for _, pair in ipairs(QUOTES) do
		local open, close = pair[1], pair[2]
		if text:sub(from, from + #open - 1) == open then
			local start = from + #open
			local at = text:find(close, start, true)
			-- An apostrophe in a word ends no text.
			while at and close == "'" and not apart(text, at + 1) do at = text:find(close, at + 1, true) end
			if at then
				return at + #close, {raw = text:sub(from, at + #close - 1), value = text:sub(start, at - 1)}
			end
		end
	end
end

local CASTS = {
	number = tonumber,
	string = function (raw) return raw end,
	json = function (raw) return mw.text.jsonDecode(raw) end,
}

local function custom(text, from, extractors)
	for _, one in ipairs(extractors) do
		local found = pack(text:find(one.pattern, from))
		if found[1] == from and found[2] >= from then
			local raw = text:sub(from, found[2])
			if found.n == 2 then found[3], found.n = raw, 3 end
			local ok, value = true, found[3]
			if one.cast then ok, value = pcall(one.cast, unpack(found, 3, found.n)) end
			if ok and value ~= nil then return found[2] + 1, {raw = raw, value = value} end
			return found[2] + 1, uncast(raw, one.name .. (ok and '' or ': ' .. plain(value)))
		end
	end
end

-- The values in a description, left to right: a list of { raw, value or problem }.
local function extract(text, extractors)
	text = text:sub(1, MAX_NAME)
	local found, at = {n = 0}, 1
	while at <= #text do
		local char, last, item = text:sub(at, at), nil, nil
		local lead = text:sub(math.max(at - 4, 1), at - 1)
		local begins = not isLetter(lead:match('[%z\1-\127\194-\244][\128-\191]*$') or '')
		last, item = custom(text, at, extractors)
		if not last and char == '`' then
			local close = text:find('`', at + 1, true)
			local inner = close and extract(text:sub(at + 1, close - 1), extractors)
			if close then
				last, item = close + 1, inner.n == 1 and inner[1].raw == text:sub(at + 1, close - 1) and inner[1] or nil
			end
		end
		if not last and begins then last, item = quoted(text, at) end
		if not last and (char == '{' or char == '[') then last, item = json(text, at) end
		if not last and begins and not lead:match('[.#]$') and not lead:match('[%w_][-+]$') then
			last, item = word(text, at)
		end
		if item then
			found.n = found.n + 1
			found[found.n] = item
		end
		at = last or at + 1
	end
	return found
end

function words.extractor(settings)
	settings = settings or {}
	local name, pattern, cast = settings.name, settings.pattern, settings.cast
	if type(pattern) ~= 'string' then
		error('extractor takes { name = …, pattern = …, cast = … } with a Lua pattern', 2)
	elseif not pcall(string.find, '', pattern) then
		error('the extractor\'s pattern ' .. dump(pattern, 60) .. ' is no Lua pattern', 2)
	end
	local with = cast
	if type(cast) == 'string' then
		with = CASTS[cast]
		if not with then error(unknown(cast, CASTS), 2) end
	end
	local place = here()
	insert(place.extractors, 1, {name = tostring(name or pattern), pattern = pattern, cast = with})
end

-- == Declaring ==

local Node = {}
local entry

local function resolved(values)
	local all = {n = 0}
	for i = 1, values.n do
		local part = pack(values[i])
		if getmetatable(values[i]) == Chain then
			part = through(values[i], values[i].values or subjectOf() or pack())
		end
		local last = i == values.n and part.n or 1
		for j = 1, last do all[all.n + j] = part[j] end
		all.n = all.n + last
	end
	return all
end

local function take(node, given)
	for i = 1, given.n do
		local value = given[i]
		local kind = type(value)
		if kind == 'string' or kind == 'number' then
			insert(node.descriptions, tostring(value))
		elseif kind == 'function' then
			insert(node.bodies, value)
		elseif kind == 'table' and getmetatable(value) == Node then
			for j = #value.siblings, 1, -1 do
				if value.siblings[j] == value then table.remove(value.siblings, j) end
			end
			value.siblings = node.parts
			insert(node.parts, value)
		elseif kind == 'table' then
			node.about = resolved(pack(value))
		else
			error('"' .. node.kind .. '" takes descriptions, functions and a table as its subject, not ' .. dump(value, 60), 3)
		end
	end
	return node
end

function Node.__call(node, ...) return take(node, pack(...)) end

Node.__index = {
	subject = function (node, ...)
		node.about = resolved(pack(...))
		return node
	end,
}

local function declare(kind, silent, given)
	local node = {kind = kind, silent = silent, descriptions = {}, bodies = {}, parts = {}, kept = {}}
	node.at, node.page = whereabouts()
	local page = pageOf(node.page)
	if page.ran and not current then page.suites, page.ran = {}, nil end
	node.siblings = current and (current.case and current.loose or current.children) or page.suites
	insert(node.siblings, node)
	node.tap = function (...) return entry(node, 'full', ...) end
	node.run = function (...) return entry(node, nil, ...) end
	return take(setmetatable(node, Node), given)
end

for _, kind in ipairs{'top', 'describe', 'context', 'it'} do
	for prefix, silent in pairs{[''] = false, x = 'x' .. kind} do
		words[prefix .. kind] = setmetatable({
			subject = function (_, ...) return (declare(kind, silent, pack()):subject(...)) end,
		}, {
			__call = function (_, ...) return (declare(kind, silent, pack(...))) end,
		})
	end
end

local function marks(directive)
	return function (reason)
		here()[directive] = reason == nil and 'no reason given' or tostring(reason)
	end
end

words.skip, words.todo = marks('skip'), marks('todo')

function words.pending(...)
	if current and current.case then
		local reason = ...
		current.todo = reason == nil and 'pending' or tostring(reason)
		current.ended = true
		error(STOPPED, 0)
	end
	return (declare('it', 'pending', pack(...)))
end

local function around(list)
	return function (...)
		for _, with in ipairs{...} do
			if type(with) ~= 'function' then
				error('before and after take functions, not ' .. dump(with, 60), 2)
			elseif current and current.case then
				error('before and after stand in a describe, not in an it', 2)
			end
			local place = here()
			place[list] = place[list] or {}
			insert(place[list], with)
		end
	end
end

words.before, words.after = around('befores'), around('afters')
words.before_each, words.after_each = words.before, words.after

-- expect and subject are words to call, and chains for whatever the subject is: expect:toBe( 1 ).
local function opener(origin, call)
	words[origin] = setmetatable({}, {
		__call = function (_, ...) return (call(resolved(pack(...)))) end,
		__index = function (_, key)
			local chain = newChain(origin)
			local method = Chain.__index(chain, key) -- no tail call: those hide where the spec stands
			if type(method) ~= 'function' then return method end
			return function (_, ...) return (method(chain, ...)) end
		end,
	})
end

opener('expect', function (values)
	here().expected = values
	return newChain('expect', values)
end)
opener('subject', function (values)
	if values.n == 0 then return newChain('subject') end
	here().subject = values
	return newChain('subject', values)
end)

-- == Running ==

-- The subject as describe or subject gave it; at last the module below whose page the spec stands.
function givenSubject()
	local place = current
	local values = inherit(place, 'subject')
	if values then return values end
	local page = place and inherit(place, 'page')
	local above = page and page:match('^(.+)/[^/]+$')
	if above then
		local ok, module = pcall(require, above)
		if ok and type(module) == 'table' then return pack(module) end
	end
end

function subjectOf()
	local place = current
	if not place or not place.case or place.subject then
		return givenSubject()
	elseif place.derived then
		return place.derived
	end
	-- "calls `merge` with 'a'" is about what merge returns for 'a'.
	local values = givenSubject()
	local object = values and values[1]
	local name = place.description and (place.description:match('`([^`]+)`') or place.description)
	if type(object) == 'table' and name and type(object[name]) == 'function' then
		place.derived = pack(object[name](unpack(place.args, 1, place.args.n)))
		return place.derived
	end
	return values
end

local function newPlace(parent, fields)
	local place = {parent = parent, checks = 0, failures = {}, notes = {}, restore = {}, children = {}, loose = {},
		extractors = {}, report = parent.report, path = {}, shown = {}, depth = (parent.depth or 0) + 1}
	for i, name in ipairs(parent.path or {}) do place.path[i], place.shown[i] = name, parent.shown[i] end
	for i, one in ipairs(parent.extractors) do place.extractors[i] = one end
	for key, value in pairs(fields) do place[key] = value end
	return place
end

local function guarded(place, with, ...)
	local before = current
	current = place
	local ok, problem = pcall(with, ...)
	current = before
	return ok, problem
end

-- A failure made of an error, with the word that was meant.
local function broken(problem, at)
	local message = plain(problem)
	local where, rest = message:match('^(.-:%d+): (.*)$')
	if where then at, message = where:gsub('_', ' '), rest end
	local name = message:match('^attempt to %a+ global \'([%w_]+)\' %(a nil') or message:match('^variable \'([%w_]+)\' is not declared')
	local near = name and nearest(name, words)
	if words[name or ''] then
		message = message .. '; "' .. name .. '" is a word of Module:Pickle, but was not asked for'
	elseif near then
		message = message .. '; the nearest word is "' .. near .. '"'
	elseif message:match('global \'assert\'') then
		message = message .. '; checks are made with expect(…)'
	end
	return {message = message, at = at}
end

local function translate(place, description, args)
	local texts = place.report.texts
	if not texts or not description then return description end
	local plainText, values, from = '', {}, 1
	for i, one in ipairs(args) do
		local start, last = description:find(one.raw, from, true)
		if start then
			plainText = plainText .. description:sub(from, start - 1) .. '$' .. i
			values['$' .. i], from = one.raw, last + 1
		end
	end
	plainText = plainText .. description:sub(from)
	local text = texts[description] or texts[plainText]
	return type(text) == 'string' and (text:gsub('%$%d+', values)) or description
end

local function enter(parent, node, description, more)
	local place = newPlace(parent, more)
	place.description, place.subject, place.at = description, node.about, node.at
	local found = description and extract(description, parent.extractors) or {n = 0}
	place.args = {n = found.n}
	for i, one in ipairs(found) do
		place.args[i] = one.value
		if one.problem then place.uncast = place.uncast or one.problem end
	end
	if description then
		insert(place.path, description)
		insert(place.shown, translate(place, description, found))
	elseif more.case then
		insert(place.path, 'it')
		insert(place.shown, 'it')
	end
	return place
end

local function selected(place)
	local only = place.report.only
	if not only then return true end
	local path, shown = concat(place.path, ' > '), concat(place.shown, ' > ')
	local text = (path .. ' > ' .. shown .. ' '):lower()
	return text:find(only:lower() .. (only:match('^#%S+$') and ' ' or ''), 1, true) ~= nil
end

-- `ok` is nil where the failures tell.
local function record(place, node, ok, directive, reason)
	local report = place.report
	if ok == nil then ok = #place.failures == 0 end
	local outcome = directive == 'SKIP' and 'skipped' or directive == 'TODO' and 'todo' or ok and 'passed' or 'failed'
	insert(report.cases, {
		name = #place.shown > 0 and concat(place.shown, ' > ') or node.kind, path = place.path, shown = place.shown, kind = node.kind, at = node.at,
		ok = ok, directive = directive, reason = reason, checks = place.checks, failures = place.failures, notes = place.notes, outcome = outcome,
	})
	local counts = report.counts
	counts.total = counts.total + 1
	counts[outcome] = counts[outcome] + 1
end

local function outOfTime(place)
	local report = place.report
	if not report.bailed and os.clock() > report.seconds then
		report.bailed = 'out of time after ' .. #report.cases .. ' cases: ' .. number(report.seconds) .. ' seconds of Lua are over'
	end
	return report.bailed
end

local function runCase(parent, node, description, body)
	local case = enter(parent, node, description, {case = true})
	if outOfTime(case) or not selected(case) then return end
	local skip, todo = inherit(parent, 'skip'), inherit(parent, 'todo')
	if node.silent == 'pending' then
		return record(case, node, false, 'TODO', 'pending')
	elseif node.silent or skip then
		return record(case, node, true, 'SKIP', node.silent or skip)
	elseif not body then
		return record(case, node, false, 'TODO', 'no body')
	elseif case.uncast then
		insert(case.failures, {message = case.uncast, at = node.at})
		return record(case, node, nil, todo and 'TODO', todo)
	end
	local befores, afters, place = {}, {}, parent
	while place do
		for i = #(place.befores or {}), 1, -1 do insert(befores, 1, place.befores[i]) end
		for _, with in ipairs(place.afters or {}) do insert(afters, with) end
		place = place.parent
	end
	local ok, problem = guarded(case, function ()
		for _, with in ipairs(befores) do with() end
		body(unpack(case.args, 1, case.args.n))
	end)
	if not ok and problem ~= STOPPED then insert(case.failures, broken(problem, node.at)) end
	for _, with in ipairs(afters) do
		ok, problem = guarded(case, with)
		if not ok and problem ~= STOPPED then insert(case.failures, broken(problem, node.at)) end
	end
	for _, restore in ipairs(case.restore) do restore() end
	for _, loose in ipairs(case.loose) do
		if not loose.wasRun then
			insert(case.failures, {message = '"' .. loose.kind .. '" stands in an "it", where it does not run', at = loose.at})
		end
	end
	todo = case.todo or todo
	if case.skip then
		return record(case, node, not case.croaked and #case.failures == 0, 'SKIP', case.skip)
	elseif todo then
		return record(case, node, not case.ended and #case.failures == 0, 'TODO', todo)
	elseif case.checks == 0 and #case.failures == 0 then
		return record(case, node, false, 'TODO', 'no check')
	end
	return record(case, node)
end

local runNode

local function runGroup(parent, node, description, body)
	local place = enter(parent, node, description, {page = node.page, group = true})
	local skip = inherit(parent, 'skip')
	if outOfTime(place) then
		return
	elseif node.silent or skip then
		return selected(place) and record(place, node, true, 'SKIP', node.silent or skip)
	end
	if place.depth > MAX_NESTING then
		insert(place.failures, {message = 'it is nested deeper than ' .. MAX_NESTING, at = node.at})
	elseif place.uncast then
		insert(place.failures, {message = place.uncast, at = node.at})
	elseif body then
		local ok, problem = guarded(place, body, unpack(place.args, 1, place.args.n))
		if not ok and problem ~= STOPPED then insert(place.failures, broken(problem, node.at)) end
		-- A page that a body requires is loaded once: when the suite runs again, it declares nothing.
		local declared = {}
		for _, child in ipairs(place.children) do declared[child.page] = true end
		for _, child in ipairs(node.kept) do
			if not declared[child.page] then insert(place.children, child) end
		end
		node.kept = {}
		for _, child in ipairs(place.children) do insert(node.kept, child.page ~= node.page and child or nil) end
	end
	local todo = inherit(place, 'todo')
	if #place.failures > 0 or place.checks > 0 then
		local directive = place.skip and 'SKIP' or todo and 'TODO' or nil
		record(place, node, nil, directive, directive and (place.skip or todo))
	elseif place.croaked then
		record(place, node, false, 'SKIP', place.skip)
	end
	for _, list in ipairs{node.parts, place.children} do
		for _, child in ipairs(list) do runNode(place, child) end
	end
	for _, restore in ipairs(place.restore) do restore() end
end

function runNode(parent, node)
	local run = node.kind == 'it' and runCase or runGroup
	node.wasRun = true
	for i = 1, math.max(#node.descriptions, 1) do
		for j = 1, math.max(#node.bodies, 1) do run(parent, node, node.descriptions[i], node.bodies[j]) end
	end
end

local STYLES = {}
local Report = {__tostring = function (report) return STYLES[report.style](report) end}

local function execute(node, options)
	local page = pages[node.page]
	local roots = {node}
	if page and not current then
		for _, suite in ipairs(page.suites) do
			if suite == node then roots = page.suites end
		end
		page.ran = true
	end
	local report = setmetatable({
		version = VERSION, page = node.page, cases = {}, style = options.style, only = options.only, lang = options.lang,
		counts = {total = 0, passed = 0, failed = 0, skipped = 0, todo = 0}, seconds = options.seconds or SECONDS, wikitext = options.wikitext,
	}, Report)
	if options.lang and node.page ~= '' then
		local ok, texts = pcall(mw.loadData, node.page .. '/' .. options.lang)
		report.texts = ok and texts or nil
	end
	local ground = page or pageOf(node.page)
	local before, outer = current, ground.report
	current, ground.report = nil, report
	for _, root in ipairs(roots) do runNode(ground, root) end
	current, ground.report = before, outer
	report.ok = report.counts.failed == 0 and not report.bailed
	return report
end

-- == Reports as text ==

-- One line, of characters that can be seen and turn nothing round; a no-break space may stay.
local function line(text)
	text = strayBytes(cut(text, MAX_NAME), function (char) return ('<%02X>'):format(char:byte()) end)
	text = text:gsub('[%z\1-\31\127]', function (char) return '\226\144' .. string.char(char == '\127' and 161 or 128 + char:byte()) end)
	text = show(text, function (char)
		return (char == '\194\160' or char == '\226\128\175') and char or ('<U+%04X>'):format(codepoint(char))
	end)
	return text
end

local function described(text) return (line(text):gsub('[\\#]', '\\%0')) end

-- On a page, what begins a link, a tag, a template and so on is written as a character reference.
local function asWikitext(text)
	text = text:gsub('[&<%[{]', function (char) return '&#' .. char:byte() .. ';' end)
	for _, name in ipairs{'ISBN', 'PMID', 'RFC'} do
		text = text:gsub(name .. '%s+%d', '&#' .. name:byte() .. ';%0'):gsub(';' .. name, ';' .. name:sub(2))
	end
	-- MediaWiki would make no-break spaces of these.
	text = text:gsub(' ([?:;!%%])', '&#32;%1'):gsub(' (\194\187)', '&#32;%1'):gsub(' (\226\128\186)', '&#32;%1')
	text = text:gsub('(\194\171) ', '%1&#32;'):gsub('(\226\128\185) ', '%1&#32;')
	return (text:gsub("''+", function (run) return ('&#39;'):rep(#run) end):gsub('__', '&#95;_'):gsub('://', '&#58;//'))
end

local function point(case, index, out)
	local text = (case.ok and 'ok ' or 'not ok ') .. index .. ' - ' .. described(case.name)
	if case.directive then text = text .. ' # ' .. case.directive .. ' ' .. described(case.reason) end
	insert(out, text)
end

local function diagnosis(out, failure, first, rest)
	for _, field in ipairs{'message', 'expected', 'actual', 'note', 'check', 'at'} do
		if failure[field] then
			insert(out, first .. field .. ': ' .. quote(failure[field], '\\u%04X'))
			first = rest
		end
	end
end

function STYLES.full(report)
	local out = {'TAP version 14', '1..' .. #report.cases .. (#report.cases == 0 and ' # no cases' or '')}
	for index, case in ipairs(report.cases) do
		point(case, index, out)
		if #case.failures > 0 or #case.notes > 0 then
			insert(out, '  ---')
			diagnosis(out, case.failures[1] or {}, '  ', '  ')
			if #case.failures > 1 then insert(out, '  further:') end
			for i = 2, math.min(#case.failures, 20) do diagnosis(out, case.failures[i], '    - ', '      ') end
			if #case.notes > 0 then
				insert(out, '  notes:')
				for i = 1, math.min(#case.notes, 20) do insert(out, '    - ' .. quote(case.notes[i], '\\u%04X')) end
			end
			insert(out, '  ...')
		end
	end
	if report.bailed then insert(out, 'Bail out! ' .. described(report.bailed)) end
	local text = concat(out, '\n')
	return report.wikitext and asWikitext(text) or text
end

local TEXTS = {
	en = {passed = 'passed', failed = 'failed', skipped = 'skipped', todo = 'to do', none = 'There are no cases.',
		sum = '$1 of $2 passed', expected = 'expected', actual = 'actual', more = 'and $1 more'},
	de = {passed = 'bestanden', failed = 'fehlgeschlagen', skipped = 'übersprungen', todo = 'noch zu tun',
		none = 'Es gibt keine Fälle.', sum = '$1 von $2 bestanden', expected = 'erwartet', actual = 'tatsächlich', more = 'und $1 weitere'},
	nb = {passed = 'bestått', failed = 'feilet', skipped = 'hoppet over', todo = 'gjenstår', none = 'Det er ingen tilfeller.',
		sum = '$1 av $2 bestått', expected = 'forventet', actual = 'faktisk', more = 'og $1 til'},
}
TEXTS.no, TEXTS.nn, TEXTS.da = TEXTS.nb, TEXTS.nb, TEXTS.nb

local function wording(report)
	local lang = report.lang or mw.language.getContentLanguage():getCode()
	lang = TEXTS[lang] and lang or lang:match('^%a+')
	return TEXTS[lang] or TEXTS.en, TEXTS[lang] and lang or 'en'
end

local function summary(report)
	local texts, counts = wording(report), report.counts
	if counts.total == 0 then return texts.none end
	local parts = {(texts.sum:gsub('%$(%d)', {['1'] = counts.passed, ['2'] = counts.total}))}
	for _, field in ipairs{'failed', 'todo', 'skipped'} do
		if counts[field] > 0 then insert(parts, counts[field] .. ' ' .. texts[field]) end
	end
	return concat(parts, ', ')
end

function STYLES.compact(report)
	local out = {}
	for index, case in ipairs(report.cases) do
		if case.outcome == 'failed' then
			point(case, index, out)
			for _, failure in ipairs(case.failures) do
				insert(out, '# ' .. line(failure.message) .. (failure.at and ' (' .. line(failure.at) .. ')' or ''))
			end
		end
	end
	if report.bailed then insert(out, 'Bail out! ' .. described(report.bailed)) end
	insert(out, summary(report))
	local text = concat(out, '\n')
	return report.wikitext and (asWikitext(text):gsub('\n', '<br>')) or text
end

local MARKS = {passed = '✓', failed = '✗', skipped = '–', todo = '…'}
local COLOURS = {passed = 'success,#096450', failed = 'error,#a3211b', skipped = 'subtle,#54595d', todo = 'warning,#735400'}

-- At most 200 kB: where there is more, passed cases are left out first.
function STYLES.vivid(report)
	local texts, code = wording(report)
	local out, size, left, before, list = {}, 0, 0, {}, false
	local function safe(text)
		return '<bdi>' .. asWikitext(line(text)) .. '</bdi>'
	end
	local function add(text)
		size = size + #text + 1
		insert(out, text)
	end
	local function finish()
		if list then add('</ul>') end
		list = false
	end
	add('<div lang="' .. code .. '" dir="ltr">')
	add("<p><b>" .. asWikitext(summary(report)) .. '</b>' .. (report.bailed and '<br>' .. safe(report.bailed) or '') .. '</p>')
	for _, case in ipairs(report.cases) do
		local came = case.outcome
		local parts = {'<li><b style="color:var(--color-' .. COLOURS[came] .. ')">' .. MARKS[came] .. ' ' .. texts[came] .. '</b> '
			.. safe(case.shown[#case.shown] or '') .. (case.reason and ' (' .. safe(case.reason) .. ')' or '')}
		for i = 1, math.min(#case.failures, 20) do
			local one = case.failures[i]
			insert(parts, '<dl><dt>' .. safe(one.message) .. '</dt>')
			for _, field in ipairs{'expected', 'actual'} do
				insert(parts, one[field] and '<dd>' .. texts[field] .. ': <code>' .. safe(one[field]) .. '</code></dd>' or '')
			end
			insert(parts, (one.at and '<dd>' .. safe(one.at) .. '</dd>' or '') .. '</dl>')
		end
		local item = concat(parts) .. '</li>'
		if size + #item > (came == 'failed' and 190000 or 120000) then
			left = left + 1
		else
			local same = true
			for i = 1, #case.shown - 1 do
				same = same and before[i] == case.shown[i]
				if not same then
					finish()
					local level = 'h' .. math.min(i + 2, 6)
					add('<' .. level .. '>' .. safe(case.shown[i]) .. '</' .. level .. '>')
				end
			end
			if not list or #before ~= #case.shown then
				finish()
				add('<ul>')
			end
			list, before = true, case.shown
			add(item)
		end
	end
	finish()
	add((left > 0 and '<p>' .. texts.more:gsub('%$1', left) .. '</p>' or '') .. '</div>')
	return concat(out, '\n')
end

local NAMED = {style = true, lang = true, only = true, time = true}

function entry(node, style, ...)
	local options, given = {style = style}, pack(...)
	local frame = given[1]
	if type(frame) == 'table' and type(frame.args) == 'table' and type(frame.getParent) == 'function' then
		options.wikitext = true
		given = {n = 0}
		for key, value in pairs(frame.args) do
			value = mw.text.trim(tostring(value))
			if NAMED[key] and value ~= '' then
				options[key] = value
			elseif type(key) == 'number' then
				given[key], given.n = value, math.max(given.n, key)
			end
		end
	elseif type(frame) == 'table' then
		for key, value in pairs(frame ~= node and frame or {}) do options[key] = value end
	end
	for i = 1, given.n do
		local value = given[i]
		if STYLES[value] then
			options.style = value
		elseif type(value) == 'string' and value ~= '' then
			if #value > 3 and nearest(value, STYLES) then error(unknown(value, STYLES), 0) end
			options.lang = value
		end
	end
	if options.style ~= nil and not STYLES[options.style] then error(unknown(options.style, STYLES), 0) end
	options.style = options.style or (options.wikitext and STYLES.vivid and 'vivid' or 'compact')
	options.seconds = tonumber(options.time)
	local report = execute(node, options)
	return style and tostring(report) or report
end

-- == The page ==

local function begun()
	local at, name = whereabouts()
	local page = pageOf(name)
	if page.ran or page.origins[at or ''] then
		pages[name] = nil
		page = pageOf(name)
	end
	page.origins[at or ''] = true
	loading = name
end

-- Some words, in the order in which they are asked for.
function Pickle.words(...)
	begun()
	local asked, found = pack(...), {}
	for i = 1, asked.n do
		found[i] = words[asked[i]]
		if not found[i] then error(unknown(asked[i], words), 2) end
	end
	return unpack(found, 1, asked.n)
end

return setmetatable(Pickle, {
	__index = words,
	-- All words, as globals of this invocation.
	__call = function ()
		begun()
		for name, word in pairs(words) do rawset(_G, name, word) end
		return Pickle
	end,
})
