"""Finds the ``{{#invoke:}}`` that editors wrote for a tester on its documentation or talk page."""

from __future__ import annotations

import mwparserfromhell
from mwparserfromhell.nodes import Template

from picklebot.model import Call
from picklebot.wiki import Site

__all__ = ["find_call"]

# mwparserfromhell builds a tree; no page that shows test results is longer than this, in characters.
_LONGEST = 200_000


def find_call(wikitext: str, tester: str, site: Site) -> Call | None:
    """The first call of a tester on a page; the title may be spelled in any way the wiki takes for the same.

    :param tester: the tester's title, as the wiki normalises it
    """
    words = tuple(f"#{word}:" for word in site.invoke_words)
    lower = wikitext.lower()
    if len(wikitext) > _LONGEST or not any(word in lower for word in words):
        return None
    for template in mwparserfromhell.parse(wikitext).ifilter_templates():
        call = _read(template, words, tester, site)
        if call is not None:
            return call
    return None


def _read(template: Template, words: tuple[str, ...], tester: str, site: Site) -> Call | None:
    name = str(template.name).strip()
    if not name.lower().startswith(words) or not template.params:
        return None
    if site.module(name.partition(":")[2]).casefold() != tester.casefold():
        return None
    function, *arguments = template.params
    if function.showkey:
        return None
    return Call(str(function.value).strip(), tuple(str(argument) for argument in arguments))
