local called = require( 'Module:Called' )

-- What is called is told by the documentation page alone.
return { checks = function ( frame )
	local points = {
		called.fine and frame.args[1] == 'x' or false,
		frame.args.mode == 'y',
		mw.getCurrentFrame().args.mode == 'y',
		frame:preprocess( '{{{mode}}}' ) == 'y',
	}
	local lines = { '1..' .. #points }
	for n, ok in ipairs( points ) do lines[n + 1] = ( ok and 'ok ' or 'not ok ' ) .. n end
	return table.concat( lines, '\n' )
end }
