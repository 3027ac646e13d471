"""Pages of a train: forty suites, of which a few lean on changes between MediaWiki 1.39 and 1.43."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

__all__ = ["BROKEN", "CHANGED_POINTS", "FIXED", "SUITES", "write_pages"]

SUITES = 40
_TAP = """local p = {{}}
function p.tap()
	local out = {{}}
	local function point( ok, name )
		out[#out + 1] = ( ok and 'ok ' or 'not ok ' ) .. ( #out + 1 ) .. ' - ' .. name
	end
{points}
	return '1..' .. #out .. '\\n' .. table.concat( out, '\\n' )
end
return p
"""
_PLAIN = "return {{ twice = function( n ) return 2 * n end, number = {number} }}\n"

#: Points that pass on 1.39 and fail on 1.43, by the name of their module.
CHANGED_POINTS = {
    "Entities": ("leaves semicolons alone", "mw.text.nowiki( 'a; b' ) == 'a; b'"),
    "Loaded": ("loads a page without a value as true", "require( 'Module:Nothing' ) == true"),
    "Trimmed": ("keeps a vertical tab", "mw.text.trim( '\\va' ) == '\\va'"),
    "Away": ("knows pages of other wikis", "mw.title.new( 'wikipedia:Foo' ).isContentPage ~= nil"),
    "Half": ("leaves semicolons alone in a suite that fails anyhow", "mw.text.nowiki( 'a; b' ) == 'a; b'"),
}
BROKEN = {f"Module:{name}/testcases" for name in CHANGED_POINTS}
#: Fails on 1.39, where titles have no language.
FIXED = "Module:Spoken/testcases"


def _tap(*points: tuple[str, str]) -> str:
    return _TAP.format(points="\n".join(f"\tpoint( {condition}, '{name}' )" for name, condition in points))


def write_pages(folder: Path) -> Path:
    """The pages of the train, as a sandbox reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"Module:Nothing": "return false\n"}
    for name, point in CHANGED_POINTS.items():
        points = [("counts", "1 + 1 == 2"), point]
        pages[f"Module:{name}"] = _PLAIN.format(number=1)
        pages[f"Module:{name}/testcases"] = _tap(*points, *([("never works", "false")] if name == "Half" else []))
    pages["Module:Spoken"] = _PLAIN.format(number=1)
    pages[FIXED] = _tap(("counts", "true"), ("speaks", "mw.title.new( 'Main Page' ).pageLang ~= nil"))
    for number in range(SUITES - len(CHANGED_POINTS) - 1):
        name = f"Module:Plain {number}"
        pages[name] = _PLAIN.format(number=number)
        failing = [("fails before and after", "false")] if number % 7 == 0 else []
        doubles = ("doubles", f"require( '{name}' ).twice( {number} ) == {2 * number}")
        pages[f"{name}/testcases"] = _tap(doubles, ("is itself", f"require( '{name}' ).number == {number}"), *failing)
    for title, text in pages.items():
        (folder / f"{quote(title, safe=' ')}.lua").write_text(text, encoding="utf-8")
    return folder
