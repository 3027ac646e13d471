"""The part of tags' reasons and of log lines that programs read: apart from the words, in no language. Pure.

In a reason it stands in brackets at the end, short, for a reason has room for 500 characters::

    [0123456789 good>fail r123 2/1/1/0/0 @20260304T050607Z !time c7-8]

That is token, old and new state (- for none), revision, points (total, passed, failed, skipped, todo; or what else the
state is based on), time, kinds of errors, and the cause: old and new revisions of pages that changed, ``w`` or ``b``
for the software of the wiki or of the bot. A line of the log has all of it as JSON in a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import re2
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from picklebot.model import BOT, Basis, Cause, ChangedPage, Counts, ErrorKind, Page, SoftwareChange, State, Transition

__all__ = ["Trace", "in_line", "in_reason", "of_line", "of_reason", "token_in"]

_VERSION = 1
_NONE = "-"
_TIME = "%Y%m%dT%H%M%SZ"
# Of pages and software beyond these a line does not tell: a template's edit can change what hundreds of modules load.
_PAGES, _PAGES_OF_REASON, _SOFTWARE, _DETAIL = 20, 3, 20, 500
_NAMES = ("total", "passed", "failed", "skipped", "todo")
_REASON = re2.compile(
    r"(?s).*\[(?P<token>[0-9a-f]{10}) (?P<old>[a-z-]+)>(?P<new>[a-z-]+) r(?P<revision>\d+) "
    r"(?P<basis>\d+/\d+/\d+/\d+/\d+|[a-z-]+) @(?P<at>\d{8}T\d{6}Z)(?: !(?P<errors>[a-z,-]+))?"
    r"(?P<cause> c(?P<pages>(?:\d+-\d+(?:,\d+-\d+)*)?)(?P<software>[wb]?))?\]"
)
_TOKEN = re.compile(r"\[([0-9a-f]{10})(?: [^\[\]]*)?\]$")
_COMMENT = re2.compile(r"<!--\s*picklebot (\{[^<>\n]*\})\s*-->")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Characters that mean something to MediaWiki, or could end the comment.
_MARKUP = re.compile(r"[<>&{}\[\]|~'=#_\u0085\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Trace:
    """A transition that was recorded. ``token`` is empty where a tag was set without one, by somebody else."""

    transition: Transition
    at: datetime
    token: str


def in_reason(transition: Transition, at: datetime, token: str) -> str:
    """The part of a tag's reason, with the brackets."""
    counts = transition.counts or Counts()
    basis = "/".join(str(getattr(counts, name)) for name in _NAMES)
    parts = [
        token,
        f"{transition.old or _NONE}>{transition.new or _NONE}",
        f"r{transition.page.revision}",
        basis if transition.basis is Basis.TESTS else transition.basis.value,
        f"@{at.astimezone(UTC):{_TIME}}",
    ]
    if transition.errors:
        parts.append(f"!{','.join(transition.errors)}")
    if transition.cause:
        pages = ",".join(f"{page.old}-{page.new}" for page in transition.cause.pages[:_PAGES_OF_REASON])
        software = transition.cause.software
        parts.append(f"c{pages}{'' if software is None else 'b' if software.of_bot_only else 'w'}")
    return f"[{' '.join(parts)}]"


def of_reason(reason: str) -> Trace | None:
    """A transition from a reason; its page has no id, and the pages that changed have no titles."""
    match = _REASON.fullmatch(reason)
    if match is None:
        return None
    try:
        counts = None
        basis = Basis.TESTS
        if "/" in match["basis"]:
            counts = Counts(*map(int, match["basis"].split("/")))
        else:
            basis = Basis(match["basis"])
        transition = Transition(
            Page("", revision=int(match["revision"])),
            _state(match["old"]),
            _state(match["new"]),
            counts,
            tuple(ErrorKind(kind) for kind in (match["errors"] or "").split(",") if kind),
            cause=_cause(match["pages"], match["software"]) if match["cause"] else None,
            basis=basis,
        )
        at = datetime.strptime(match["at"], _TIME).replace(tzinfo=UTC)
    except ValueError:  # no state, kind or time of ours: somebody else's brackets
        return None
    return Trace(transition, at, match["token"])


