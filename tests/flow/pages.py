"""A wiki in memory: pages with revisions, what happens to them, and the lists and logs that tell of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tests.flow.clock import Clock

__all__ = ["LUA", "Pages", "Revision", "WikiPage", "model_of", "namespace", "timestamp"]

Json = dict[str, Any]

LUA = "Scribunto"
NAMESPACES = {
    0: "",
    1: "Talk",
    2: "User",
    4: "Project",
    6: "File",
    8: "MediaWiki",
    10: "Template",
    12: "Help",
    14: "Category",
    828: "Module",
    829: "Module talk",
}
_GUARD = re.compile(r"\{\{#ifeq:\{\{PAGEID\}\}\|(\d+)\|\[\[Category:([^\]]+)\]\]\}\}")


def namespace(title: str) -> int:
    prefix, colon, _ = title.partition(":")
    return next((number for number, name in NAMESPACES.items() if colon and name == prefix), 0)


def timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Revision:
    id: int
    text: str
    user: str
    comment: str
    at: datetime
    model: str
    tags: tuple[str, ...] = ()


@dataclass
class WikiPage:
    id: int
    title: str
    revisions: list[Revision] = field(default_factory=list)
    categories: frozenset[str] = frozenset()

    @property
    def latest(self) -> Revision:
        return self.revisions[-1]

    @property
    def text(self) -> str:
        return self.latest.text

    @property
    def redirect(self) -> str | None:
        """Where it leads to, if it is a redirect: a page of wikitext, or of Lua that does nothing else."""
        found = re.match(r"\s*(?:#REDIRECT \[\[(.*?)\]\]|return require \[\[(.*?)\]\])", self.text)
        return (found[1] or found[2]) if found else None


@dataclass
class Pages:
    """Pages by title. Whatever is done to them takes a second, and shows in the recent changes unless it is quiet.

    :ivar tags: change tags that are defined
    :ivar protection: who may edit a page, by title
    :ivar hidden: titles of modules whose documentation pages hide their categories
    """

    clock: Clock
    pages: dict[str, WikiPage] = field(default_factory=dict)
    deleted: dict[str, WikiPage] = field(default_factory=dict)
    changes: list[Json] = field(default_factory=list)
    log: list[Json] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    protection: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    _last: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> int:
        self._last[kind] = self._last.get(kind, 0) + 1
        return self._last[kind]

    def edit(
        self, title: str, text: str, *, user: str = "Ann", comment: str = "", model: str = "", quiet: bool = False
    ) -> int:
        """Save a page; the id of its new revision.

        :param quiet: as an import does it: recent changes do not tell
        """
        self.clock.tick()
        page = self.pages.get(title)
        model = model or (page.latest.model if page else model_of(title))
        if page is None:
            page = self.pages[title] = WikiPage(self.next_id("page"), title)
        revision = Revision(self.next_id("revision") + 100, text, user, comment, self.clock.now, model)
        page.revisions.append(revision)
        if not quiet:
            self._changed("edit" if len(page.revisions) > 1 else "new", title)
        return revision.id

    def change_model(self, title: str, model: str) -> None:
        page = self.pages[title]
        self.edit(title, page.text, model=model, quiet=True)
        self._logged("contentmodel", "change", title)

    def delete(self, title: str, *, user: str = "Sysop") -> None:
        """Delete a page: its rows leave the recent changes, and one of the log comes."""
        self.clock.tick()
        self.deleted[title] = self.pages.pop(title)
        self.changes = [row for row in self.changes if row["title"] != title or row["type"] == "log"]
        self._logged("delete", "delete", title, user=user)

    def restore(self, title: str) -> None:
        self.clock.tick()
        self.pages[title] = self.deleted.pop(title)
        self._logged("delete", "restore", title)

    def move(self, old: str, new: str, *, user: str = "Sysop") -> None:
        """Move a page without leaving a redirect; its id stays."""
        self.clock.tick()
        page = self.pages[new] = self.pages.pop(old)
        page.title = new
        page.revisions.append(
            replace(page.latest, id=self.next_id("revision") + 100, tags=(), user=user, at=self.clock.now)
        )
        self._logged("move", "move", old, user=user, target_title=new)

    def tag(self, revision: int, add: set[str], remove: set[str], *, user: str, reason: str) -> bool:
        """Change the tags of a revision; whether there is one. The log tells, where that changed anything."""
        for page in self.pages.values():
            for place, each in enumerate(page.revisions):
                if each.id == revision:
                    tags = tuple(sorted((set(each.tags) | add) - remove))
                    if tags != each.tags:
                        page.revisions[place] = replace(each, tags=tags)
                        self._tagged(page, revision, sorted(add - set(each.tags)), user, reason)
                    return True
        return False

    def refresh(self, title: str) -> None:
        """Bring the categories of a page up to date: those of its documentation page."""
        page = self.pages[title]
        doc = self.pages.get(f"{title}/doc")
        found = _GUARD.findall(doc.text) if doc and title not in self.hidden and page.latest.model == LUA else []
        page.categories = frozenset(f"Category:{name}" for id_, name in found if int(id_) == page.id)

    def members(self, category: str) -> set[str]:
        return {title for title, page in self.pages.items() if f"Category:{category}" in page.categories}

    def tags_of(self, title: str) -> tuple[str, ...]:
        """The tags of the latest revision."""
        return self.pages[title].latest.tags

    def tag_log(self) -> list[str]:
        """The reasons of all taggings, the oldest first."""
        return [entry["comment"] for entry in self.log if entry["type"] == "tag"]

    def forget_changes(self) -> None:
        """Recent changes are kept for a time only."""
        self.changes.clear()

    def _tagged(self, page: WikiPage, revision: int, added: list[str], user: str, reason: str) -> None:
        params = {"revid": revision, "logid": None, "tagsAdded": added, "tagsRemoved": []}
        self._entry("tag", "update", page.title, page.id, user, params, reason)

    def _logged(self, kind: str, action: str, title: str, *, user: str = "Sysop", **params: str) -> None:
        page = self.pages.get(params.get("target_title", title)) or self.deleted.get(title)
        self._entry(kind, action, title, page.id if page else 0, user, params)
        self._changed("log", title, logtype=kind, logaction=action, logparams=params)

    def _entry(
        self, kind: str, action: str, title: str, page_id: int, user: str, params: Json, comment: str = ""
    ) -> None:
        entry = {"title": title, "type": kind, "action": action, "params": params, "pageid": page_id}
        about = {"logpage": page_id, "user": user, "timestamp": timestamp(self.clock.now), "comment": comment}
        self.log.append({"logid": self.next_id("log"), **entry, **about})

    def _changed(self, kind: str, title: str, **about: object) -> None:
        page = self.pages.get(title)
        ids = {"pageid": page.id if page else 0, "revid": page.latest.id if page and kind != "log" else 0}
        row = {"type": kind, "ns": namespace(title), "title": title, "timestamp": timestamp(self.clock.now)}
        self.changes.append({**row, "rcid": self.next_id("change"), **ids, "old_revid": 0, **about})


def model_of(title: str) -> str:
    """The content model that a page gets by its title."""
    if namespace(title) in (2, 828) and title.endswith(".json"):
        return "json"
    return LUA if namespace(title) == 828 and not title.endswith("/doc") else "wikitext"
