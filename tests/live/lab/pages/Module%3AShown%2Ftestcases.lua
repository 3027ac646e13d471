-- Never loads its module: reaches it as a page would.
local p = {}

function p.tap(frame)
  local shown = frame:preprocess('{{#invoke:Shown|main}}')
  return '1..1\n' .. (shown == 'shown' and 'ok' or 'not ok') .. ' 1 - it shows'
end

return p
