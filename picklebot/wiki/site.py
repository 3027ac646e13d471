"""Site information of a wiki: software, namespaces, rules for titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from picklebot.errors import NoScribuntoError, WikiError
from picklebot.model.software import software_digest
from picklebot.wiki.capitals import Capitals, usual_capital
from picklebot.wiki.changes import LATEST, LatestChanges
from picklebot.wiki.client import Answer, Parameter, Wiki

__all__ = [
    "CATEGORY_NAMESPACE",
    "FILE_NAMESPACE",
    "HELPER_MODULE",
    "MODULE_NAMESPACE",
    "Site",
    "describe_site",
    "read_site",
    "read_site_and_changes",
    "software_of",
]

#: Number of the namespace that Scribunto's modules live in, on every wiki.
MODULE_NAMESPACE = 828
#: Number of the namespace of files' pages.
FILE_NAMESPACE = 6
#: Number of the namespace of categories.
CATEGORY_NAMESPACE = 14
#: The module that ``picklebot setup`` installs on wikis where ParserFunctions cannot guard a category.
HELPER_MODULE = "Picklebot"
_USER_NAMESPACE = 2
# From this release on Scribunto has the setting shareInvocationEnv.
_SHARING = (1, 46)

# https://www.mediawiki.org/wiki/Manual:MediaWikiTitleCodec.php: marks of direction that come with pasted text, and
# spaces. Line breaks and tabs are none of them; around a title PHP's trim takes them away.
_INVISIBLE = re.compile("[\u200e\u200f\u202a-\u202e]+")
_SPACES = re.compile("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_TRIMMED = " \t\n\r\0\v"

# In a namespace whose titles begin with a capital on every wiki.
_BEGINS_WITH_I = "MediaWiki:i"

_MESSAGES = (
    "scribunto-doc-page-name",
    "scribunto-common-timeout",
    "scribunto-common-nosuchfunction",
    "scribunto-common-notafunction",
    "scribunto-line",
    "scribunto-module-line",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A wiki as it describes itself.

    :param key: tells this wiki from all others, whatever address it was reached by
    :param software: versions by name: MediaWiki's own, its git hash, and those of all extensions
    :param language: code of the content language
    :param namespaces: localised name by number
    :param aliases: every name a namespace answers to, in lower case, to its number
    :param first_letter: numbers of namespaces whose titles begin with a capital letter
    :param extensions: names of installed extensions
    :param messages: interface messages in the content language, by name
    :param main_page: title of the main page
    :param index: URL of index.php; empty where the wiki tells none
    :param invoke_words: the names of ``#invoke`` here, in lower case
    :param capital: the letter that titles begin with for one that they are written with, where namespaces want it; it
        may ask the wiki, and raise WikiError. So do all methods that write titles as the wiki does.
    """

    key: str
    software: Mapping[str, str]
    language: str
    base: str
    namespaces: Mapping[int, str]
    aliases: Mapping[str, int]
    first_letter: frozenset[int] = frozenset()
    extensions: frozenset[str] = frozenset()
    messages: Mapping[str, str] = field(default_factory=dict)
    invoke_words: tuple[str, ...] = ("invoke",)
    main_page: str = ""
    index: str = ""
    capital: Callable[[str], str] = field(default=usual_capital, compare=False)

    @property
    def software_digest(self) -> str:
        """The same for the same software, and no other."""
        return software_digest(self.software)

    @property
    def may_share_invocations(self) -> bool:
        """Whether this wiki's software can let all invocations on a page share one environment."""
        version = re.match(r"(\d+)\.(\d+)", self.software.get("MediaWiki", ""))
        return version is None or (int(version[1]), int(version[2])) >= _SHARING

    @property
    def module_prefix(self) -> str:
        """The localised namespace name and colon before every module's title."""
        return f"{self.namespaces[MODULE_NAMESPACE]}:"

    def normalise(self, title: str) -> str:
        """Write a title as this wiki does (https://www.mediawiki.org/wiki/Manual:Title.php)."""
        text = _trimmed(title)
        prefix, colon, rest = text.partition(":")
        number = self.aliases.get(prefix.strip().lower()) if colon else None
        name = self._capitalised(rest.strip() if number else text, number or 0)
        return f"{self.namespaces[number]}:{name}" if number else name

    def module(self, title: str) -> str:
        """Write the title of a module as this wiki does; the namespace may be left out."""
        return self.normalise(title) if self.is_module(title) else self.invoked(title)

    def invoked(self, name: str) -> str:
        """Title of the module that ``#invoke`` takes for a name: there no other namespace has a meaning.

        So ``{{#invoke:User:Ann/x|…}}`` loads ``Module:User:Ann/x``, whatever the wiki calls its users.
        """
        return self.module_prefix + self._capitalised(_spaced(name), MODULE_NAMESPACE)

    def _capitalised(self, name: str, namespace: int) -> str:
        return self.capital(name[0]) + name[1:] if name and namespace in self.first_letter else name

    def is_module(self, title: str) -> bool:
        """Whether a title, in any spelling of the namespace, lies in the Module namespace."""
        prefix, colon, _ = _trimmed(title).partition(":")
        return bool(colon) and self.aliases.get(prefix.strip().lower()) == MODULE_NAMESPACE

    def module_name(self, title: str) -> str:
        """A normalised module title without its namespace, as ``#invoke`` takes it."""
        return title.removeprefix(self.module_prefix)

    def is_user_prefix(self, word: str) -> bool:
        """Whether a word is a name of the User namespace."""
        return self.aliases.get(word.strip().lower()) == _USER_NAMESPACE

    def is_talk(self, title: str) -> bool:
        """Whether a normalised title lies in a namespace for talk."""
        prefix, colon, _ = title.partition(":")
        return bool(colon) and self.aliases.get(prefix.lower(), 0) % 2 == 1

    def doc_page(self, module: str) -> str | None:
        """Title of a module's documentation page, or None where the wiki has none.

        https://www.mediawiki.org/wiki/Extension:Scribunto, ``MediaWiki:Scribunto-doc-page-name``
        """
        pattern = self.messages.get("scribunto-doc-page-name", "Module:$1/doc")
        if pattern in ("", "-"):
            return None
        return self.normalise(pattern.replace("$1", self.module_name(module)))


