"""Which letter a title begins with when it was written with another: the wiki's own rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cached_property

from picklebot.errors import WikiError
from picklebot.wiki.client import Wiki

__all__ = ["Capitals", "usual_capital"]

# Scripts with capitals are in Unicode's first two planes.
_BEYOND_LETTERS = 0x20000


def usual_capital(letter: str) -> str:
    """The capital of a letter, where nothing is known of a wiki."""
    return letter.title()


class Capitals:
    """The wiki's capitals.

    They differ from Python's, and from wiki to wiki: by the release of MediaWiki and of PHP (მ, ß), by the content
    language (i on a Turkish wiki), and by setting (https://www.mediawiki.org/wiki/Manual:$wgOverrideUcfirstCharacters).
    Those of ASCII are known but for the one of ``i``. All others are asked for in one request, when the first of them
    is wanted; letters that have none are never asked for.

    :param of_i: the capital of ``i``
    """

    def __init__(self, wiki: Wiki, of_i: str = "I") -> None:
        self._wiki = wiki
        self._of_i = of_i

    def __call__(self, letter: str) -> str:
        """The capital of a letter; the letter itself where it has none.

        :raises WikiError: the wiki could not be asked
        """
        if letter == "i":
            return self._of_i
        if letter.isascii() or not _may_have_capital(letter):
            return letter.upper()
        return self._table.get(letter, letter)

    @cached_property
    def _table(self) -> Mapping[str, str]:
        letters = _letters()
        text = "\n".join(f"{{{{ucfirst:{letter}}}}}" for letter in letters)
        answer = self._wiki.get(action="expandtemplates", prop="wikitext", text=text)
        expanded = answer.get("expandtemplates")
        capitals = str(expanded.get("wikitext", "")).split("\n") if isinstance(expanded, dict) else []
        if len(capitals) != len(letters) or not all(capitals):
            raise WikiError(f"{self._wiki.shown} does not say which capitals its letters have (action=expandtemplates)")
        return dict(zip(letters, capitals, strict=True))


def _may_have_capital(letter: str) -> bool:
    """Whether a letter has a capital of any kind, as Python's edition of Unicode has it, and may stand in a title."""
    return {letter.upper(), letter.title()} != {letter}


def _letters() -> list[str]:
    letters = (letter for letter in map(chr, range(0x80, _BEYOND_LETTERS)) if _may_have_capital(letter))
    return [letter for letter in letters if unicodedata.is_normalized("NFC", letter)]
