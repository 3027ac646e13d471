local p = {}

function p.main()
  return 'shown'
end

return p
