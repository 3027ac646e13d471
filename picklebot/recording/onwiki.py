"""The pages that setup installs: those by which a wiki shows states, and those of the language of specs. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from picklebot.account.pages import JSON_MODEL, WIKITEXT, PageTarget
from picklebot.config import Settings
from picklebot.errors import ConfigError
from picklebot.model import LUA_MODEL, State
from picklebot.recording.helppage import category_text, help_text, template_text
from picklebot.recording.installed import InstalledPage
from picklebot.text.messages import Messages, languages
from picklebot.wiki import Site
from picklebot.wiki.site import CATEGORY_NAMESPACE, HELPER_MODULE, MODULE_NAMESPACE

__all__ = ["CONFIG_PAGE", "STATUS_MODULE", "installed_pages", "spec_pages"]

#: The module that shows states, by its name in the module itself.
STATUS_MODULE = "Test status"
#: Its configuration.
CONFIG_PAGE = f"{STATUS_MODULE}/config.json"
#: The module that specs are written with.
_SPEC_MODULE = "Pickle"
_TEMPLATE_NAMESPACE = 10
_HELP_NAMESPACES = frozenset({4, 12})  # Project and Help
_VERSION = 1
# The messages that the module says.
_ITS_WORDS = ("status-", "onwiki-", "page-", "comma")


def installed_pages(site: Site, settings: Settings, observer: str) -> Iterator[InstalledPage]:
    """All pages that setup installs, those first that others need.

    :param observer: name of the account that records, as the wiki writes it
    """
    if "ParserFunctions" not in site.extensions or site.may_share_invocations:
        yield _module(site, HELPER_MODULE, _file("Picklebot.lua"))
    for language in languages():
        words = {key: text for key, text in Messages(language).all().items() if key.startswith(_ITS_WORDS)}
        yield _json(site, f"{STATUS_MODULE}/i18n/{language}.json", words)
    yield _json(site, CONFIG_PAGE, _configuration(settings, observer))
    yield _module(site, STATUS_MODULE, _file("Test status.lua"))
    say = Messages(_language(site, settings))
    template = _target(site, _TEMPLATE_NAMESPACE, STATUS_MODULE)
    yield InstalledPage(template, f"{_file('Test status.wiki')}<noinclude>\n{template_text(say)}\n</noinclude>")
    for name in dict.fromkeys(settings.categories.values()):
        states = [state for state in State if settings.categories[state] == name]
        text = category_text(states, settings, f":{site.namespaces[CATEGORY_NAMESPACE]}:", say)
        yield InstalledPage(_target(site, CATEGORY_NAMESPACE, name), text)
    yield InstalledPage(_help_target(site, settings.help_page), help_text(site, settings, observer, say))


def spec_pages(site: Site) -> Iterator[InstalledPage]:
    """The library that specs are written with, and its documentation."""
    library = _module(site, _SPEC_MODULE, _file("Pickle.lua"))
    yield library
    documentation = site.doc_page(library.target.title)
    if documentation is not None:
        namespace = site.aliases.get(documentation.partition(":")[0].lower(), 0)
        yield InstalledPage(PageTarget(documentation, frozenset({namespace})), _file("Pickle.wiki"))


def _configuration(settings: Settings, observer: str) -> dict[str, object]:
    language = {"language": settings.language} if "language" in settings.model_fields_set else {}
    return {
        "version": _VERSION,
        "observer": observer,
        "data_page": settings.data_page.replace("{user}", observer),
        "help": settings.help_page,
        "categories": {str(state): name for state, name in settings.categories.items()},
        **language,
    }


def _language(site: Site, settings: Settings) -> str:
    """The language of words on pages: as set, else the wiki's, if there are words in it."""
    own = site.language.partition("-")[0]
    return own if "language" not in settings.model_fields_set and own in languages() else settings.language


def _help_target(site: Site, title: str) -> PageTarget:
    """The help page.

    :raises ConfigError: it lies where no help is looked for
    """
    normal = site.normalise(title)
    prefix, colon, _ = normal.partition(":")
    number = site.aliases.get(prefix.lower(), 0) if colon else 0
    if number not in _HELP_NAMESPACES:
        names = " or ".join(site.namespaces[each] for each in sorted(_HELP_NAMESPACES))
        raise ConfigError(f"help_page: {normal} is no page of help: give a title in the namespace {names}")
    return PageTarget(normal, frozenset({number}))


def _file(name: str) -> str:
    return (files("picklebot") / "onwiki" / name).read_text(encoding="utf-8").strip()


def _target(site: Site, namespace: int, name: str, model: str = WIKITEXT) -> PageTarget:
    return PageTarget(site.normalise(f"{site.namespaces[namespace]}:{name}"), frozenset({namespace}), model)


def _module(site: Site, name: str, source: str) -> InstalledPage:
    return InstalledPage(_target(site, MODULE_NAMESPACE, name, LUA_MODEL), source)


def _json(site: Site, name: str, document: dict[str, object] | dict[str, str]) -> InstalledPage:
    return InstalledPage(_target(site, MODULE_NAMESPACE, name, JSON_MODEL), json.dumps(document))
