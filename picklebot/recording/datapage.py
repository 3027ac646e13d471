"""Data pages: the state of every module as JSON, in shards, as templates and modules of a wiki read it. Pure.

docs/data.md describes them, and docs/schema/data-page.json is their schema. A module's shard follows from its title by
linear hashing (https://en.wikipedia.org/wiki/Linear_hashing): one shard more moves entries of one other shard alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from picklebot.model import Cause, ModuleSummary, Point, State, SuiteError
from picklebot.text.wording import error_words

__all__ = ["DataPage", "pages_of", "read_data_page", "shard_of", "stored_text"]

_VERSION = 1
#: Of a shard: modules, and bytes of its text as MediaWiki stores it.
_MOST_MODULES, _MOST_BYTES = 1_000, 200_000
# Shards that were not split yet hold up to twice as much as split ones.
_MODULES, _BYTES = 400, 80_000
_POINTS, _CHARACTERS, _CAUSES, _TESTERS, _ERRORS = 5, 200, 5, 20, 3
_MEDIAWIKI = "MediaWiki"
# MediaWiki writes these otherwise than Python does (FormatJson.php).
_ESCAPED = re.compile("[<>&\u2028\u2029]")
# Characters that MediaWiki takes out of every text that it saves.
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
_Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DataPoint(_Part):
    """A point that fails; texts are cut after 200 characters."""

    name: str
    expected: str | None = None
    actual: str | None = None


class EndedBy(_Part):
    """An error that ended a suite, so that not all of its points were counted."""

    kind: str
    message: str


class ChangedBefore(_Part):
    """A page that changed before the state did; a revision is 0 where there was no page."""

    title: str
    old: _Count
    new: _Count


class SoftwareBefore(_Part):
    """Software of the wiki, or the bot, that changed before the state did.

    ``name`` is absent for MediaWiki itself; a version is empty where it came or went.
    """

    old: str
    new: str
    name: str | None = None


class DataCause(_Part):
    """The changes before the state changed: pages (the likeliest first, at most 5), software, or both."""

    pages: tuple[ChangedBefore, ...] | None = None
    software: SoftwareBefore | None = None


class DataEntry(_Part):
    """A module, or a tester without one. Keys whose value would be empty are absent.

    ``states`` has testers whose own state is another than the module's.
    """

    state: State
    since: str | None = None
    revision: _Count
    passed: _Count
    failed: _Count
    skipped: _Count
    todo: _Count
    testers: tuple[str, ...] = ()
    states: dict[str, State] | None = None
    failing: tuple[DataPoint, ...] | None = None
    errors: tuple[EndedBy, ...] | None = None
    cause: DataCause | None = None
    flaky: Literal[True] | None = None


class DataPage(_Part):
    """A data page. ``testers`` leads from testers to their modules; the number of ``shards`` is page 0's."""

    version: Literal[1]
    shards: Annotated[int, Field(ge=1)]
    modules: dict[str, DataEntry]
    testers: dict[str, str]

    @property
    def document(self) -> dict[str, object]:
        """As values that JSON knows."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def text(self) -> str:
        """As MediaWiki stores it."""
        return stored_text(self.document)

    def digest(self, number: int) -> str:
        """Of its contents.

        :param number: the page's own: the number of shards matters on page 0 alone
        """
        told = self.text if number == 0 else self.model_copy(update={"shards": 1}).text
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def says_the_same(self, text: str, number: int) -> bool:
        """Whether a page's text has the same contents, however it is written.

        :param number: as in `digest`
        """
        try:
            there = json.loads(text)
        except ValueError:
            return False
        mine = self.document
        if number and isinstance(there, dict) and isinstance(there.get("shards"), int):
            there = {**there, "shards": self.shards}
        return bool(there == mine)


def read_data_page(text: str) -> DataPage | None:
    """A data page from its text; None where it is none, or of a newer version."""
    try:
        return DataPage.model_validate_json(text)
    except ValidationError:
        return None


def stored_text(document: object) -> str:
    """A document as MediaWiki stores it on a page of the JSON model: tabs, keys in order, a value a line."""
    text = json.dumps(document, ensure_ascii=False, indent="\t", sort_keys=True, separators=(",", ": "))
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\u{code:04x}" if code > 0xFF else f"\\u{code:04X}"  # noqa: PLR2004 (as FormatJson.php has it)


def shard_of(title: str, shards: int) -> int:
    """The number of the page that tells of a title."""
    place = int(hashlib.md5(title.encode(), usedforsecurity=False).hexdigest()[:6], 16)
    size = 1 << (shards - 1).bit_length()
    number = place % size
    return number if number < shards else number - size // 2


def pages_of(summaries: Iterable[ModuleSummary], at_least: int = 1) -> list[DataPage]:
    """All data pages, by their numbers: as many as keep each below its limits.

    :param at_least: pages that there are: their number never falls
    """
    entries = {clean(each.page.title): _entry(each) for each in summaries}
    testers = {tester: title for title, entry in entries.items() for tester in entry.testers if tester not in entries}
    size = sum(len(stored_text(entry.model_dump(mode="json", exclude_none=True))) for entry in entries.values())
    for shards in count(max(at_least, -(-len(entries) // _MODULES), -(-size // _BYTES), 1)):
        pages = _pages(entries, testers, shards)
        if all(len(page.modules) < _MOST_MODULES and len(page.text.encode()) < _MOST_BYTES for page in pages):
            break
    return pages


def _pages(entries: Mapping[str, DataEntry], testers: Mapping[str, str], shards: int) -> list[DataPage]:
    modules: list[dict[str, DataEntry]] = [{} for _ in range(shards)]
    led: list[dict[str, str]] = [{} for _ in range(shards)]
    for title, entry in entries.items():
        modules[shard_of(title, shards)][title] = entry
    for tester, title in testers.items():
        led[shard_of(tester, shards)][tester] = title
    both = zip(modules, led, strict=True)
    return [DataPage(version=_VERSION, shards=shards, modules=mine, testers=its) for mine, its in both]


def _entry(summary: ModuleSummary) -> DataEntry:
    testers = summary.testers[:_TESTERS]
    others = {clean(title): state for title, state in testers if state not in (None, summary.state)}
    counts = summary.counts
    return DataEntry(
        state=summary.state,
        since=written_time(summary.since) if summary.since else None,
        revision=summary.page.revision,
        passed=counts.passed,
        failed=counts.failed,
        skipped=counts.skipped,
        todo=counts.todo,
        testers=tuple(clean(title) for title, _ in testers),
        states={title: state for title, state in others.items() if state} or None,
        failing=tuple(map(_point, summary.failing[:_POINTS])) or None,
        errors=tuple(map(_error, summary.errors[:_ERRORS])) or None,
        cause=_cause(summary.cause) if summary.cause else None,
        flaky=True if summary.flaky else None,
    )


def written_time(at: datetime) -> str:
    """A time as data pages have it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clean(text: str) -> str:
    """A text as it comes back from MediaWiki, cut."""
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("\ufffd", text))


def _short(text: str) -> str:
    return clean(text[:_CHARACTERS])[:_CHARACTERS]


def _point(point: Point) -> DataPoint:
    expected, actual = (None if text is None else _short(text) for text in (point.expected, point.actual))
    return DataPoint(name=_short(point.description), expected=expected, actual=actual)


def _error(error: SuiteError) -> EndedBy:
    return EndedBy(kind=error.kind, message=_short(error_words(error)))


def _cause(cause: Cause) -> DataCause | None:
    named = [page for page in cause.pages if page.title][:_CAUSES]
    pages = tuple(ChangedBefore(title=clean(page.title), old=page.old, new=page.new) for page in named)
    software = None
    if cause.software:
        before, now = cause.software.before, cause.software.now
        names = sorted(before.keys() | now.keys(), key=lambda name: (name != _MEDIAWIKI, name))
        if names:
            old, new = (_short(versions.get(names[0], "")) for versions in (before, now))
            software = SoftwareBefore(old=old, new=new, name=None if names[0] == _MEDIAWIKI else _short(names[0]))
    return DataCause(pages=pages or None, software=software) if pages or software else None
