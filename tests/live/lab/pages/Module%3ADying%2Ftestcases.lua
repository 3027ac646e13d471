local dying = require('Module:Dying')
local p = {}

function p.tap()
  error('no more')
end

return p
