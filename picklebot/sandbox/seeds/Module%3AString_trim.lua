local p = {}

-- The text without white space at either end.
function p.trim( text )
	return ( text:match( '^%s*(.-)%s*$' ) )
end

-- {{#invoke:String trim|main|text}}
function p.main( frame )
	return p.trim( frame.args[1] or '' )
end

return p
