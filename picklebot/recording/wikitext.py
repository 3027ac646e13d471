"""What is written on the wiki: tags, the marked part of documentation pages, lines of the log. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

import re2

from picklebot.model import Cause, ChangedPage, State, Transition
from picklebot.text.wikitext import as_template, parse_wikitext
from picklebot.wiki.site import HELPER_MODULE

__all__ = ["TAG_PREFIX", "describe", "in_comment", "log_line", "tag_name", "token_in", "with_category"]

TAG_PREFIX = "pickle-"

_BEGIN = " picklebot: begin. Written by a bot, changes in here are overwritten. "
_END = " picklebot: end "
_BEGIN_OR_QUOTED = re2.compile(
    rf"(?is)<nowiki>.*?</nowiki>|<pre\b[^>]*>.*?</pre>|(<!--\s*{re2.escape(_BEGIN.strip())}\s*-->)"
)
_END_COMMENT = re2.compile(rf"<!--\s*{re2.escape(_END.strip())}\s*-->")
_NO_TITLE = re.compile(r"[#<>\[\]|{}]")
_ONLY = ("<onlyinclude>", "</onlyinclude>")
_MOST_PAGES = 5
_LONGEST_SOFTWARE = 200
_LONGEST_REASON = 400  # bytes of a log entry's comment are limited to about 500 characters


def tag_name(state: State) -> str:
    """The change tag that says a revision came to this state."""
    return f"{TAG_PREFIX}{state}"


def describe(transition: Transition, token: str) -> str:
    """Say what changed, in one line: a tag's reason, an edit's summary. The token tells it from all others."""
    old = transition.old or "first seen"
    line = f"{old} → {transition.new or 'no longer followed'} ({transition.summary})"
    if transition.cause:
        line += f"; {_cause_in_short(transition.cause)}"
    return f"{in_comment(line)[:_LONGEST_REASON]} [{token}]"


def in_comment(text: str) -> str:
    """A title, as summaries and reasons hold it: what looks like a comment in there links to a section.

    https://www.mediawiki.org/wiki/Help:Edit_summary, "Section editing"

    >>> in_comment("Module:Foo/*bar*/")
    'Module:Foo/&#42;bar*/'
    """
    return text.replace("/*", "/&#42;")


def token_in(reason: str) -> str | None:
    """The token that `describe` put at the end of a reason."""
    match = re.search(r"\[([0-9a-f]{10})\]$", reason)
    return match.group(1) if match else None


def log_line(transition: Transition, at: datetime, token: str) -> str:
    """One line of the log page, with links to module, revision, testers and what caused it."""
    page = transition.page
    revision = f" ([[Special:PermanentLink/{page.revision}|revision {page.revision}]])" if page.revision else ""
    testers = ", ".join(f"[[:{tester}]]" for tester in transition.testers)
    by = f", by {testers}" if testers else ""
    old = transition.old or "first seen"
    new = f"'''{transition.new}'''" if transition.new else "no longer followed"
    what = f"{old} → {new}: {transition.summary}{by}{_cause(transition)}"
    return f"* {at:%Y-%m-%d %H:%M} [[:{page.title}]]{revision}: {what} <small>{token}</small>"


def _cause_in_short(cause: Cause) -> str:
    parts = [page.title for page in cause.pages[:1]]
    if len(cause.pages) > 1:
        parts.append(f"{len(cause.pages) - 1} more")
    if cause.software:
        parts.append(cause.whose_software)
    return f"changed: {', '.join(parts)}" if parts else "nothing known changed"


def _cause(transition: Transition) -> str:
    """What changed since the last state, the likeliest first."""
    if transition.cause is None:
        return ""
    parts = [_changed_page(page) for page in transition.cause.pages[:_MOST_PAGES]]
    more = len(transition.cause.pages) - _MOST_PAGES
    parts += [f"{more} more pages"] if more > 0 else []
    if transition.cause.software:
        before, now = (_escaped(_short(versions)) for versions in transition.cause.software)
        parts.append(f"{transition.cause.whose_software}: {before} → {now}")
    return f"; changed: {', '.join(parts)}" if parts else "; nothing known changed"


def _changed_page(page: ChangedPage) -> str:
    link = f"[[:{page.title}]]"
    who = f" by {_user(page.user)}" if page.user else ""
    if page.old and page.new:
        return f"{link} ([[Special:Diff/{page.old}/{page.new}|diff]]{who})"
    return f"{link} ({'created' if page.new else 'deleted or moved'}{who})"


def _user(name: str) -> str:
    """The user, with a link where there can be a page: of imported edits the user is one of another wiki's.

    https://www.mediawiki.org/wiki/Help:Import, "Importing from another wiki", ``prefix>Name``
    """
    return _escaped(name) if _NO_TITLE.search(name) else f"[[User:{name}|{name}]]"


def _short(text: str) -> str:
    """On one line, and no longer than one reads: a new release can change the versions of a hundred extensions."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SOFTWARE else f"{line[:_LONGEST_SOFTWARE]}…"