def token_in(reason: str) -> str | None:
    """The token of a reason, also of one that was written before there was more than it in the brackets."""
    match = _TOKEN.search(reason)
    return match.group(1) if match else None


def _state(word: str) -> State | None:
    return None if word == _NONE else State(word)


def _cause(pages: str, software: str) -> Cause:
    pairs = (pair.split("-") for pair in pages.split(",") if pair)
    bot = {BOT: ""} if software == "b" else {}
    changed = tuple(ChangedPage("", int(old), int(new)) for old, new in pairs)
    return Cause(changed, SoftwareChange(bot, bot) if software else None)


def in_line(transition: Transition, at: datetime, token: str) -> str:
    """The part of a line of the log: a comment."""
    page, cause = transition.page, transition.cause
    told: dict[str, Any] = {
        "v": _VERSION,
        "token": token,
        "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "page": page.title,
        "id": page.page_id,
        "revision": page.revision,
        "old": transition.old,
        "new": transition.new,
        "basis": transition.basis,
        "counts": transition.counts and [getattr(transition.counts, name) for name in _NAMES],
        "errors": transition.errors,
        "testers": transition.testers,
        "detail": transition.detail[:_DETAIL],
        "pages": cause and [asdict(each) for each in cause.pages[:_PAGES]],
        "software": cause and cause.software and _shortened(cause.software),
    }
    text = json.dumps(
        {key: value for key, value in told.items() if value not in (None, "", ())},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return f"<!-- picklebot {_STRING.sub(_harmless, text)} -->"


def of_line(line: str) -> Iterator[Trace]:
    """Transitions from a line of the log; mostly one. Whatever else stands in the line is not looked at."""
    for text in _COMMENT.findall(line):
        try:
            yield _Line.model_validate_json(text).trace
        except ValidationError:
            continue


def _shortened(software: SoftwareChange) -> dict[str, dict[str, str]]:
    names = sorted(software.before.keys() | software.now.keys())[:_SOFTWARE]
    both = (("before", software.before), ("now", software.now))
    return {side: {name: versions[name] for name in names if name in versions} for side, versions in both}


def _harmless(string: re.Match[str]) -> str:
    return _MARKUP.sub(lambda match: f"\\u{ord(match.group()):04x}", string.group())


_Id = Annotated[int, Field(ge=0)]


class _Told(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _ChangedPage(_Told):
    title: str
    old: _Id
    new: _Id
    user: str = ""
    at: str = ""


class _Software(_Told):
    before: dict[str, str]
    now: dict[str, str]


class _Line(_Told):
    """The JSON of a line. Keys that are not known are of a later version, and left out."""

    v: int
    token: str = Field(pattern=r"^[0-9a-f]{10}$")
    at: AwareDatetime
    page: str
    id: _Id = 0
    revision: _Id = 0
    old: State | None = None
    new: State | None = None
    basis: Basis
    counts: tuple[_Id, _Id, _Id, _Id, _Id] | None = None
    errors: tuple[ErrorKind, ...] = ()
    testers: tuple[str, ...] = ()
    detail: str = ""
    pages: tuple[_ChangedPage, ...] | None = None
    software: _Software | None = None

    @property
    def trace(self) -> Trace:
        """The transition that it tells of."""
        cause = None
        if self.pages is not None:
            software = SoftwareChange(self.software.before, self.software.now) if self.software else None
            cause = Cause(tuple(ChangedPage(**page.model_dump()) for page in self.pages), software)
        transition = Transition(
            Page(self.page, self.id, self.revision),
            self.old,
            self.new,
            Counts(*self.counts) if self.counts else None,
            self.errors,
            self.testers,
            cause,
            self.basis,
            self.detail,
        )
        return Trace(transition, self.at.astimezone(UTC), self.token)
