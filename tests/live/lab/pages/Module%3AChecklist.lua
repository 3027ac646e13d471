-- A wiki's own framework, which no strategy of picklebot's own knows; docs/examples/strategies/checklist.toml does.
local p = {}

function p.new()
  local lines, failed, list = {}, 0, {}
  function list.check(name, actual, expected)
    if actual == expected then
      lines[#lines + 1] = 'PASS ' .. name
    else
      failed = failed + 1
      lines[#lines + 1] = 'FAIL ' .. name .. ': got ' .. tostring(actual) .. ' instead of ' .. tostring(expected)
    end
  end
  function list.main(frame)
    if #lines == 0 then return 'nothing to check' end
    local verbose = frame.args.verbose == 'yes' and table.concat(lines, '\n') .. '\n' or ''
    return verbose .. #lines .. ' checks, ' .. failed .. ' failed'
  end
  return list
end

return p
