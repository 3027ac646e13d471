-- Ends otherwise under another title.
local p = {}

function p.tap()
  local title = mw.title.getCurrentTitle().prefixedText
  return '1..1\n' .. (title == 'Module:Titled/testcases' and 'ok' or 'not ok') .. ' 1 - under ' .. title
end

return p
