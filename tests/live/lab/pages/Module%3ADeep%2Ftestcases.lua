-- Comes to its module by way of another one, whose name no reader of this source can tell.
local bridge = require('Module:' .. 'Bridge')
local p = {}

function p.tap()
  return '1..1\n' .. (bridge.double == 6 and 'ok' or 'not ok') .. ' 1 - twice three'
end

return p
