"""Reasons of tags and lines of the log as they were before they held a part for programs: English, read by its words.

Nothing writes them any more; wikis have them. Pure.
"""

from __future__ import annotations

from datetime import datetime

import re2

from picklebot.model import Cause, ChangedPage, Page, State, Transition
from picklebot.recording.trace import Trace
from picklebot.text.sentences import read_summary

__all__ = ["read_legacy_line", "read_legacy_reason"]

_REASON = re2.compile(r"(?s)(.+?) → (.+?) \((.*?)(?:\)(?:; .*)?)? \[([0-9a-f]{10})\]")
_LINE = re2.compile(
    r"\* (\d{4}-\d\d-\d\d \d\d:\d\d) \[\[:([^]|]+)\]\](?: \(\[\[Special:PermanentLink/(\d+)\|[^]]*\]\]\))?: "
    r"(.+?) → (.+?): (.*) <small>([0-9a-f]{10})</small>"
)
_WHAT = re2.compile(r"(.*?)(?:, by (\[\[:[^]]+\]\](?:, \[\[:[^]]+\]\])*))?(?:; (changed: .*|nothing known changed))?")
_TESTER = re2.compile(r"\[\[:([^]]+)\]\]")
_DIFF = re2.compile(r"\[\[:([^]]+)\]\] \(\[\[Special:Diff/(\d+)/(\d+)\|diff\]\](?: by \[\[User:([^]|]+)\|)?")


def read_legacy_reason(reason: str, at: datetime) -> Trace | None:
    """A transition from a tag's reason; it tells neither page nor testers nor cause.

    :param at: time of its entry in the log, UTC
    """
    match = _REASON.fullmatch(reason)
    if match is None:
        return None
    transition = Transition(Page(""), _state(match[1]), _state(match[2]))
    return Trace(read_summary(match[3]).of(transition), at, match[4])


def read_legacy_line(line: str) -> Trace | None:
    """A transition from a line of the log; its page has no id."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    what = _WHAT.fullmatch(match[6])
    summary, by, changed = what.groups() if what else (match[6], None, None)
    pages = (ChangedPage(title, int(old), int(new), user) for title, old, new, user in _DIFF.findall(changed or ""))
    transition = Transition(
        Page(match[2], revision=int(match[3] or 0)),
        _state(match[4]),
        _state(match[5].strip("'")),
        testers=tuple(_TESTER.findall(by or "")),
        cause=Cause(tuple(pages)) if changed else None,
    )
    try:
        at = datetime.fromisoformat(f"{match[1]}+00:00")
    except ValueError:  # no date: somebody has edited the line
        return None
    return Trace(read_summary(summary).of(transition), at, match[7])


def _state(word: str) -> State | None:
    return State(word) if word in set(State) else None
