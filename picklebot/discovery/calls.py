"""Finds the ``{{#invoke:}}`` that editors wrote for a tester on its documentation or talk page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from picklebot.model import Call
from picklebot.text.wikitext import NO_WIKITEXT, CostlyWikitextError, as_template, end_of_call, parse_wikitext
from picklebot.wiki import Site

__all__ = ["find_call"]

# MediaWiki's own limit for a page, in characters ($wgMaxArticleSize): only imports are longer.
_MAX_PAGE_CHARACTERS = 2 * 1024 * 1024
# mwparserfromhell takes minutes over open calls: it only gets calls of so many characters, and so many of them; and
# so many characters in all.
_MAX_CALL_CHARACTERS = 3_000
_MAX_CALLS_PARSED = 10
_MAX_CHARACTERS_PARSED = 6_000

_HIDING = re.compile(rf"<!--|<({NO_WIKITEXT})\b[^<>]*>", re.IGNORECASE)

_BRACKETS = re.compile(r"\[{2,}|\]{2,}|-\{(?!\{)|(?<!\})\}-|\{{2,}|\}{2,}")
_KINDS = {"{": "{", "}": "{", "[": "[", "]": "["}
# Parts of an argument that are no wikitext.
_NOTHING = re.compile(r"<!--.*?-->|<nowiki>.*?</nowiki>|<nowiki\s*/>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# On a talk page, and where a documentation page is shown, the page's name is the tester's.
_PAGE_NAME = re.compile(r"\{\{\s*PAGENAME\s*\}\}")


def find_call(wikitext: str, tester: str, site: Site) -> Call | None:
    """The first call of a tester on a page; the title may be spelled in any way the wiki takes for the same.

    :param tester: the tester's title, as the wiki normalises it
    :raises CostlyWikitextError: it has none that can be read in good time
    """
    if len(wikitext) > _MAX_PAGE_CHARACTERS:
        raise CostlyWikitextError(f"it has more than {_MAX_PAGE_CHARACTERS:,} characters")
    wikitext = _PAGE_NAME.sub(lambda _: site.module_name(tester), wikitext)
    costly: CostlyWikitextError | None = None
    left = _MAX_CHARACTERS_PARSED
    for start in islice(_starts(wikitext, tester, site), _MAX_CALLS_PARSED):
        if left <= 0:
            costly = costly or CostlyWikitextError("too much on it looks like a call and is none")
            break
        try:
            end = end_of_call(wikitext, start, _MAX_CALL_CHARACTERS)
            nodes = parse_wikitext(wikitext[start:end]).nodes if end is not None else []
        except CostlyWikitextError as error:
            costly = costly or error
            continue
        left -= (end or start) - start
        template = as_template(nodes[0]) if nodes else None
        call = _read(template) if template else None
        if call is not None:
            return call
    if costly is not None:
        raise costly
    return None


def _starts(wikitext: str, tester: str, site: Site) -> Iterator[int]:
    """Where a call of the tester seems to begin."""
    words = "|".join(map(re.escape, site.invoke_words))
    hidden = _hidden(wikitext)
    hides, shows = next(hidden, (len(wikitext), len(wikitext)))
    call = rf"(?<!\{{)(\{{++)\s*+(?:(?:safe)?subst:\s*+)?#(?:{words}):([^|{{}}]{{1,300}})\|"
    for match in re.finditer(call, wikitext, re.IGNORECASE):
        while shows <= match.start():
            hides, shows = next(hidden, (len(wikitext), len(wikitext)))
        braces = len(match[1])
        if hides <= match.start() or braces < len("{{") or braces == len("{{{"):  # three stand for a parameter
            continue
        if site.invoked(_COMMENT.sub("", match[2])) == tester:
            yield match.end(1) - len("{{")


def _hidden(wikitext: str) -> Iterator[tuple[int, int]]:
    """From where to where the text is no wikitext, in the order of the text."""
    lower = wikitext.lower()
    lower = lower if len(lower) == len(wikitext) else wikitext  # some letters are longer in lower case
    position = 0
    unclosed: set[str] = set()
    for match in _HIDING.finditer(wikitext):
        close = f"</{match[1].lower()}>" if match[1] else "-->"
        if match.start() < position or close in unclosed or match.group().endswith("/>"):
            continue
        end = lower.find(close, match.end())
        if end < 0 and match[1]:
            unclosed.add(close)
            continue
        position = len(wikitext) if end < 0 else end + len(close)  # an open comment has no end
        yield match.start(), position


def _read(template: Any) -> Call | None:  # noqa: ANN401 (mwparserfromhell's, which has no types)
    if not template.params:
        return None
    function, *arguments = template.params
    if function.showkey:
        return None
    if not all(_closed(str(parameter)) for parameter in template.params):
        return None
    return Call(_COMMENT.sub("", str(function.value)).strip(), tuple(str(argument) for argument in arguments))


def _closed(argument: str) -> bool:
    """Whether an argument closes all that it opens, and no more: else MediaWiki sees another end of the call."""
    text = _NOTHING.sub("", argument)
    depth = {"{": 0, "[": 0, "-": 0}
    for token in _BRACKETS.findall(text):
        kind = _KINDS[token[-1]] if token not in ("-{", "}-") else "-"
        depth[kind] += len(token) if token[-1] in "{[" else -len(token)
        if depth[kind] < 0:
            return False
    return not any(depth.values()) and "<!--" not in text
