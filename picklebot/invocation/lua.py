"""Lua that the bot itself sends to the console, and Lua literals for values in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from picklebot.model import Call

__all__ = ["MARK", "PROBE", "args_table", "log_many", "lua_string", "probe_many", "telling"]

#: Stands before the answer; a suite may print whatever else it likes.
MARK = "picklebot:"

# The return value of a module: "data" if it holds anything but functions, or may make it up when asked, else "code";
# then the names of its functions, inherited ones included, without calling any; `next` asks no metatable.
# A value that is no table offers nothing that could be called: the wiki says so where somebody tries.
_NAMES = """
local next, type, getmetatable, concat = next, type, getmetatable, table.concat
local function names(p)
  local found, seen, holds = {}, {}, 'code'
  while type(p) == 'table' and not seen[p] do
    seen[p] = true
    for name, value in next, p do
      if type(name) == 'string' and type(value) == 'function' then found[#found + 1] = name else holds = 'data' end
    end
    local meta = getmetatable(p)
    p = type(meta) == 'table' and meta.__index or nil
  end
  if type(p) == 'function' then holds = 'data' end
  return holds .. ' ' .. concat(found, ' ')
end
"""

#: Lists the functions that a tester offers.
PROBE = f"""{_NAMES}
if type(p) ~= 'table' then error('no table') end
print('{MARK}' .. names(p))
"""

# Each tester is loaded as if it were the first: a module that two of them change must not tell one of the other.
_PROBE_MANY = f"""
local require, pcall, print, type, package = require, pcall, print, type, package
{_NAMES}
local loaded, before, preloaded = package.loaded, {{}}, {{}}
for name, value in next, loaded do before[name] = value end
for name, value in next, package.preload do preloaded[name] = value end
local function restore(kept, t)
  for name in next, t do if kept[name] == nil then t[name] = nil end end
  for name, value in next, kept do t[name] = value end
end
local titles = {{ $titles$ }}
for number = 1, #titles do
  local fine, p = pcall(require, titles[number])
  if fine and type(p) == 'table' then print($mark$ .. number .. ' ' .. names(p)) end
  restore(before, loaded)
  restore(preloaded, package.preload)
end
"""


def probe_many(titles: Sequence[str], mark: str) -> str:
    """Lua that lists the functions of testers: for each that can be loaded a line of mark, number from 1, and names.

    :param mark: a text that no tester can know
    """
    listed = ", ".join(map(lua_string, titles))
    return _PROBE_MANY.replace("$mark$", lua_string(mark)).replace("$titles$", listed)


def log_many(invocations: Sequence[str], mark: str) -> str:
    """Lua that prints the logs of invocations: a line of the mark before each, and one at the end.

    :param invocations: wikitext
    :param mark: a text that no tester can know
    """
    each = (f"print({lua_string(mark)}) frame:preprocess({lua_string(invoke)})" for invoke in invocations)
    return f"local frame, print = mw.getCurrentFrame(), print {' '.join(each)} print({lua_string(mark)})"


def telling(question: str, wikitext: str, mark: str) -> str:
    """Lua that answers a question and then prints a mark and the result of a piece of wikitext.

    :param mark: a text that no tester can know
    """
    return (
        "local frame, print, pcall = mw.getCurrentFrame(), print, pcall "
        f"do {question}\nend "
        f"pcall(function() print({lua_string(mark)} .. frame:preprocess({lua_string(wikitext)})) end)"
    )


def lua_string(text: str) -> str:
    """A Lua literal for any text (Lua 5.1 Reference Manual, §2.1)."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def args_table(call: Call) -> str:
    """The arguments of a call as the Lua table that ``frame.args`` would be: wikitext in them is expanded.

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
