"""The software of a side, as a wiki tells it: versions, servers, and the names that it offers to modules and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from picklebot.gate.baseline_file import Inventory, SoftwareEntry
from picklebot.gate.model import InventoryLoss, Side
from picklebot.gate.pages import PROPERTIES, PageNow, pages_in
from picklebot.invocation.lua import MARK
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.site import describe_site, software_of

__all__ = ["Description", "losses", "read_description", "read_lua_names", "read_side", "software_entry"]

_MEDIAWIKI, _GIT = "MediaWiki", "git"
# Names in Scribunto's libraries, as deep as `mw.language.new`: each table is looked at once, and no metatable asked.
_LUA_NAMES = f"""
local next, type, concat, sort = next, type, table.concat, table.sort
local found, seen = {{}}, {{}}
local function look(t, prefix, depth)
  if seen[t] then return end
  seen[t] = true
  for name, value in next, t do
    if type(name) == 'string' and name:match('^[%a_][%w_]*$') then
      found[#found + 1] = prefix .. name
      if type(value) == 'table' and depth < 3 then look(value, prefix .. name .. '.', depth + 1) end
    end
  end
end
for _, name in next, {{ 'mw', 'string', 'table', 'math', 'os', 'debug' }} do
  if type(_G[name]) == 'table' then look(_G[name], name .. '.', 1) end
end
for name, value in next, _G do if type(value) == 'function' then found[#found + 1] = name end end
sort(found)
print('{MARK}' .. concat(found, ' '))
"""


@dataclass(frozen=True, slots=True)
class Description:
    """A wiki's description of itself, and of pages that it was asked about in the same request."""

    site: Site
    side: Side
    inventory: Inventory
    pages: Mapping[str, PageNow]


def read_description(wiki: Wiki, titles: Iterable[str] = ()) -> Description:
    """Ask a wiki for its software, and about a few pages: one request.

    :param titles: at most 49, for another one is asked about as well
    :raises NoScribuntoError: it has no Scribunto
    :raises WikiError: it cannot be read
    """
    site, answer = describe_site(wiki, ("extensiontags", "functionhooks"), titles, servedby=True, **PROPERTIES)
    query = answer["query"]
    inventory = Inventory(tags=sorted(query.get("extensiontags", ())), functions=sorted(query.get("functionhooks", ())))
    return Description(site, _side(wiki, site.software, answer), inventory, pages_in(query))


def _side(wiki: Wiki, software: Mapping[str, str], answer: Answer) -> Side:
    """A side's software, and the server that gave an answer, where that names it."""
    target = wiki.target
    served = str(answer.get("servedby", ""))
    return Side(
        wiki.shown,
        str(target.connect_to) if target.connect_to else "",
        f"MediaWiki {software.get(_MEDIAWIKI, '')}",
        software.get(_GIT, ""),
        {name: version for name, version in software.items() if name not in (_MEDIAWIKI, _GIT)},
        (served,) if served else (),
    )


def read_side(wiki: Wiki) -> Side:
    """Ask a wiki for its software alone, whatever it lacks: one request.

    :raises WikiError: it cannot be read
    """
    answer = wiki.get(action="query", meta="siteinfo", siprop=["general", "extensions"], servedby=True)
    versions = software_of(answer["query"]["general"], answer["query"]["extensions"])
    return _side(wiki, versions, answer)


def software_entry(side: Side) -> SoftwareEntry:
    """A side's software as a baseline keeps it."""
    return SoftwareEntry(
        generator=side.generator, git_hash=side.git_hash, extensions=dict(side.extensions), hosts=list(side.hosts)
    )


def read_lua_names(wiki: Wiki, site: Site) -> list[str]:
    """Names in Scribunto's libraries, such as ``mw.text.trim``: one request.

    :raises WikiError: the wiki could not be asked
    """
    answer = wiki.post_with_token(
        action="scribunto-console",
        title=f"{site.module_prefix}Picklebot",
        content="return {}",
        question=_LUA_NAMES,
        uselang="content",
    )
    lines = str(answer.get("print", "")).split("\n")
    line = next((line for line in reversed(lines) if line.startswith(MARK)), MARK)
    return line.removeprefix(MARK).split()


def losses(before: Inventory, now: Inventory, old: SoftwareEntry, side: Side) -> tuple[InventoryLoss, ...]:
    """Names that the baseline's software had and the candidate's lacks. An inventory that is empty was not read."""
    gone = [InventoryLoss("extension", name) for name in sorted(old.extensions.keys() - side.extensions.keys())]
    for part, had, has in (
        ("tag", before.tags, now.tags),
        ("function", before.functions, now.functions),
        ("lua", before.lua, now.lua),
    ):
        if has:
            gone += [InventoryLoss(part, name) for name in sorted(set(had) - set(has))]
    return tuple(gone)