def _escaped(text: str) -> str:
    return re.sub(r"[\[\]{}|<>&'~=#*:;_]", lambda match: f"&#{ord(match.group())};", text)


def with_category(wikitext: str, page_id: int, category: str | None, *, parser_functions: bool) -> str:
    """A documentation page's text with a module's tracking category in the marked part; all else stays as it is.

    A documentation page may be shown by several pages; the category is guarded by the page id, which survives moves
    (https://www.mediawiki.org/wiki/Help:Magic_words, ``PAGEID``). Other modules' guards are left alone.

    :param category: name without namespace; None takes the module's guard away
    :param parser_functions: whether the wiki has ``#ifeq``; else the guard is the bot's own Lua module
    :raises CostlyWikitextError: the marked part takes too long to read
    """
    begin, end = _marked_part(wikitext)
    guards = _guards(wikitext[begin:end])
    guards.pop(page_id, None)
    if category is not None:
        guards[page_id] = _guard(page_id, category, parser_functions=parser_functions)
    if begin == end:
        return _added(wikitext, guards)
    before, after = wikitext[:begin], wikitext[end:]
    return before + _part(guards) + after if guards else _joined(before, after)


def _marked_part(text: str) -> tuple[int, int]:
    """Where the marked part begins and ends; twice the same where there is none.

    Wherever an editor has put it, inside other marks too, but not where it is quoted. An end that somebody took away is
    where its guards end.
    """
    begin = next((match for match in _BEGIN_OR_QUOTED.finditer(text) if match.group(1) is not None), None)
    if begin is None:
        return 0, 0
    end = _END_COMMENT.search(text, begin.end())
    if end is not None:
        return begin.start(1), end.end()
    guards = takewhile(lambda node: _guarded_id(node) is not None, parse_wikitext(text[begin.end() :]).nodes)
    return begin.start(1), begin.end() + sum(len(str(node)) for node in guards)


def _added(wikitext: str, guards: Mapping[int, str]) -> str:
    """A page with a new marked part at its end. Where a page says what of it is transcluded, only that is."""
    if not guards:
        return wikitext
    part = _part(guards)
    if re.search(r"<onlyinclude\b", wikitext, re.IGNORECASE):
        part = f"{_ONLY[0]}{part}{_ONLY[1]}"
    before = wikitext.rstrip()
    return f"{before}\n{part}" if before else part


def _part(guards: Mapping[int, str]) -> str:
    return f"<!--{_BEGIN}-->{''.join(guards.values())}<!--{_END}-->"


def _joined(before: str, after: str) -> str:
    """What is left of a page without its marked part: the line break that came with the part goes too."""
    if before.endswith(_ONLY[0]) and after.startswith(_ONLY[1]):
        before, after = before.removesuffix(_ONLY[0]), after.removeprefix(_ONLY[1])
    return (before.removesuffix("\n") if not after or after.startswith("\n") else before) + after


def _guards(part: str) -> dict[int, str]:
    ids = [(_guarded_id(node), node) for node in parse_wikitext(part).nodes]
    return {page_id: str(node) for page_id, node in ids if page_id is not None}


def _guard(page_id: int, category: str, *, parser_functions: bool) -> str:
    link = f"[[Category:{category}]]"
    if parser_functions:
        return f"{{{{#ifeq:{{{{PAGEID}}}}|{page_id}|{link}}}}}"
    return f"{{{{#invoke:{HELPER_MODULE}|only|{page_id}|{link}}}}}"


def _guarded_id(node: Any) -> int | None:  # noqa: ANN401 (a node of mwparserfromhell)
    match = re.match(r"\{\{#(?:ifeq:\{\{PAGEID\}\}|invoke:\w+\|only)\|(\d+)\|", str(node))
    return int(match.group(1)) if as_template(node) and match else None


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill ``{names}`` of a setting or a text of ``onwiki/``; anything else in braces stays (it may be wikitext)."""
    return re.sub(r"\{([a-z]+)\}", lambda match: values.get(match.group(1), match.group()), template)
