"""Changes of a wiki since the last look: its recent changes, logs included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from picklebot.model import ChangesCursor
from picklebot.wiki.client import Answer, Wiki, batched
from picklebot.wiki.revisions import Current, current_page

__all__ = [
    "LATEST",
    "Changes",
    "Follower",
    "LatestChanges",
    "RecentEdit",
    "Touched",
    "changes_since",
    "newest_cursor",
    "pages_touched",
    "recent_edits",
]

# Changes that were still being written at a look may come to stand before others that it saw.
_OVERLAP = timedelta(seconds=60)
_BEFORE_MEDIAWIKI = datetime(2002, 1, 25, tzinfo=UTC)
# A page's deletion takes its rows out of recent changes: one of several rows will still be there.
_MAX_ROWS_KEPT = 20
# As many as an answer holds for anybody without asking for more than is of use.
_MAX_RECENT_EDITS = 50
_WHAT = {"rcprop": "ids|title|timestamp|loginfo", "rctype": "edit|new|log"}
#: A question for the latest changes, beside others in one request: as many as anybody may ask for, so that they reach
#: back to the last harvest also where that recorded much.
LATEST = {"list": "recentchanges", **_WHAT, "rclimit": "500"}


@dataclass(frozen=True, slots=True)
class RecentEdit:
    """A revision that recent changes tell of.

    :param at: when it was saved, UTC
    :param namespace: number of the page's namespace
    """

    title: str
    revision: int
    at: datetime
    namespace: int = 0


@dataclass(frozen=True, slots=True)
class Touched:
    """Pages as they are now, and the ones touched since a time.

    :param current: the pages that were asked for, by title
    :param at: when pages were last touched, by title, UTC; untouched ones are left out
    :param edits: revisions that were saved since then, of any page
    """

    current: dict[str, Current]
    at: dict[str, datetime]
    edits: list[RecentEdit]


@dataclass(frozen=True, slots=True)
class Changes:
    """Titles that were touched in any way (edited, moved from or to, deleted, restored, imported, protected…).

    :param restored: whether other rows stand under the ids of known ones: the wiki was restored from a backup
    :param models: those of them whose content model changed, and was not known to have changed
    :param edited: newest revisions of those of them that were edited or made, and nothing else
    """

    titles: frozenset[str]
    cursor: ChangesCursor
    models: frozenset[str] = frozenset()
    restored: bool = False
    edited: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LatestChanges:
    """The latest rows of a wiki's recent changes, from one moment.

    :param whole: whether there are no others
    """

    rows: Sequence[Answer]
    whole: bool

    @classmethod
    def of(cls, answer: Answer) -> LatestChanges:
        """From an answer to a question with `LATEST`."""
        return cls(answer["query"]["recentchanges"], "continue" not in answer)

    def since(self, start: datetime) -> list[Answer] | None:
        """All rows since a time; None where there may be others."""
        rows = [row for row in self.rows if _time(row["timestamp"]) >= start]
        return rows if self.whole or len(rows) < len(self.rows) else None


def changes_since(wiki: Wiki, cursor: ChangesCursor, latest: LatestChanges | None = None) -> Changes | None:
    """All changes since a cursor; None where the wiki does not remember that far back.

    https://www.mediawiki.org/wiki/API:RecentChanges; a request per 500 changes (5,000 with ``apihighlimits``).

    :param latest: that were read just now: where they reach back to the cursor, nothing more is asked
    :raises WikiError: the wiki could not be read
    """
    titles: set[str] = set()
    models: set[str] = set()
    rows: list[Answer] = []
    known = cursor.rows
    restored = False
    start = max(cursor.at, _BEFORE_MEDIAWIKI) - _OVERLAP
    at_hand = latest.since(start) if latest else None
    for row in _rows(wiki, rcdir="newer", rcstart=_timestamp_text(start)) if at_hand is None else at_hand:
        restored = restored or known.get(row["rcid"], "") not in ("", row["timestamp"])
        titles.update(_titles(row))
        if row.get("logtype") == "contentmodel" and row["rcid"] not in known:
            models.update(_titles(row))
        rows.append(row)
    joined = any(row["rcid"] in known for row in rows)
    # A page's deletion takes its rows out of recent changes, and has a newer one. A backup has none.
    shorter = max((row["rcid"] for row in rows), default=0) < max(known, default=0)
    if restored or (joined and not shorter):
        return Changes(frozenset(titles), _cursor(rows), frozenset(models), restored, _edited(rows))
    return None


def newest_cursor(wiki: Wiki, latest: LatestChanges | None = None) -> ChangesCursor | None:
    """Where reading will go on, for one who reads the whole wiki now; None where there are no recent changes.

    :param latest: that were read just now: then nothing is asked
    :raises WikiError: the wiki could not be read
    """
    if latest is not None:
        return _cursor(latest.rows) if latest.rows else None
    query = wiki.get(action="query", list="recentchanges", **_WHAT, rclimit=_MAX_ROWS_KEPT)["query"]
    return _cursor(query["recentchanges"]) if query["recentchanges"] else None


def recent_edits(wiki: Wiki) -> list[RecentEdit]:
    """The newest edits of a wiki: a request.

    :raises WikiError: the wiki could not be read
    """
    query = wiki.get(action="query", list="recentchanges", **_WHAT, rclimit=_MAX_RECENT_EDITS)["query"]
    return _edits(query["recentchanges"])


def pages_touched(wiki: Wiki, titles: Iterable[str], since: datetime) -> Touched:
    """Pages as they are now, and the ones touched since a time; a request per 50.

    Pages that come and go (deleted, moved, restored, imported) leave no revision whose time would tell; recent changes
    tell it, but not of pages that ``importDump.php`` writes.

    :raises WikiError: the wiki could not be read
    """
    current: dict[str, Current] = {}
    touched: dict[str, datetime] = {}
    rows: list[Answer] = []
    start = _timestamp_text(max(since, _BEFORE_MEDIAWIKI))  # a wiki without a clock: its answers have no date
    changes = {"list": "recentchanges", "rcdir": "newer", "rcstart": start, "rclimit": "max", **_WHAT}
    for some in batched(titles):
        merged: dict[str, Answer] = {}
        for part in wiki.query(titles=some, prop=["info", "revisions"], rvprop=["ids", "timestamp"], **changes):
            for page in part.get("pages", ()):
                merged.setdefault(page["title"], {}).update(page)
            rows += part.get("recentchanges", ())
        current |= {title: current_page(page) for title, page in merged.items()}
    for row in rows:
        touched |= dict.fromkeys(_titles(row), _time(row["timestamp"]))
    for title, each in current.items():
        if each.edited is not None and each.edited >= since:
            touched[title] = max(each.edited, touched.get(title, each.edited))
    return Touched(current, touched, _edits(rows))


class Follower:
    """Asks a wiki again and again for changes, with a request each time.

    It only tells that there is one: reading by way of a cursor has no gaps, whatever was missed here.
    """

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki
        self._newest: datetime | None = None
        self._seen: frozenset[int] = frozenset()

    def look(self) -> frozenset[str]:
        """Titles touched since the last look; the first look only says from where on.

        :raises WikiError: the wiki could not be read
        """
        first = self._newest is None
        newest = self._newest or _newest_time(self._wiki)
        rows = list(_rows(self._wiki, rcdir="newer", rcstart=_timestamp_text(newest - _OVERLAP)))
        fresh = [row for row in rows if row["rcid"] not in self._seen]
        self._seen = frozenset(row["rcid"] for row in rows)
        self._newest = max((_time(row["timestamp"]) for row in rows), default=newest)
        return frozenset() if first else frozenset(title for row in fresh for title in _titles(row))


def _newest_time(wiki: Wiki) -> datetime:
    """The time of the newest change, or where there is none, the wiki's own time."""
    cursor = newest_cursor(wiki)
    return cursor.at if cursor else wiki.clock


