-- A report in the Test Anything Protocol, of one test for each value.
local sum = require( 'Module:Sum' ).sum
local p = {}

function p.tap()
	local lines, points = {}, 0
	for number, case in ipairs( { { 1, 2, 3, 'adds two numbers' }, { 0, 0, 0, 'adds nothing' }, { 2, -2, 0, 'takes away' }, { 4, 4, 8, 'doubles' }, { 7, 1, 8, 'counts on' } } ) do
		points = number
		local found = sum( case[1], case[2] )
		lines[#lines + 1] = string.format( '%s %d - %s', found == case[3] and 'ok' or 'not ok', number, case[4] )
		if found ~= case[3] then
			lines[#lines + 1] = string.format( '  ---\n  wanted: %s\n  found: %s\n  ...', case[3], found )
		end
	end
	lines[#lines + 1] = '1..' .. points
	return table.concat( lines, '\n' )
end

return p
