local p = {}

function p.now() error( 'there' ) end

return p