def _rows(wiki: Wiki, **parameters: str) -> Iterator[Answer]:
    for part in wiki.query(list="recentchanges", rclimit="max", **_WHAT, **parameters):
        yield from part["recentchanges"]


def _edited(rows: Sequence[Answer]) -> dict[str, int]:
    """The newest revision of each page of which rows tell but edits; none where a row hides which page it is about.

    A row that hides its revision tells of none: 0 would stand for a page that does not exist.
    """
    if not all(row.get("title") for row in rows):
        return {}
    others: set[str] = set()
    newest: dict[str, int] = {}
    for row in rows:
        if row.get("type") in ("edit", "new") and row.get("revid"):
            newest[row["title"]] = max(row["revid"], newest.get(row["title"], 0))
        else:
            others.update(_titles(row))
    return {title: revision for title, revision in newest.items() if title not in others}


def _titles(row: Answer) -> Iterator[str]:
    if row.get("title"):  # hidden from us where it is not there
        yield row["title"]
    target = row.get("logparams", {}).get("target_title")  # where a page was moved to
    if target:
        yield target


def _edits(rows: Iterable[Answer]) -> list[RecentEdit]:
    return [
        RecentEdit(row["title"], row["revid"], _time(row["timestamp"]), row.get("ns", 0))
        for row in rows
        if row.get("type") in ("edit", "new") and row.get("revid") and row.get("title")
    ]


def _cursor(rows: Iterable[Answer]) -> ChangesCursor:
    newest = sorted((_time(row["timestamp"]), row["rcid"], row["timestamp"]) for row in rows)[-_MAX_ROWS_KEPT:]
    return ChangesCursor(newest[-1][0], {id_: written for _, id_, written in newest})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _timestamp_text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
