"""Pages that ``picklebot setup`` installs on a wiki, and whether somebody has changed one since. Pure.

Each holds the version of picklebot that wrote it, and a digest of all else: a page whose digest is right was changed by
nobody, and may be brought up to date.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum

from picklebot import __version__
from picklebot.account.pages import JSON_MODEL, PageTarget
from picklebot.model import LUA_MODEL

__all__ = ["InstalledPage", "PageStanding"]

_KEY = "picklebot"
_DIGEST_CHARACTERS = 16
_STAMP = rf"picklebot (?P<version>\S+) (?P<digest>[0-9a-f]{{{_DIGEST_CHARACTERS}}})"
_LUA_STAMP = re.compile(rf"\A-- {_STAMP}\n")
_WIKITEXT_STAMP = re.compile(rf"<!-- {_STAMP} -->\Z")


class PageStanding(StrEnum):
    """A page that is to be installed, as it is on the wiki now."""

    MISSING = "missing"
    SAME = "same"
    OUTDATED = "outdated"
    #: by somebody else, and so it is not to be overwritten unasked
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class InstalledPage:
    """A page that is installed, as it should be.

    :param body: its text without version and digest; of a JSON page, one object
    """

    target: PageTarget
    body: str

    @property
    def text(self) -> str:
        """All that the page says."""
        stamp = f"picklebot {__version__} {_digest(self._normal(self.body))}"
        if self.target.model == LUA_MODEL:
            return f"-- {stamp}\n{self._normal(self.body)}"
        if self.target.model == JSON_MODEL:
            return _pretty({**json.loads(self.body), _KEY: stamp.removeprefix("picklebot ")})
        return f"{self._normal(self.body)}<!-- {stamp} -->"

    def standing(self, text: str | None) -> PageStanding:
        """How the page stands.

        :param text: of the page on the wiki; None where there is none
        """
        if text is None:
            return PageStanding.MISSING
        body, digest = self._taken_apart(text)
        if body == self._normal(self.body):
            return PageStanding.SAME
        return PageStanding.OUTDATED if digest == _digest(body) else PageStanding.CHANGED

    def _taken_apart(self, text: str) -> tuple[str, str]:
        """Body and digest of a page's text; the digest is empty where it has none."""
        if self.target.model == JSON_MODEL:
            try:
                found = json.loads(text)
            except ValueError:
                return text, ""
            if not isinstance(found, dict):
                return text, ""
            _, _, digest = str(found.pop(_KEY, "")).rpartition(" ")
            return _pretty(found), digest
        pattern = _LUA_STAMP if self.target.model == LUA_MODEL else _WIKITEXT_STAMP
        plain = text.replace("\r\n", "\n").strip()
        match = pattern.search(plain)
        return self._normal(pattern.sub("", plain)), match["digest"] if match else ""

    def _normal(self, body: str) -> str:
        """A body as MediaWiki saves it."""
        return _pretty(json.loads(body)) if self.target.model == JSON_MODEL else body.strip()


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _pretty(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent="\t")
