-- Goes straight to the module.
local sum = require('Module:Sum')
local p = {}

local function line(number, ok, name)
  return (ok and 'ok ' or 'not ok ') .. number .. ' - ' .. name
end

function p.tap(frame)
  return table.concat({
    '1..2',
    line(1, sum.add(1, 2) == 3, 'one and two'),
    line(2, sum.add(-1, 1) == 0, 'less than nothing'),
  }, '\n')
end

return p
