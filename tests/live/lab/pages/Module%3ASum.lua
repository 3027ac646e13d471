local p = {}

function p.add(a, b)
  return a + b
end

return p
