"""Setup, run by a sysop once: defines the change tags, and creates the pages that recorders rely on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from picklebot.account.observer import Observer
from picklebot.account.pages import WIKITEXT, PageTarget
from picklebot.errors import RecordingError
from picklebot.model import LUA_MODEL, State
from picklebot.recording.plan import PageEdit, TagDefinition
from picklebot.recording.recorder import WikiView
from picklebot.recording.wikitext import fill, tag_name
from picklebot.recording.writer import Writer
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import current_pages
from picklebot.wiki.site import CATEGORY_NAMESPACE, HELPER_MODULE, MODULE_NAMESPACE

__all__ = ["Setup", "set_up"]

_SUMMARY = "picklebot setup"


@dataclass(frozen=True, slots=True)
class Setup:
    """One thing that was set up, or was there already (``changed`` is false)."""

    what: str
    changed: bool


def set_up(observer: Observer, wiki: Wiki, site: Site, categories: Mapping[State, str]) -> Iterator[Setup]:
    """Define the tags and create the pages that are not there; pages that are there stay as they are.

    :param categories: category by state, without namespace
    :raises RecordingError: the account may not do it
    """
    if not observer.has_right("managechangetags"):
        raise RecordingError(
            f"{observer.name} lacks the right managechangetags, which sysops have: run setup with a sysop's account"
            " (with a bot password, its grants must include it)"
        )
    writer = Writer(observer, wiki, site)
    view = writer.view()
    defined = _defined_tags(wiki)
    for name in map(tag_name, State):
        if name not in defined:
            writer.write(TagDefinition(name, _SUMMARY))
        yield Setup(f"tag {name}", name not in defined)
    pages = dict(_pages(site, categories))
    there = current_pages(wiki, pages)
    for title, text in pages.items():
        missing = not there[title].page.exists
        if missing:
            namespace, model = (
                (MODULE_NAMESPACE, LUA_MODEL) if site.is_module(title) else (CATEGORY_NAMESPACE, WIKITEXT)
            )
            target = PageTarget(title, frozenset({namespace}), model)
            writer.carry_out(partial(_creation, target, text), view)
        yield Setup(title, missing)


def _creation(target: PageTarget, text: str, view: WikiView) -> Iterator[PageEdit]:
    base = view.page(target)
    if not base.text:
        yield PageEdit(target, base, text, _SUMMARY)


def _defined_tags(wiki: Wiki) -> set[str]:
    return {
        tag["name"]
        for part in wiki.query(list="tags", tgprop="active", tglimit="max")
        for tag in part["tags"]
        if tag.get("active")
    }


def _pages(site: Site, categories: Mapping[State, str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(categories.values()):
        states = [state for state in State if categories[state] == name]
        about = "\n".join(_page_text(f"states/{state}.wiki").strip() for state in states)
        values = {"about": about, "tags": ", ".join(f"<code>{tag_name(state)}</code>" for state in states)}
        yield (
            site.normalise(f"{site.namespaces[CATEGORY_NAMESPACE]}:{name}"),
            fill(_page_text("category.wiki"), values).strip(),
        )
    if "ParserFunctions" not in site.extensions or site.may_share_invocations:
        yield site.module(HELPER_MODULE), _page_text("Picklebot.lua").strip()


def _page_text(name: str) -> str:
    return (files("picklebot") / "onwiki" / name).read_text(encoding="utf-8")