def software_of(general: Answer, extensions: list[Answer]) -> dict[str, str]:
    """Versions of a wiki's software by name, from the parts of its description."""
    return dict(_versions(general, extensions))


def _versions(general: Answer, extensions: list[Answer]) -> Iterator[tuple[str, str]]:
    """Which extensions add Lua libraries no API tells: all count, but skins."""
    yield "MediaWiki", str(general["generator"]).removeprefix("MediaWiki ")
    if general.get("git-hash"):
        yield "git", general["git-hash"]
    for extension in extensions:
        if extension.get("type") != "skin":
            parts = (str(extension.get("version", "")), str(extension.get("vcs-version", ""))[:12])
            yield extension.get("name", ""), " ".join(part for part in parts if part)


def _trimmed(title: str) -> str:
    """Without leading colons, and with single spaces for all that MediaWiki takes for spaces."""
    return _spaced(title).lstrip(": ")


def _spaced(title: str) -> str:
    """As MediaWiki stores it: without characters that no title has, and with one space for each run of spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", title).strip(_TRIMMED).partition("#")[0])
    return _SPACES.sub(" ", text).strip(" ")


def read_site(wiki: Wiki) -> Site:
    """Ask a wiki for its description of itself: one request.

    :raises NoScribuntoError: it has no Scribunto
    :raises WikiError: it cannot be read
    """
    return describe_site(wiki)[0]


def read_site_and_changes(wiki: Wiki) -> tuple[Site, LatestChanges]:
    """Ask a wiki for its description of itself and for its latest changes: one request. Raises as `read_site`."""
    site, answer = describe_site(wiki, **LATEST)
    return site, LatestChanges.of(answer)


def describe_site(
    wiki: Wiki, siprop: Iterable[str] = (), titles: Iterable[str] = (), **further: Parameter
) -> tuple[Site, Answer]:
    """Ask a wiki for its description of itself and for more, in one request; with the answer.

    :param siprop: further parts of the description
    :param titles: pages that further parameters ask about
    :raises NoScribuntoError: it has no Scribunto
    :raises WikiError: it cannot be read
    """
    answer = wiki.get(
        action="query",
        meta=["siteinfo", "allmessages"],
        siprop=["general", "namespaces", "namespacealiases", "extensions", "magicwords", *siprop],
        ammessages=_MESSAGES,
        uselang="content",
        titles=[_BEGINS_WITH_I, *titles],
        **further,
    )
    try:
        return _site(answer["query"], wiki), answer
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WikiError(
            f"{wiki.shown} answers, but not as MediaWiki's API does: no {error} where it should be"
        ) from error


def _capital_of_i(query: Answer) -> str:
    """The wiki's form of a title that begins with the one letter of ASCII whose capital depends on the language."""
    written = (each["to"] for each in query.get("normalized", ()) if each["from"] == _BEGINS_WITH_I)
    return next((title.rpartition(":")[2] for title in written), "I")


def _site(query: Answer, wiki: Wiki) -> Site:
    general = query["general"]
    spaces = {int(number): space for number, space in query["namespaces"].items()}
    if MODULE_NAMESPACE not in spaces:
        raise NoScribuntoError(
            f"{general['sitename']} ({wiki.shown}) has no Scribunto: there are no Lua modules to test"
        )
    aliases = {
        name.lower(): n for n, space in spaces.items() for name in (space["name"], space.get("canonical")) if name
    }
    aliases |= {alias["alias"].lower(): alias["id"] for alias in query["namespacealiases"]}
    server = re.sub(r"^https?:", "", general["server"])
    return Site(
        key=f"{server}{general['scriptpath']}#{general['wikiid']}",
        software=software_of(general, query["extensions"]),
        language=general["lang"],
        base=general["base"],
        namespaces={number: space["name"] for number, space in spaces.items()},
        aliases=aliases,
        first_letter=frozenset(n for n, space in spaces.items() if space["case"] == "first-letter"),
        extensions=frozenset(extension.get("name", "") for extension in query["extensions"]),
        messages={m["name"]: m["content"] for m in query["allmessages"] if "content" in m},
        invoke_words=tuple(
            alias.lower() for word in query["magicwords"] if word["name"] == "invoke" for alias in word["aliases"]
        ),
        main_page=general.get("mainpage", ""),
        index=f"{re.sub('^//', 'https://', general['server'])}{general['script']}" if general.get("script") else "",
        capital=Capitals(wiki, _capital_of_i(query)),
    )
