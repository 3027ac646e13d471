-- Tries to drive the terminal of whoever looks at it.
local p = {}
local escape = '\27[31m\27]0;owned\7 \194\155 31m \226\128\174 backwards'

function p.tap()
  mw.log(escape)
  return '1..2\nok 1 - ' .. escape .. '\nnot ok 2 - <b>bold</b> <script>alert(1)</script> ' .. escape
end

return p
-- A comment with an escape: ‮
