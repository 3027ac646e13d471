local CODES = { a = '·−', e = '·', n = '−·', s = '···', t = '−' }

local p = {}

function p.tr( word )
	return ( word:gsub( '%a', function ( letter ) return CODES[letter] .. ' ' end ):gsub( ' $', '' ) )
end

return p
