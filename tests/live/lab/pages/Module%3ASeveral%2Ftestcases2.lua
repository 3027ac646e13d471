local several = require('Module:Several')
local p = {}

function p.tap()
  return '1..1\n' .. (several.value == 1 and 'ok' or 'not ok') .. ' 1 - set 2'
end

return p
