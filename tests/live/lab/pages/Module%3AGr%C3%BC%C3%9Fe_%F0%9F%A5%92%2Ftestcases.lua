local gr = require('Module:Grüße 🥒')
local p = {}

function p.tap()
  return '1..1\n' .. (gr.wort == 'grüße' and 'ok' or 'not ok') .. ' 1 - नमस्ते 数字 🥒'
end

return p
