"""Wikitext of recorders: tags, the marked part of documentation pages, lines of the log. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

import re2

from picklebot.model import Cause, ChangedPage, State, Transition
from picklebot.recording.trace import in_line, in_reason
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.wikitext import as_template, parse_wikitext
from picklebot.text.wording import change_words, software_words, summary_words, whose_software
from picklebot.wiki.site import HELPER_MODULE

__all__ = ["TAG_PREFIX", "describe", "in_comment", "log_line", "log_summary", "tag_name", "tag_reason", "with_category"]

TAG_PREFIX = "pickle-"

# The words behind the first are for people, in any language.
_BEGIN, _END = "picklebot: begin", "picklebot: end"
_BEGIN_OR_QUOTED = re2.compile(rf"(?is)<nowiki>.*?</nowiki>|<pre\b[^>]*>.*?</pre>|(<!--\s*{_BEGIN}\b[^<>]*-->)")
_END_COMMENT = re2.compile(rf"<!--\s*{_END}\s*-->")
_NO_TITLE = re.compile(r"[#<>\[\]|{}]")
_ONLY = ("<onlyinclude>", "</onlyinclude>")
_MAX_PAGES_NAMED = 5
_MAX_SOFTWARE_CHARACTERS = 200
_MAX_REASON_CHARACTERS = 400
_MAX_COMMENT_CHARACTERS = 495  # characters of a log entry's comment are limited to 500


def tag_name(state: State) -> str:
    """The change tag that says a revision came to this state."""
    return f"{TAG_PREFIX}{state}"


def describe(transition: Transition, token: str, say: Messages = ENGLISH) -> str:
    """Say what changed, in one line: the summary of an edit. The token tells it from all others."""
    return f"{_in_short(transition, say)[:_MAX_REASON_CHARACTERS]} [{token}]"


def tag_reason(transition: Transition, at: datetime, token: str, say: Messages = ENGLISH) -> str:
    """The reason of a tag: the change, in words, and for programs (`picklebot.recording.trace`).

    :param at: when it was found, UTC
    """
    told = in_reason(transition, at, token)
    return f"{_in_short(transition, say)[: _MAX_COMMENT_CHARACTERS - len(told)]} {told}"


def _in_short(transition: Transition, say: Messages) -> str:
    parts = [say("change", *change_words(transition, say)), summary_words(transition, say)]
    if transition.cause is None:
        return in_comment(say("reason-of-tag", *parts))
    return in_comment(say("reason-of-tag-with-cause", *parts, _cause_in_short(transition.cause, say)))


def in_comment(text: str) -> str:
    """A title, as summaries and reasons hold it: text like a comment's in there links to a section.

    https://www.mediawiki.org/wiki/Help:Edit_summary, "Section editing"

    >>> in_comment("Module:Foo/*bar*/")
    'Module:Foo/&#42;bar*/'
    """
    return text.replace("/*", "/&#42;")


def log_line(transition: Transition, at: datetime, token: str, say: Messages = ENGLISH) -> str:
    """One line of the log page, with links to module, revision, testers and cause, and all of it as data."""
    page = transition.page
    old, new = change_words(transition, say)
    parts = [
        f"{at:%Y-%m-%d %H:%M}",
        f"[[:{page.title}]]",
        say("change", old, f"'''{new}'''" if transition.new else new),
        _escaped(summary_words(transition, say)) if transition.detail else summary_words(transition, say),
    ]
    if page.revision:
        link = f"[[Special:PermanentLink/{page.revision}|{say('log-revision', page.revision)}]]"
        line = say("log-line-with-revision", *parts[:2], link, *parts[2:])
    else:
        line = say("log-line", *parts)
    if transition.testers:
        line = say("log-testers", line, say("comma").join(f"[[:{tester}]]" for tester in transition.testers))
    if transition.cause:
        line = say("log-cause", line, _cause(transition.cause, say))
    return f"* {line}{in_line(transition, at, token)} <small>{token}</small>"


def log_summary(lines: int, say: Messages = ENGLISH) -> str:
    """The summary of an edit that adds lines to the log."""
    return say("log-summary", lines)


def _cause_in_short(cause: Cause, say: Messages) -> str:
    parts = [page.title for page in cause.pages[:1]]
    if len(cause.pages) > 1:
        parts.append(say("cause-more", len(cause.pages) - 1))
    if cause.software:
        parts.append(whose_software(cause.software, say))
    return say("cause-changed", say("comma").join(parts)) if parts else say("cause-unknown")


def _cause(cause: Cause, say: Messages) -> str:
    """The cause in words, the likeliest change first."""
    parts = [_changed_page(page, say) for page in cause.pages[:_MAX_PAGES_NAMED]]
    more = len(cause.pages) - _MAX_PAGES_NAMED
    parts += [say("cause-more-pages", more)] if more > 0 else []
    if cause.software:
        versions = (_escaped(_short(versions)) for versions in software_words(cause.software, say))
        parts.append(say("cause-software", whose_software(cause.software, say), *versions))
    return say("cause-changed", say("comma").join(parts)) if parts else say("cause-unknown")


def _changed_page(page: ChangedPage, say: Messages) -> str:
    how = "edited" if page.old and page.new else "created" if page.new else "removed"
    parts = [f"[[:{page.title}]]"]
    if how == "edited":
        parts.append(f"[[Special:Diff/{page.old}/{page.new}|{say('page-diff')}]]")
    return say(f"page-{how}-by", *parts, _user(page.user)) if page.user else say(f"page-{how}", *parts)


def _user(name: str) -> str:
    """The user, with a link where there can be a page: of imported edits the user is one of another wiki's.

    https://www.mediawiki.org/wiki/Help:Import, "Importing from another wiki", ``prefix>Name``
    """
    return _escaped(name) if _NO_TITLE.search(name) else f"[[User:{name}|{name}]]"


def _short(text: str) -> str:
    """On one line, and no longer than one reads: a new release can change the versions of a hundred extensions."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_SOFTWARE_CHARACTERS else f"{line[:_MAX_SOFTWARE_CHARACTERS]}…"


def _escaped(text: str) -> str:
    return re.sub(r"[\[\]{}|<>&'~=#*:;_]", lambda match: f"&#{ord(match.group())};", text)


def with_category(
    wikitext: str, page_id: int, category: str | None, say: Messages = ENGLISH, *, parser_functions: bool
) -> str:
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
        return _added(wikitext, guards, say)
    before, after = wikitext[:begin], wikitext[end:]
    return before + _part(guards, say) + after if guards else _joined(before, after)


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


def _added(wikitext: str, guards: Mapping[int, str], say: Messages) -> str:
    """A page with a new marked part at its end. Where a page says what of it is transcluded, only that is."""
    if not guards:
        return wikitext
    part = _part(guards, say)
    if re.search(r"<onlyinclude\b", wikitext, re.IGNORECASE):
        part = f"{_ONLY[0]}{part}{_ONLY[1]}"
    before = wikitext.rstrip()
    return f"{before}\n{part}" if before else part


def _part(guards: Mapping[int, str], say: Messages) -> str:
    return f"<!-- {_BEGIN}. {say('marked-part')} -->{''.join(guards.values())}<!-- {_END} -->"


def _joined(before: str, after: str) -> str:
    """A page without its marked part: the line break that came with the part goes too."""
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
