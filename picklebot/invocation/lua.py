"""Lua that the bot itself sends to the console, and Lua literals for what goes into it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from picklebot.model import Call

__all__ = ["MARK", "PROBE", "args_table", "lua_string", "probe_many"]

#: Stands before what we asked for; a suite may print whatever else it likes.
MARK = "picklebot:"

#: Lists what a tester offers, inherited functions included, without calling any of them.
PROBE = """
local found, seen = {}, {}
while type(p) == 'table' and not seen[p] do
  seen[p] = true
  for name, value in pairs(p) do
    if type(name) == 'string' and type(value) == 'function' then found[#found + 1] = name end
  end
  local meta = getmetatable(p)
  p = type(meta) == 'table' and meta.__index or nil
end
print('picklebot:' .. table.concat(found, ' '))
"""


_PROBE_MANY = """
local require, pcall, pairs, type, getmetatable, print, concat =
  require, pcall, pairs, type, getmetatable, print, table.concat
local function names(p)
  local found, seen = {}, {}
  while type(p) == 'table' and not seen[p] do
    seen[p] = true
    for name, value in pairs(p) do
      if type(name) == 'string' and type(value) == 'function' then found[#found + 1] = name end
    end
    local meta = getmetatable(p)
    p = type(meta) == 'table' and meta.__index or nil
  end
  return concat(found, ' ')
end
local titles = { $titles$ }
for number = 1, #titles do
  local loaded, p = pcall(require, titles[number])
  if loaded then print($mark$ .. number .. ' ' .. names(p)) end
end
"""


def probe_many(titles: Sequence[str], mark: str) -> str:
    """Lua that lists what testers offer: for each that can be loaded a line of mark, number from 1, and names.

    :param mark: what no tester can know
    """
    listed = ", ".join(map(lua_string, titles))
    return _PROBE_MANY.replace("$mark$", lua_string(mark)).replace("$titles$", listed)


def lua_string(text: str) -> str:
    """A Lua literal for any text (Lua 5.1 Reference Manual, §2.1)."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def args_table(call: Call) -> str:
    """The arguments of a call as the Lua table that ``frame.args`` would be: what is wikitext in them is expanded.

    Named arguments lose white space around them, numbered ones keep it, as MediaWiki has it
    (https://www.mediawiki.org/wiki/Help:Templates, "Parameters").
    """
    fields = []
    number = 0
    for argument in call.arguments:
        name, equals, value = argument.partition("=")
        if equals:
            key = name.strip()
            fields.append(f"[{key if key.isascii() and key.isdigit() else lua_string(key)}]={_expanded(value.strip())}")
        else:
            number += 1
            fields.append(f"[{number}]={_expanded(argument)}")
    return "{" + ",".join(fields) + "}"


def _expanded(value: str) -> str:
    literal = lua_string(value)
    return f"mw.getCurrentFrame():preprocess({literal})" if "{" in value or "<" in value else literal
