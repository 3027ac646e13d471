"""Events on the pages of a wiki: one small one after another, drawn from a seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from random import Random

from tests.live.life_oracle import TESTERS
from tests.live.livewiki import Json, LiveWiki

__all__ = ["Life", "module_source", "tester_source"]

NAMES = ("Apple", "Birch", "Cedar", "Date", "Elm")
_DIRECTIVES = ("", "", "SKIP", "TODO")


def module_source(value: int, note: int = 0) -> str:
    """Lua of a module; its tests want 1, and 0 makes it throw an error."""
    body = "error( 'broken' )\n" if value == 0 else ""
    return f"{body}-- {note}\nreturn {{ value = {value} }}"


def tester_source(module: str, directive: str, kind: str) -> str:
    """Lua of a tester of one point.

    :param kind: ``above`` tests the module above it, wherever it is moved; ``named`` always the one that it names;
        ``bare`` too, and it has no report where that cannot be loaded
    """
    name = "mw.ustring.match( frame:getTitle(), '^(.*)/' )" if kind == "above" else f"'{module}'"
    # A module that is not required by a name in the call itself is not the testee of a tester elsewhere.
    load = f"require( ( {name} ) )" if kind == "bare" else f"select( 2, pcall( require, {name} ) )"
    return (
        f"-- {directive}\n-- {kind}\nreturn {{ tap = function ( frame )\nlocal m = {load}\n"
        f"local ok = type( m ) == 'table' and m.value == 1 and 'ok' or 'not ok'\n"
        f"return '1..1\\n' .. ok .. ' 1 - value{f' # {directive}' if directive else ''}' end }}"
    )


@dataclass
class Life:
    """Lets things happen on a wiki, and counts them."""

    wiki: LiveWiki
    random: Random
    count: int = 0

    def begin(self) -> None:
        """Clear the wiki's own modules away, and let there be some to begin with."""
        self.wiki.sandbox.maintenance("createAndPromote", "--force", "--custom-groups=suppress", "Admin")
        for page in list(self._pages()):
            if not page["title"].startswith("Module:Picklebot"):
                self.wiki.delete(page["title"])
        for name in NAMES[:3]:
            self.wiki.edit(f"Module:{name}", module_source(1))
            for last in TESTERS[: self.random.randint(1, 3)]:
                self._write_tester(f"Module:{name}/{last}")

    def happen(self) -> str:
        """Let one thing happen, and say what."""
        while True:
            event = self.random.choice(_EVENTS)
            told = event(self)
            if told:
                self.count += 1
                return f"{event.__name__.strip('_')}: {told}"

    # --- pages there are -------------------------------------------------------------------------------------------

    def _pages(self) -> Iterator[Json]:
        wanted = {"generator": "allpages", "gapnamespace": 828, "gaplimit": "max", "prop": "info"}
        yield from self.wiki.get(action="query", **wanted).get("query", {}).get("pages", [])

    def _titles(self) -> set[str]:
        return {page["title"] for page in self._pages()}

    def _lua(self, *, redirects: bool = False) -> list[str]:
        pages = (page for page in self._pages() if page["contentmodel"] == "Scribunto")
        return sorted(page["title"] for page in pages if redirects or not page.get("redirect"))

    def _modules(self) -> list[str]:
        return [title for title in self._lua() if "/" not in title and title != "Module:Picklebot"]

    def _testers(self) -> list[str]:
        return [title for title in self._lua() if title.rpartition("/")[2] in TESTERS]

    def _one(self, titles: list[str] | tuple[str, ...]) -> str:
        return self.random.choice(titles) if titles else ""

    def _free_module(self) -> str:
        titles = self._titles()
        return self._one([f"Module:{name}" for name in NAMES if f"Module:{name}" not in titles])

    def _free_tester(self, *, above: list[str] | None = None) -> str:
        titles = self._titles()
        places = above if above is not None else [f"Module:{name}" for name in NAMES]
        return self._one([f"{each}/{last}" for each in places for last in TESTERS if f"{each}/{last}" not in titles])

    def _write_tester(self, title: str) -> str:
        kind = self.random.choice(("above", "above", "named", "bare"))
        source = tester_source(title.rpartition("/")[0], self.random.choice(_DIRECTIVES), kind)
        self.wiki.edit(title, source)
        return f"{title} ({kind})"

    # --- events ----------------------------------------------------------------------------------------------------

    def _edit_module(self) -> str:
        title = self._one(self._modules())
        if title:
            value = self.random.choice((1, 1, 2, 0))
            self.wiki.edit(title, module_source(value, self.count))
            return f"{title} = {value}"
        return ""

    def _edit_tester(self) -> str:
        title = self._one(self._testers())
        return self._write_tester(title) if title else ""

    def _create_module(self) -> str:
        title = self._free_module()
        if title:
            self.wiki.edit(title, module_source(self.random.choice((1, 2)), self.count))
        return title

    def _create_tester(self) -> str:
        title = self._free_tester(above=self._modules() if self.random.random() < 0.8 else None)
        return self._write_tester(title) if title else ""

    def _move(self, old: str, new: str, *, redirect: bool, talk: str = "", subpages: bool = False) -> str:
        more = {"movesubpages": 1} if subpages else {}
        leave = {} if redirect else {"noredirect": 1}
        self.wiki.post(action="move", **{"from": old}, to=new, reason="a life's move", **leave, **more)
        return f"{old} → {new}{' with redirect' if redirect else ''}{' and subpages' if subpages else ''}{talk}"

    def _move_module(self) -> str:
        old, new = self._one(self._modules()), self._free_module()
        if not (old and new):
            return ""
        return self._move(old, new, redirect=self._coin(), subpages=self._coin())

    def _move_module_over(self) -> str:
        modules = self._modules()
        old = self._one(modules)
        new = self._one([title for title in modules if title != old])
        if not new:
            return ""
        self.wiki.delete(new)
        return self._move(old, new, redirect=self._coin(), talk=", deleted for it")

    def _swap_modules(self) -> str:
        modules = self._modules()
        one = self._one(modules)
        other = self._one([title for title in modules if title != one])
        if not other:
            return ""
        subpages = self._coin()
        for old, new in ((one, "Module:Swap"), (other, one), ("Module:Swap", other)):
            self._move(old, new, redirect=False, subpages=subpages)
        return f"{one} ↔ {other}{' and subpages' if subpages else ''}"

    def _move_tester(self) -> str:
        above = self._modules() if self.random.random() < 0.7 else None
        old, new = self._one(self._testers()), self._free_tester(above=above)
        return self._move(old, new, redirect=self._coin()) if old and new else ""

    def _move_tester_over(self) -> str:
        testers = self._testers()
        old = self._one(testers)
        new = self._one([title for title in testers if title != old])
        if not new:
            return ""
        self.wiki.delete(new)
        return self._move(old, new, redirect=self._coin(), talk=", deleted for it")

    def _swap_testers(self) -> str:
        testers = self._testers()
        one = self._one(testers)
        other = self._one([title for title in testers if title != one])
        if not other:
            return ""
        for old, new in ((one, "Module:Swap/testcases"), (other, one), ("Module:Swap/testcases", other)):
            self._move(old, new, redirect=False)
        return f"{one} ↔ {other}"

    def _lead_elsewhere(self) -> str:
        """Make a module a redirect to another, to a redirect, or to nothing: only MediaWiki 1.43 takes it for one."""
        old = self._one(self._modules())
        places = {*self._lua(redirects=True), f"Module:{NAMES[-1]}"}
        new = self._one(sorted(title for title in places if "/" not in title and title != old))
        if not (old and new):
            return ""
        self.wiki.edit(old, f"return require [[{new}]]")
        return f"{old} to {new}"

    def _end_redirect(self) -> str:
        lua = set(self._lua())
        title = self._one([title for title in self._lua(redirects=True) if title not in lua])
        if not title:
            return ""
        if self._coin():
            self.wiki.delete(title)
            return f"{title}, deleted"
        if title.rpartition("/")[2] in TESTERS:
            return self._write_tester(title)
        self.wiki.edit(title, module_source(1, self.count))
        return title

    def _restore_some(self) -> str:
        """Restore the oldest revision only, of a page that may be there again."""
        titles = [*self._modules(), *self._testers()]
        title = self._one(titles) if self._coin() else self._one([f"Module:{name}" for name in NAMES])
        wanted = {"list": "alldeletedrevisions", "adrnamespace": 828, "adrdir": "newer", "adrlimit": 1}
        name = title.removeprefix("Module:")
        found = self.wiki.get(action="query", adrprop="timestamp", adrfrom=name, adrto=name, **wanted)["query"][
            "alldeletedrevisions"
        ]
        if not found:
            return ""
        stamp = found[0]["revisions"][0]["timestamp"]
        self.wiki.post(action="undelete", title=title, timestamps=stamp, reason="a life's restoration")
        return f"{title} of {stamp}"

    def _retire_tester(self) -> str:
        old = self._one(self._testers())
        new = f"{old.rpartition('/')[0]}/old{self.count}"
        return self._move(old, new, redirect=self._coin()) if old else ""

    def _delete_module(self) -> str:
        return self._deleted(self._one(self._modules()))

    def _delete_tester(self) -> str:
        return self._deleted(self._one(self._testers()))

    def _deleted(self, title: str) -> str:
        if title:
            self.wiki.delete(title)
        return title

    def _re_create(self) -> str:
        title = self._one([*self._modules(), *self._testers()])
        if not title:
            return ""
        text = self.wiki.text(title)
        self.wiki.delete(title)
        self.wiki.edit(title, text)
        return title

    def _restore(self) -> str:
        titles = self._titles()
        deleted = [entry["title"] for entry in self.wiki.log("delete", leaction="delete/delete")]
        places = {f"Module:{name}" for name in NAMES}
        places |= {f"{place}/{last}" for place in places for last in TESTERS}
        title = self._one(sorted({each for each in deleted if each in places and each not in titles}))
        if not title:
            return ""
        found = self.wiki.get(action="query", list="deletedrevs", titles=title, drlimit=1)["query"]["deletedrevs"]
        if not found:
            return ""
        self.wiki.post(action="undelete", title=title, reason="a life's restoration")
        return title

    def _delete_and_restore(self) -> str:
        title = self._one([*self._modules(), *self._testers()])
        if title:
            self.wiki.delete(title)
            self.wiki.post(action="undelete", title=title, reason="a life's restoration")
        return title

    def _to_wikitext(self) -> str:
        title = self._one([*self._modules(), *self._testers()])
        if title:
            self._model(title, "wikitext")
        return title

    def _back_to_lua(self) -> str:
        places = [page for page in self._pages() if page["contentmodel"] == "wikitext"]
        titles = [page["title"] for page in places if not page["title"].endswith("/doc")]
        title = self._one(sorted(titles))
        if title:
            self._model(title, "Scribunto")
        return title

    def _model(self, title: str, model: str) -> None:
        self.wiki.post(action="changecontentmodel", title=title, model=model, summary="a life's change")

    def _import(self) -> str:
        title = self._one(self._modules()) if self._coin() else self._free_module()
        if not title:
            return ""
        value = self.random.choice((1, 2))
        when = "2020-01-01T00:00:00Z" if self._coin() else None
        stamp = when or self.wiki.get(action="query", curtimestamp=1)["curtimestamp"]
        text = escape(module_source(value, self.count))
        xml = (
            '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">'
            f"<page><title>{escape(title)}</title><revision><timestamp>{stamp}</timestamp>"
            "<contributor><username>Ann</username></contributor><model>Scribunto</model><format>text/plain</format>"
            f'<text xml:space="preserve">{text}</text></revision></page></mediawiki>'
        )
        if not self.wiki.token:
            self.wiki.login(self.wiki.sandbox.admin)
        form = {"action": "import", "token": self.wiki.token, "format": "json", "interwikiprefix": "x"}
        reply = self.wiki.session.post(self.wiki.api, data=form, files={"xml": ("dump.xml", xml)}, timeout=60)
        assert "error" not in reply.json(), reply.text
        return f"{title} = {value} of {stamp}"

    def _hide(self) -> str:
        title = self._one([*self._modules(), *self._testers()])
        if not title:
            return ""
        revisions = self.wiki.revisions(title)
        old = [revision["revid"] for revision in revisions[1:]]
        ids, what = (old, "content|comment|user") if old else ([revisions[0]["revid"]], "comment|user")
        shown, suppress = "|".join(map(str, ids)), self.random.choice(("yes", "no"))
        self.wiki.post(
            action="revisiondelete", type="revision", ids=shown, hide=what, suppress=suppress, reason="a life's secret"
        )
        return f"{title}: {shown}{' from all but a few' if suppress == 'yes' else ''}"

    def _touch_doc(self) -> str:
        title = self._one([*self._modules(), *self._testers()])
        if not title:
            return ""
        doc = f"{title}/doc"
        text = self.wiki.text(doc) if self.wiki.exists(doc) else ""
        self.wiki.edit(doc, f"Words of {self.count}.\n{re.sub(r'^Words of .*', '', text).lstrip()}")
        return doc

    def _coin(self) -> bool:
        return self.random.random() < 0.5


_EVENTS: tuple[Callable[[Life], str], ...] = (
    *(Life._edit_module, Life._edit_module, Life._edit_module, Life._edit_tester, Life._edit_tester),
    *(Life._create_module, Life._create_tester, Life._create_tester),
    *(Life._move_module, Life._move_module, Life._move_module_over, Life._swap_modules),
    *(Life._move_tester, Life._move_tester, Life._retire_tester),
    *(Life._delete_module, Life._delete_tester, Life._re_create, Life._restore, Life._restore),
    *(Life._delete_and_restore, Life._to_wikitext, Life._back_to_lua, Life._back_to_lua),
    *(Life._import, Life._hide, Life._touch_doc, Life._move_tester_over, Life._swap_testers),
    *(Life._lead_elsewhere, Life._end_redirect, Life._restore_some),
)
