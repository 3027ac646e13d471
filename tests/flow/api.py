"""api.php of the wiki in memory: what it answers to the requests of picklebot, in the shapes of MediaWiki's answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from tests.flow.fields import CHANGE, ENTRY, MEMBER, REVISION, only, revision_row
from tests.flow.pages import NAMESPACES, Pages, WikiPage, model_of, namespace
from tests.flow.scripts import NO_FUNCTION, TIMEOUT, Scripts

__all__ = ["Api", "ApiError"]

Json = dict[str, Any]

_INVOKE = r"\{\{#invoke:(.*?)\}\}"
_TAGGED = re.compile(rf"\{{\{{#tag:pre\|{_INVOKE}\|id=([\w-]+)\}}\}}", re.DOTALL)
_DIVIDED = re.compile(rf'<div id="([\w-]+)">\n{_INVOKE}\n</div>', re.DOTALL)
_QUESTION = re.compile(r"\{\{DEFAULTSORT:(\w+),(.*)\|noerror\}\}$", re.DOTALL)
_LOGGED = re.compile(r'(?:print\("(\w+)"\) )?[\w.():]*preprocess\("\{\{#invoke:(.*?)\}\}"\)')
_ANONYMOUS = "+\\"
_REPORTED = (
    "scribunto-limitreport-timeusage",
    "scribunto-limitreport-memusage",
    "limitreport-expensivefunctioncount",
)


_LIST_LIMIT = 10


class ApiError(Exception):
    """An error of the API's."""

    def __init__(self, code: str, info: str = "it cannot be done") -> None:
        super().__init__(code)
        self.answer = {"error": {"code": code, "info": info}}


