return { initial = function ( word ) return word:sub( 1, 1 ) end }
