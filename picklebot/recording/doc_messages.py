"""The two messages that the wiki shows above the source of a module: a call in them shows states on every module.

https://www.mediawiki.org/wiki/Extension:Scribunto: ``MediaWiki:Scribunto-doc-page-show`` stands on modules with a
documentation page, ``MediaWiki:Scribunto-doc-page-does-not-exist`` on the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from picklebot.account.pages import WIKITEXT, PageTarget
from picklebot.wiki import Site, Wiki

__all__ = ["CALL", "DocMessage", "read_doc_messages", "shows_state"]

#: The call that shows the state of the module on whose page it stands, in wikitext.
CALL = "{{#invoke:Test status|box}}"
_CALL = re.compile(r"\{\{\s*#[^:|{}]+:\s*Test[ _]status\s*\|\s*box\b", re.IGNORECASE)
_NAMES = ("scribunto-doc-page-show", "scribunto-doc-page-does-not-exist")
_MEDIAWIKI = 8
_SHOWN = 'id="test-status"'


@dataclass(frozen=True, slots=True)
class DocMessage:
    """One of the messages.

    :param default: the software's own text, in the wiki's language
    :param own: the wiki's own text; None where it has none
    """

    target: PageTarget
    default: str
    own: str | None

    @property
    def has_call(self) -> bool:
        """Whether it shows states."""
        return self.own is not None and bool(_CALL.search(self.own))

    @property
    def is_free(self) -> bool:
        """Whether the wiki has no text of its own there."""
        return self.own is None or self.own.strip() == self.default.strip()

    @property
    def text(self) -> str:
        """The call, and below it the text that would stand there without it."""
        return f"{CALL}\n{self.default}"


def read_doc_messages(wiki: Wiki, site: Site) -> list[DocMessage]:
    """Both messages as they are now.

    :raises WikiError: the wiki could not be asked
    """
    answer = wiki.get(
        action="query", meta="allmessages", ammessages=_NAMES, amlang=site.language, amprop="default", uselang="content"
    )
    found = {each["name"]: each for each in answer["query"]["allmessages"]}
    messages = []
    for name in _NAMES:
        content = str(found[name].get("content", ""))
        default = found[name].get("default")
        title = site.normalise(f"{site.namespaces[_MEDIAWIKI]}:{name}")
        target = PageTarget(title, frozenset({_MEDIAWIKI}), WIKITEXT)
        messages.append(DocMessage(target, *((content, None) if default is None else (str(default), content))))
    return messages


def shows_state(wiki: Wiki, module: str) -> bool:
    """Whether a module's page shows its state.

    :raises WikiError: the wiki could not render it
    """
    return _SHOWN in str(wiki.get(action="parse", page=module, prop="text", disablelimitreport=True)["parse"]["text"])
