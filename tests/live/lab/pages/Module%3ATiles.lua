return { rows = function ( height ) return math.ceil( height / 40 ) end }
