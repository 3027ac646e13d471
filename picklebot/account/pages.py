"""Pages that recorders may write, and whether a page as it was read is the page that was meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from picklebot.account.answers import PageQuery, checked
from picklebot.errors import RecordingError, StoppedError
from picklebot.wiki import Site
from picklebot.wiki.client import Parameter
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = [
    "JSON_MODEL",
    "WIKITEXT",
    "BasePage",
    "PageTarget",
    "base_page",
    "data_target",
    "doc_namespaces",
    "doc_target",
    "log_target",
    "page_query",
]

WIKITEXT, JSON_MODEL = "wikitext", "json"
_USER, _MEDIAWIKI, _TALK = 2, 8, 1
# A redirect to where none can lead (Special:Userlogout) is none to MediaWiki; it was meant as one all the same.
_REDIRECT = re.compile(r"\s*#redirect\b", re.IGNORECASE)
# MediaWiki takes pages with such names for code or data, in some namespaces.
_CODE = (".js", ".css", ".json", ".vue")


@dataclass(frozen=True, slots=True)
class PageTarget:
    """A page that is to be written.

    :param title: as this wiki writes it
    :param namespaces: numbers of the namespaces that it may lie in
    :param model: the content model that it has, or gets when it is created
    """

    title: str
    namespaces: frozenset[int]
    model: str = WIKITEXT


@dataclass(frozen=True, slots=True)
class BasePage:
    """A page as it was read, which an edit is based on.

    :param page_id: 0 where there is no page; so is the revision
    :param timestamp: of the revision, as the API writes it
    :param user: who made that revision; empty where that is hidden
    :param protection: of the page, or of its title, in no form that matters
    """

    title: str
    page_id: int = 0
    revision: int = 0
    timestamp: str = ""
    text: str = ""
    user: str = ""
    protection: str = ""


def page_query(target: PageTarget) -> dict[str, Parameter]:
    """The question for a page that is to be written; `base_page` reads its answer."""
    query: dict[str, Parameter] = {"action": "query", "titles": target.title, "prop": ["info", "revisions"]}
    return query | {"rvprop": ["ids", "timestamp", "user", "content"], "rvslots": "main", "inprop": "protection"}


def base_page(answer: object, target: PageTarget) -> BasePage:
    """The page that was meant, from the wiki's answer to ``prop=info|revisions`` for its title.

    :raises RecordingError: it is another page, or one that must not be written
    """
    query = checked(PageQuery, answer).query
    title = target.title
    if not query.pages:
        raise RecordingError(f"{title} is no page of this wiki: its title leads to another one")
    page = query.pages[0]
    if page.invalid:
        why = page.invalidreason or "its title is invalid"
        raise RecordingError(f"{title} cannot be the title of a page here: {why}")
    spellings = {each.from_: each.to for each in query.normalized}
    if len(query.pages) != 1 or page.title != spellings.get(title, title):
        raise RecordingError(f"{title} leads to {page.title} instead: nothing is written there")
    if page.special or page.ns not in target.namespaces:
        raise RecordingError(f"{page.title} lies in a namespace that this recorder does not write in")
    if page.redirect:
        raise RecordingError(
            f"{page.title} is a redirect, and no redirect is followed: let the page say something itself, or delete it"
        )
    if page.contentmodel != target.model:
        raise RecordingError(
            f"{page.title} has the content model {page.contentmodel or 'unknown'} instead of {target.model}:"
            " it is left alone"
        )
    protection = repr(sorted(sorted(map(str, each.items())) for each in page.protection)) if page.protection else ""
    if page.missing:
        return BasePage(page.title, protection=protection)
    latest = page.revisions[0] if page.revisions else None
    text = latest.slots["main"].content if latest and "main" in latest.slots else None
    if text is not None and target.model == WIKITEXT and _REDIRECT.match(text):
        raise RecordingError(f"{page.title} begins as a redirect does: it is left alone")
    if not page.pageid or latest is None or text is None:
        raise RecordingError(f"the text of {page.title} cannot be read: its latest revision may be hidden")
    return BasePage(page.title, page.pageid, latest.revid, latest.timestamp, text, latest.user, protection)


def doc_namespaces(site: Site, names: Collection[str]) -> frozenset[int]:
    """Numbers of the namespaces in which documentation pages may be written: Module, and those of the setting.

    :raises StoppedError: one of the setting's is not there, or nothing for a bot to write in
    """
    numbers = {MODULE_NAMESPACE}
    for name in names:
        number = site.aliases.get(name.replace("_", " ").strip().strip(":").lower(), 0)
        if number in (0, _USER, _MEDIAWIKI) or number < 0 or number % 2 == _TALK:
            raise _no_documentation(
                f"doc_namespaces: {name!r} is no namespace of this wiki in which documentation can be written (never"
                " that of articles, of users, of MediaWiki's messages, or of talk)"
            )
        numbers.add(number)
    return frozenset(numbers)


def doc_target(site: Site, module: str, namespaces: frozenset[int]) -> PageTarget:
    """The documentation page of a module, where the wiki's message leads to one of its own.

    https://www.mediawiki.org/wiki/Extension:Scribunto, ``MediaWiki:Scribunto-doc-page-name``

    :raises StoppedError: there is none that may be written, for this module nor for others
    """
    title = site.doc_page(module)
    message = "MediaWiki:Scribunto-doc-page-name"
    if title is None:
        raise _no_documentation(f"this wiki has no documentation pages ({message})")
    if title == site.doc_page(f"{module}/another"):
        raise _no_documentation(
            f"{message} leads to one page for all modules, {title}: categories are not written there"
        )
    prefix, colon, _ = title.partition(":")
    number = (site.aliases.get(prefix.lower()) or 0) if colon else 0
    if number not in namespaces:
        where = site.namespaces.get(number) or "the main namespace"
        raise _no_documentation(
            f"{message} leads to {title}, in {where}: documentation is written in"
            f" {', '.join(site.namespaces[each] for each in sorted(namespaces))} only; the setting doc_namespaces names"
            " further namespaces"
        )
    if number == MODULE_NAMESPACE and not title.startswith(f"{module}/"):
        raise _no_documentation(f"{message} leads to {title}, which is no subpage of {module}: it is left alone")
    if title.lower().endswith(_CODE):
        raise _no_documentation(f"{message} leads to {title}, which by its name is code or data: it is left alone")
    return PageTarget(title, frozenset({number}))


def log_target(site: Site, title: str) -> PageTarget:
    """A page of the log, in the namespace that the setting says.

    :raises RecordingError: no log is written there
    """
    normal = site.normalise(title)
    prefix, colon, _ = normal.partition(":")
    number = (site.aliases.get(prefix.lower()) or 0) if colon else 0
    if number in (_MEDIAWIKI, MODULE_NAMESPACE) or number < 0:
        raise RecordingError(f"log_page leads to {normal}: no log is written in that namespace")
    return PageTarget(normal, frozenset({number}))


def data_target(site: Site, title: str, user: str) -> PageTarget:
    """A data page, below the observer's user page: MediaWiki lets nobody else but interface admins edit it there.

    :raises StoppedError: it lies elsewhere
    """
    normal = site.normalise(title)
    prefix, _, name = normal.partition(":")
    if site.aliases.get(prefix.lower()) != _USER or not name.startswith(f"{user}/") or not name.endswith(".json"):
        raise StoppedError(
            f"data_page leads to {normal}: data pages lie below User:{user}/, where nobody else can edit them",
            everywhere=False,
        )
    return PageTarget(normal, frozenset({_USER}), JSON_MODEL)


def _no_documentation(message: str) -> StoppedError:
    return StoppedError(message, everywhere=False)
