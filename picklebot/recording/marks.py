"""What is written on the wiki: tags, the marked part of documentation pages, lines of the log. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import mwparserfromhell
from mwparserfromhell.nodes import Comment, Node, Template

from picklebot.model import State, Transition

__all__ = ["TAG_PREFIX", "describe", "log_line", "tag_name", "with_category"]

TAG_PREFIX = "pickle-"
GUARD_MODULE = "Picklebot"

_BEGIN = " picklebot: begin. Written by a bot, changes in here are overwritten. "
_END = " picklebot: end "
_LONGEST_REASON = 400  # bytes of a log entry's comment are limited to about 500 characters


def tag_name(state: State) -> str:
    """The change tag that says a revision came to this state."""
    return f"{TAG_PREFIX}{state}"


def describe(transition: Transition) -> str:
    """Say what changed, in one line: a tag's reason, an edit's summary."""
    old = transition.old or "first seen"
    line = f"{old} → {transition.new or 'no longer followed'} ({transition.summary})"
    return line[:_LONGEST_REASON]


def log_line(transition: Transition, at: datetime) -> str:
    """One line of the log page, with links to module, revision and testers."""
    page = transition.page
    revision = f" ([[Special:PermanentLink/{page.revision}|revision {page.revision}]])" if page.revision else ""
    testers = ", ".join(f"[[:{tester}]]" for tester in transition.testers)
    by = f", by {testers}" if testers else ""
    old = transition.old or "first seen"
    new = f"'''{transition.new}'''" if transition.new else "no longer followed"
    return f"* {at:%Y-%m-%d %H:%M} [[:{page.title}]]{revision}: {old} → {new}: {transition.summary}{by}"


def with_category(wikitext: str, page_id: int, category: str | None, *, parser_functions: bool) -> str:
    """A documentation page's text with a module's tracking category in the marked part; all else stays as it is.

    A documentation page may be shown by several pages; the category is guarded by the page id, which survives moves
    (https://www.mediawiki.org/wiki/Help:Magic_words, ``PAGEID``). Other modules' guards are left alone.

    :param category: name without namespace; None takes the module's guard away
    :param parser_functions: whether the wiki has ``#ifeq``; else the guard is the bot's own Lua module
    """
    code = mwparserfromhell.parse(wikitext)
    nodes = code.nodes
    begin, end = _marked_part(nodes)
    guards = _guards(nodes[begin : end + 1]) if begin >= 0 else {}
    guards.pop(page_id, None)
    if category is not None:
        guards[page_id] = _guard(page_id, category, parser_functions=parser_functions)
    before, after = ("", "") if begin < 0 else (_text(nodes[:begin]), _text(nodes[end + 1 :]))
    if begin < 0:
        before = wikitext.rstrip()
        before += "\n" if before and guards else ""
    if not guards:
        return wikitext if begin < 0 else before.rstrip("\n") + after
    part = f"<!--{_BEGIN}-->{''.join(guards.values())}<!--{_END}-->"
    # Where a page says what of it is transcluded, only that is.
    only = begin < 0 and re.search(r"<onlyinclude\b", wikitext, re.IGNORECASE)
    return before + (f"<onlyinclude>{part}</onlyinclude>" if only else part) + after


def _marked_part(nodes: list[Node]) -> tuple[int, int]:
    """Where the marked part begins and ends, or (-1, -1). An end that somebody took away is where its guards end."""
    comments = {i: node.contents.strip() for i, node in enumerate(nodes) if isinstance(node, Comment)}
    begin = next((i for i, text in comments.items() if text == _BEGIN.strip()), -1)
    if begin < 0:
        return -1, -1
    end = next((i for i, text in comments.items() if i > begin and text == _END.strip()), -1)
    if end < 0:
        end = begin
        while end + 1 < len(nodes) and _guarded_id(nodes[end + 1]) is not None:
            end += 1
    return begin, end


def _guards(nodes: list[Node]) -> dict[int, str]:
    ids = [(_guarded_id(node), node) for node in nodes]
    return {page_id: str(node) for page_id, node in ids if page_id is not None}


def _guard(page_id: int, category: str, *, parser_functions: bool) -> str:
    link = f"[[Category:{category}]]"
    if parser_functions:
        return f"{{{{#ifeq:{{{{PAGEID}}}}|{page_id}|{link}}}}}"
    return f"{{{{#invoke:{GUARD_MODULE}|only|{page_id}|{link}}}}}"


def _guarded_id(node: Node) -> int | None:
    match = re.match(r"\{\{#(?:ifeq:\{\{PAGEID\}\}|invoke:\w+\|only)\|(\d+)\|", str(node))
    return int(match.group(1)) if isinstance(node, Template) and match else None


def _text(nodes: list[Node]) -> str:
    return "".join(map(str, nodes))


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill ``{names}`` of a setting or a text of ``onwiki/``; anything else in braces stays (it may be wikitext)."""
    return re.sub(r"\{([a-z]+)\}", lambda match: values.get(match.group(1), match.group()), template)
