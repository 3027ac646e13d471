local p = {}

-- The first Fibonacci number that is greater than a limit. (From 0 and 0 it never gets anywhere.)
function p.above( limit, a, b )
	while b <= limit do
		a, b = b, a + b
	end
	return b
end

return p