@dataclass
class Api:
    """Answers requests.

    :ivar software: version of MediaWiki, and extensions with theirs
    :ivar passwords: of accounts, by their names; ``rights`` likewise
    :ivar blocked: why the account is blocked; from some pages alone where ``blocked_from`` names them
    :ivar shared: whether all calls of a request share one environment
    :ivar wiki_id: the name of its database
    :ivar merges: whether an edit of an older revision is put into the text of the latest one
    :ivar cached: older revisions by title, which ``{{REVISIONID:…}}`` goes on telling
    :ivar followed: whether ``{{REVISIONID:…}}`` tells revisions here
    """

    pages: Pages
    scripts: Scripts
    software: str = "MediaWiki 1.43.9"
    extensions: dict[str, str] = field(default_factory=lambda: {"Scribunto": "", "ParserFunctions": "1.6"})
    passwords: dict[str, str] = field(default_factory=lambda: {"Bot": "secret", "Admin": "secret"})
    rights: dict[str, set[str]] = field(
        default_factory=lambda: {
            "Bot": {"bot", "edit", "applychangetags", "changetags", "apihighlimits"},
            "Admin": {"edit", "managechangetags"},
        }
    )
    blocked: str = ""
    blocked_from: frozenset[str] = frozenset()
    cached: dict[str, int] = field(default_factory=dict)
    followed: bool = True
    merges: bool = False
    shared: bool = False
    wiki_id: str = "scripted"
    limits: tuple[float, int] = (7.0, 52_428_800)

    def answer(self, asked: Mapping[str, str], user: str) -> Json:
        """The answer to a request of a user's; empty is who is not logged in."""
        if asked.get("assertuser", user) != user:
            raise ApiError("assertnameduserfailed")
        actions = {
            "query": self._query,
            "parse": self._parse,
            "expandtemplates": lambda _asked, _user: {"expandtemplates": {"wikitext": "1|2" if self.shared else "1|1"}},
            "scribunto-console": self._console,
            "edit": self._edit,
            "tag": self._tag,
            "managetags": self._manage_tags,
            "purge": self._purge,
        }
        return actions[asked["action"]](asked, user)

    def _query(self, asked: Mapping[str, str], user: str) -> Json:
        query: Json = {}
        for meta in _words(asked, "meta"):
            query |= {"siteinfo": self._site, "userinfo": self._user, "tokens": self._tokens, "allmessages": _messages}[
                meta
            ](asked, user)
        for name in _words(asked, "list"):
            query[name] = list(getattr(self, f"_{name}")(asked))
        if asked.keys() & {"titles", "pageids", "revids", "generator"}:
            query |= self._about_pages(asked)
        return {"batchcomplete": True, "query": query}

    def _site(self, _asked: Mapping[str, str], _user: str) -> Json:
        return {
            "general": {
                "generator": self.software,
                "sitename": "A wiki",
                "lang": "en",
                "base": "http://127.0.0.1/wiki/Main_Page",
                "server": "http://127.0.0.1",
                "scriptpath": "",
                "wikiid": self.wiki_id,
                "mainpage": "Main Page",
            },
            "namespaces": {
                str(number): {"id": number, "name": name, "case": "first-letter", "canonical": name}
                for number, name in NAMESPACES.items()
            },
            "namespacealiases": [],
            "extensions": [{"type": "other", "name": name, "version": of} for name, of in self.extensions.items()],
            "magicwords": [{"name": "invoke", "aliases": ["invoke"]}],
        }

    def _user(self, _asked: Mapping[str, str], user: str) -> Json:
        known = {"id": 7, "name": user, "rights": sorted(self.rights.get(user, ()))}
        block: Json = {"blockid": 1, "blockedby": "Sysop", "blockreason": self.blocked} if self.blocked else {}
        block |= {"blockpartial": bool(self.blocked_from)} if self.blocked else {}
        return {"userinfo": {**known, **block} if user else {"id": 0, "name": "127.0.0.1", "anon": True}}

    def _tokens(self, asked: Mapping[str, str], user: str) -> Json:
        kind = asked.get("type", "csrf")
        return {"tokens": {f"{kind}token": f"{user}+\\" if user or kind == "csrf" else "login+\\"}}

    def _recentchanges(self, asked: Mapping[str, str]) -> list[Json]:
        rows = [row for row in self.pages.changes if row["timestamp"] >= asked.get("rcstart", "")]
        rows = rows if asked.get("rcdir") == "newer" else rows[::-1]
        told = [only(row, CHANGE, asked.get("rcprop", "title|timestamp|ids"), "type") for row in rows]
        return told[: _limit(asked, "rclimit")]

    def _allpages(self, asked: Mapping[str, str]) -> Iterator[Json]:
        for page in self._listed(asked, "ap"):
            yield {"pageid": page.id, "ns": namespace(page.title), "title": page.title}

    def _listed(self, asked: Mapping[str, str], prefix: str) -> Iterator[WikiPage]:
        number = int(asked.get(f"{prefix}namespace", 0))
        begin = (f"{NAMESPACES[number]}:" if number else "") + asked.get(f"{prefix}prefix", "")
        for title in sorted(self.pages.pages):
            if namespace(title) == number and title.startswith(begin):
                yield self.pages.pages[title]

    def _logevents(self, asked: Mapping[str, str]) -> list[Json]:
        wanted = {"type": asked.get("letype"), "user": asked.get("leuser"), "title": asked.get("letitle")}
        found = [
            entry
            for entry in self.pages.log
            if all(value in (None, entry[name]) for name, value in wanted.items())
            and entry["timestamp"] >= asked.get("lestart", "")
        ]
        found = found if asked.get("ledir") == "newer" else found[::-1]
        prop = asked.get("leprop", "ids|title|type|user|timestamp|comment|details")
        return [only(entry, ENTRY, prop) for entry in found][: _limit(asked, "lelimit")]

    def _tags(self, _asked: Mapping[str, str]) -> Iterator[Json]:
        yield from ({"name": name, "active": True} for name in sorted(self.pages.tags))

    def _allusers(self, asked: Mapping[str, str]) -> list[Json]:
        names = [name for name, rights in self.rights.items() if asked.get("augroup") in (None, *rights)]
        return [{"userid": number, "name": name} for number, name in enumerate(names, 7)][: int(asked["aulimit"])]

    def _blocks(self, _asked: Mapping[str, str]) -> Iterator[Json]:
        yield {"restrictions": {"pages": [{"title": title} for title in sorted(self.blocked_from)]}}

    def _categorymembers(self, asked: Mapping[str, str]) -> Iterator[Json]:
        for page in self.pages.pages.values():
            if asked["cmtitle"] in page.categories:
                member = {"pageid": page.id, "ns": namespace(page.title), "title": page.title}
                yield only(member, MEMBER, asked.get("cmprop", "ids|title"))

    def _about_pages(self, asked: Mapping[str, str]) -> Json:
        titles = [title.replace("_", " ") for title in _words(asked, "titles")]
        found: list[WikiPage | str] = [self.pages.pages.get(title, title) for title in titles]
        redirects = []
        if "redirects" in asked:
            for place in range(len(found)):
                while isinstance(page := found[place], WikiPage) and page.redirect not in (None, page.title):
                    redirects.append({"from": page.title, "to": page.redirect})
                    found[place] = self.pages.pages.get(page.redirect or "", page.redirect or "")
        by_id = {page.id: page for page in self.pages.pages.values()}
        found += [by_id.get(int(id_), id_) for id_ in _words(asked, "pageids")]
        revisions = {int(id_) for id_ in _words(asked, "revids")}
        found += [page for page in by_id.values() if revisions & {each.id for each in page.revisions}]
        if asked.get("generator") == "allpages":
            found += self._listed(asked, "gap")
        there = {each.id for page in found if isinstance(page, WikiPage) for each in page.revisions}
        gone = {str(id_): {"revid": id_, "missing": True} for id_ in revisions - there}
        pages = [self._about(page, asked, revisions) for page in found]
        # The wiki writes a title once, however often it was asked for.
        told = {"pages": list({str(page.get("title", page.get("pageid"))): page for page in pages}.values())}
        return {**(told if pages else {}), **({"redirects": redirects} if redirects else {}), **_bad(gone)}

    def _about(self, page: WikiPage | str, asked: Mapping[str, str], revisions: set[int]) -> Json:
        if isinstance(page, str):
            if page.isdecimal() and "pageids" in asked:
                return {"pageid": int(page), "missing": True}
            return {"title": page, "ns": namespace(page), "missing": True, "contentmodel": model_of(page)}
        about: Json = {"pageid": page.id, "ns": namespace(page.title), "title": page.title}
        prop = _words(asked, "prop")
        if "info" in prop:
            about |= {"lastrevid": page.latest.id, "contentmodel": page.latest.model}
            about |= {"redirect": True} if page.redirect else {}
            level = self.pages.protection.get(page.title)
            about |= {"protection": [{"type": "edit", "level": level, "expiry": "infinity"}]} if level else {}
        if "revisions" in prop:
            latest = [page.latest]
            if "rvlimit" in asked:
                latest = page.revisions[::-1][: int(asked["rvlimit"])]
            shown = [each for each in page.revisions if each.id in revisions] if revisions else latest
            wanted = asked.get("rvprop", "ids|timestamp|user")
            about["revisions"] = [only(revision_row(each), REVISION, wanted) for each in shown]
        if "categories" in prop and page.categories:
            about["categories"] = [{"ns": 14, "title": name} for name in sorted(page.categories)]
        return about

    def _parse(self, asked: Mapping[str, str], _user: str) -> Json:
        text, under = asked["text"], asked["title"]
        known = self.pages.pages.get(under)
        if "revid" in asked and int(asked["revid"]) not in ({each.id for each in known.revisions} if known else ()):
            raise ApiError("nosuchrevid")
        question = _QUESTION.search(text)
        text = text[: question.start()] if question else text
        calls = len(re.findall(_INVOKE, text, re.DOTALL))
        before = {title: page.latest.id for title, page in self.pages.pages.items()}
        loads: dict[str, None] = {}
        asks: dict[str, None] = {}
        used = [0.0, 0, 0]
        logs: list[str] = []

        def called(invoked: str) -> str:
            printed = self.scripts.call(invoked, under, calls - 1)
            logs.extend([f"{printed.log}\n"] * bool(printed.log))
            loads.update(dict.fromkeys(printed.loads))
            asks.update(dict.fromkeys(printed.asks))
            for n, much in enumerate((printed.lua_seconds, printed.memory, printed.expensive)):
                used[n] += much
            return printed.text

        def inside(found: re.Match[str]) -> str:
            printed = called(found[1])
            return f'<pre id="{found[2]}">{escape(printed)}</pre>'

        html = _DIVIDED.sub(lambda found: f'<div id="{found[1]}">{called(found[2])}</div>', text)
        html = re.sub(_INVOKE, lambda found: called(found[1]), _TAGGED.sub(inside, html), flags=re.DOTALL)
        told, properties = self._revisions_told(question, loads, before)
        most = (*self.limits, 500)
        report = [
            {"name": name, "0": str(much), "1": str(of)} for name, much, of in zip(_REPORTED, used, most, strict=True)
        ]
        if logs and used[0] < self.limits[0]:
            report.append({"name": "scribunto-limitreport-logs", "0": "".join(logs)})
        exists = {title: title in before for title in (*loads, *told, *asks)}
        return {
            "parse": {
                "title": under,
                "pageid": known.id if known else 0,
                "text": html,
                "templates": [_link(title, there=exists[title]) for title in (*loads, *told)],
                "links": [_link(title, there=exists[title]) for title in asks],
                "images": [],
                "properties": properties,
                "limitreportdata": report,
            }
        }

    def _revisions_told(
        self, question: re.Match[str] | None, loads: Mapping[str, None], before: Mapping[str, int]
    ) -> tuple[list[str], Json]:
        """Pages that only the question names, and its answer: the revisions that the parse began with."""
        if question is None or not self.followed:
            return [], {}
        titles = re.findall(r"\{\{REVISIONID:(.*?)\}\}", question[2])
        ids = [str(self.cached.get(title, before.get(title, ""))) for title in titles]
        return [title for title in titles if title not in loads], {"defaultsort": ",".join([question[1], *ids, ""])}

    def _console(self, asked: Mapping[str, str], _user: str) -> Json:
        question = asked["question"]
        titles = re.search(r"local titles = \{ (.*?) \}", question)
        if titles:
            mark = re.search(r'print\("(\w+)" \.\. number', question)
            names = re.findall(r'"(.*?)"', titles[1])
            offers = [self.scripts.offer(name) for name in names]
            before = mark[1] if mark else ""
            lines = [f"{before}{n} code {' '.join(names)}" for n, names in enumerate(offers, 1) if names is not None]
        elif "preprocess(" in question:
            lines = []
            for mark, invoked in _LOGGED.findall(question):
                said = self.scripts.says[f"Module:{invoked.split('|')[0]}"]
                printed = said(self.scripts.runs[-1])
                lines += [mark] * bool(mark) + [getattr(printed, "log", "")]
            lines += re.findall(r' print\("(\w+)"\)$', question)
        else:
            tester = re.search(r'require\("(.*?)"\)', asked["content"] + question)
            offered = self.scripts.offer(tester[1]) if tester else None
            if offered is None:
                return {"type": "error", "message": "Lua error", "html": ""}
            lines = [f"picklebot:code {' '.join(offered)}"]
        return {"type": "normal", "print": "\n".join([*lines, ""]), "return": "", "session": 1}

    def _edit(self, asked: Mapping[str, str], user: str) -> Json:
        self._see_token(asked, user, "edit")
        title = asked["title"]
        page = self.pages.pages.get(title)
        if page and "createonly" in asked:
            raise ApiError("articleexists")
        if not page and "nocreate" in asked:
            raise ApiError("missingtitle")
        text = asked.get("text", "")
        if page and "undo" in asked:
            text = page.revisions[-2].text
        elif page and int(asked.get("baserevid", page.latest.id)) != page.latest.id:
            if not self.merges:
                raise ApiError("editconflict")
            (base,) = (each.text for each in page.revisions if each.id == int(asked["baserevid"]))
            text = text.replace(base, page.text)
        before = page.latest.id if page else 0
        if page and page.text == text:
            return {"edit": {"result": "Success", "title": title, "pageid": page.id, "nochange": True}}
        new = self.pages.edit(title, text, user=user, comment=asked.get("summary", ""))
        id_ = self.pages.pages[title].id
        return {"edit": {"result": "Success", "title": title, "pageid": id_, "oldrevid": before, "newrevid": new}}

    def _tag(self, asked: Mapping[str, str], user: str) -> Json:
        self._see_token(asked, user, "changetags")
        add, remove = set(_words(asked, "add")), set(_words(asked, "remove"))
        if not add <= self.pages.tags:
            raise ApiError("badtags")
        revision, logged = int(asked["revid"]), len(self.pages.log)
        if not self.pages.tag(revision, add, remove, user=user, reason=asked["reason"]):
            return {"tag": [{"revid": revision, "status": "error", "code": "nosuchrevid", "info": "no such revision"}]}
        entry = self.pages.log[-1] if len(self.pages.log) > logged else None
        done = (
            {"actionlogid": entry["logid"], "added": sorted(add), "removed": sorted(remove)}
            if entry
            else {"noop": True}
        )
        return {"tag": [{"revid": revision, "status": "success", **done}]}

    def _manage_tags(self, asked: Mapping[str, str], user: str) -> Json:
        self._see_token(asked, user, "managechangetags")
        self.pages.tags.add(asked["tag"])
        return {"managetags": {"tag": asked["tag"], "operation": "create", "success": True}}

    def _purge(self, asked: Mapping[str, str], _user: str) -> Json:
        titles = _words(asked, "titles")
        for title in titles:
            if title in self.pages.pages and "forcelinkupdate" in asked:
                self.pages.refresh(title)
        there = self.pages.pages
        return {"purge": [{"title": t, **({"linkupdate": True} if t in there else {"missing": True})} for t in titles]}

    def _see_token(self, asked: Mapping[str, str], user: str, right: str) -> None:
        by_revision = {str(each.id): page.title for page in self.pages.pages.values() for each in page.revisions}
        title = asked.get("title") or by_revision.get(asked.get("revid", ""))
        if self.blocked and (not self.blocked_from or title in self.blocked_from):
            raise ApiError("blocked", self.blocked)
        if asked.get("token") != f"{user}{_ANONYMOUS}":
            raise ApiError("badtoken")
        if user and right not in self.rights.get(user, ()):
            raise ApiError("permissiondenied")


def _link(title: str, *, there: bool) -> Json:
    return {"ns": namespace(title), "title": title, "exists": there}


def _limit(asked: Mapping[str, str], name: str) -> int | None:
    limit = asked.get(name, str(_LIST_LIMIT))
    return None if limit == "max" else int(limit)


def _words(asked: Mapping[str, str], name: str) -> list[str]:
    return list(filter(None, asked.get(name, "").split("|")))


def _bad(gone: Json) -> Json:
    return {"badrevids": gone} if gone else {}


def _messages(_asked: Mapping[str, str], _user: str) -> Json:
    texts = {
        "scribunto-doc-page-name": "Module:$1/doc",
        "scribunto-common-timeout": TIMEOUT,
        "scribunto-common-nosuchfunction": NO_FUNCTION,
        "scribunto-line": "at line $1",
        "scribunto-module-line": "in $1 at line $2",
    }
    return {"allmessages": [{"name": name, "content": text} for name, text in texts.items()]}
