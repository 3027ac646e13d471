"""Wikitext that strangers wrote, taken apart in bounded time."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

__all__ = ["NO_WIKITEXT", "CostlyWikitextError", "as_template", "end_of_call", "parse_wikitext"]

#: Tags in which no wikitext is, as a part of a pattern: https://www.mediawiki.org/wiki/Parser_extension_tags. These are
#: all that wikis with tests have.
NO_WIKITEXT = "nowiki|pre|source|syntaxhighlight|math|chem|ce|score|timeline|hiero|templatedata"

# mwparserfromhell takes time by the square of the open marks, and worse: 12,000 characters of "{{a|" take seconds,
# 24,000 a minute. So much it gets at once, in characters (0.2 s at worst); a longer text a process of its own tries
# first, which may be ended.
_CHARACTERS_IN_PROCESS = 3_000
# No page is longer, in characters, that a person can be asked to look at; half a million of usual text take 2 s.
_MAX_CHARACTERS = 500_000
# Processor time for a text, seconds, and by its length. Usual texts take a tenth of it.
_MIN_CPU_SECONDS = 2
_CHARACTERS_A_CPU_SECOND = 100_000
# Seconds by the clock, on a machine that has other things to do.
_TIMEOUT_SECONDS = 60
# Seconds by the clock that refused texts may take in as many others: many such pages are as bad as a long one.
_REFUSED_SECONDS = 10
_REFUSED_WINDOW_SECONDS = 600
_refused: deque[tuple[float, float]] = deque()
# The work of the other process: the same as is done here afterwards.
_TRY = """
import resource, sys, mwparserfromhell
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
sys.stdin.reconfigure(encoding="utf-8", errors="surrogatepass", newline="")
str(mwparserfromhell.parse(sys.stdin.read()))
"""
# No call that a person wrote is deeper; mwparserfromhell and Python have limits of their own.
_MAX_CALL_DEPTH = 25
_TOO_DEEP = "it nests too deeply to be read"

_TOKENS = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({NO_WIKITEXT})\b[^<>]*(?:/>|>.*?</\1\s*>)"
    r"|-\{(?!\{)|(?<!\})\}-|\{{2,}|\}{2,}|\[{2,}|\]{2,}",
    re.DOTALL | re.IGNORECASE,
)
# The opening mark of each closing one, and how many of them belong together at most.
_CLOSES = {"}}": ("{", 3), "]]": ("[", 2), "}-": ("-", 2)}


class CostlyWikitextError(ValueError):
    """A text takes too long, or nests too deeply, to be taken apart. It may be hostile."""


def parse_wikitext(text: str) -> Any:  # noqa: ANN401 (as below)
    """Parse a text with mwparserfromhell, which is imported with the first: most commands read none.

    :raises CostlyWikitextError: it would take too long
    """
    import mwparserfromhell

    if len(text) > _CHARACTERS_IN_PROCESS:
        _check_cost(text)
    try:
        tree = mwparserfromhell.parse(text)
        str(tree)  # goes down once more
    except RecursionError as error:
        raise CostlyWikitextError(_TOO_DEEP) from error
    return tree


def as_template(node: Any) -> Any:  # noqa: ANN401 (mwparserfromhell has no types)
    """A node of a parsed text that is a call; None for any other."""
    from mwparserfromhell.nodes import Template

    return node if isinstance(node, Template) else None


def _check_cost(text: str) -> None:
    """Make sure that a text can be read in good time.

    :raises CostlyWikitextError: it cannot
    """
    if len(text) > _MAX_CHARACTERS:
        raise CostlyWikitextError(f"it has {len(text):,} characters, more than {_MAX_CHARACTERS:,}")
    began = time.monotonic()
    while _refused and _refused[0][0] < began - _REFUSED_WINDOW_SECONDS:
        _refused.popleft()
    if sum(took for _, took in _refused) >= _REFUSED_SECONDS:
        raise CostlyWikitextError("pages that cannot be read took too much time already: it is tried again later")
    seconds = _MIN_CPU_SECONDS + len(text) // _CHARACTERS_A_CPU_SECOND
    reason = _refusal(text, seconds)
    if reason is not None:
        _refused.append((began, time.monotonic() - began))
        raise CostlyWikitextError(reason)


def _refusal(text: str, seconds: int) -> str | None:
    """Why a text cannot be read in some seconds of processor time, tried in another process; None where it can."""
    try:
        tried = subprocess.run(
            [sys.executable, "-I", "-c", _TRY, str(seconds)],
            input=text.encode("utf-8", "surrogatepass"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it takes more than {_TIMEOUT_SECONDS} s to read"
    if tried.returncode < 0:
        return f"it takes more than {seconds} s to read: look for braces that are not closed"
    return _TOO_DEEP if tried.returncode else None


@dataclass(slots=True)
class _Open:
    mark: str
    count: int


def end_of_call(text: str, start: int, longest: int) -> int | None:
    """Where a call that begins with two braces ends, as MediaWiki's own preprocessor sees it; None where it does not.

    :param start: index of the first of its braces
    :param longest: it is followed for so many characters
    :raises CostlyWikitextError: it is longer, or nests too deeply
    """
    stack = [_Open("{", len("{{"))]
    for token in _TOKENS.finditer(text, start + len("{{"), min(len(text), start + longest)):
        mark, count = token.group()[0], len(token.group())
        if mark in "{[-":
            stack.append(_Open(mark, count))
            if len(stack) + count // len("{{") > _MAX_CALL_DEPTH:
                raise CostlyWikitextError(_TOO_DEEP)
        elif mark in "]}":
            left = _close(stack, token.group()[:2], count)
            if not stack:
                return token.end() - left
    if len(text) > start + longest:
        raise CostlyWikitextError(f"it is longer than {longest:,} characters")
    return None


def _close(stack: list[_Open], marks: str, count: int) -> int:
    """Close the innermost marks first; how many closing ones are left over."""
    opened, most = _CLOSES[marks]
    while count >= len(marks) and stack and stack[-1].mark == opened:
        matched = min(count, stack[-1].count, most)
        count -= matched
        stack[-1].count -= matched
        if stack[-1].count < len(marks):
            stack.pop()
    return count
