"""Whether a run saw the pages as they are now: what changed meanwhile, and what its server did not have yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from picklebot.model import Page, SuiteResult
from picklebot.wiki.changes import RecentEdit

__all__ = ["NO_TIME", "Landmarks", "saw_newest", "sure_before", "untold"]

# Servers' clocks differ by as much, and edits that are saved at the same time may become visible in another order.
_MARGIN = timedelta(seconds=10)
#: Of what has none.
NO_TIME = datetime.min.replace(tzinfo=UTC)
# Of recent edits so many are asked about in each run: each is a look-up, and those of modules and templates (their
# namespaces have the same numbers on all wikis) are likely to be depended on.
_LIKELY = frozenset({10, 828})
_LIKELY_ASKED = 10
_KEPT = 100


class Landmarks:
    """The newest edits of a wiki, by which a run tells how far its server is.

    A server takes edits over in the order in which they were saved: where it has one, it has all that came before, so
    that of pages of which nothing was known before the run it is known as well which revision it saw.
    """

    def __init__(self, edits: Iterable[RecentEdit] = ()) -> None:
        self._edits: list[RecentEdit] = []
        self.add(edits)

    def add(self, edits: Iterable[RecentEdit]) -> None:
        """Take in edits, of which only the newest are of use."""
        newest: dict[str, RecentEdit] = {}
        for edit in sorted((*self._edits, *edits), key=lambda edit: (edit.revision, edit.at)):
            newest.pop(edit.title, None)
            newest[edit.title] = edit
        self._edits = list(reversed(newest.values()))[:_KEPT]

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the pages that a run is to tell of, the newest first.

        On a busy wiki a server that is well may not have the very newest edit: the newest is joined by an older one.
        """
        if not self._edits:
            return ()
        first = self._edits[0]
        settled = next((edit for edit in self._edits if first.at - edit.at >= _MARGIN), first)
        likely = [edit.title for edit in self._edits if edit.namespace in _LIKELY][:_LIKELY_ASKED]
        return tuple(dict.fromkeys((first.title, settled.title, *likely)))


def sure_before(started: datetime) -> datetime:
    """The time before which a page must have changed for a run to have seen that, where its server had all edits."""
    return started - min(_MARGIN, started - NO_TIME)


def untold(
    result: SuiteResult,
    pages: Mapping[str, Page],
    known: Mapping[str, int],
    asked: Iterable[str],
) -> tuple[tuple[str, ...], bool]:
    """Titles of pages that a run should tell of and did not, and whether it must run again for that.

    It need not for pages that it depends on for the first time, where its server is known to have them as they are. A
    call that used up the look-ups that the wiki allows tells of no landmark: then all pages are asked about.

    :param pages: the pages that it depended on, as they are now
    :param known: revisions by title that its last run depended on
    :param asked: titles of which the run was asked to tell before any others
    """
    reached = result.reached
    left = pages.keys() - {*asked, *result.seen}
    beyond = {title for title in left if reached is not None and pages[title].revision > reached}
    found = [
        title for title in pages if title in left and (title in beyond or known.get(title) != pages[title].revision)
    ]
    return tuple(found), any(reached is None or title in known or title in beyond for title in found)


def saw_newest(
    result: SuiteResult,
    pages: Mapping[str, Page],
    changed_since: Iterable[str],
    before: Mapping[str, int],
) -> bool:
    """Whether a run saw pages as they are now.

    Mostly it tells. Of other pages only times speak: one that changed about when the run began may have changed in it,
    unless it is known to have had the same revision before.

    :param pages: the pages that it depended on, as they are now
    :param changed_since: titles of pages that changed in the run, or so short before that it may not have seen it
    :param before: revisions by title, before the run
    """
    told = result.seen
    if any(told[title] != page.revision for title, page in pages.items() if title in told):
        return False
    others = {title: page for title, page in pages.items() if title not in told}
    if any(title in result.there and not page.exists and title not in before for title, page in others.items()):
        return False  # it went meanwhile, and recent changes need not tell of that
    as_before = all(before.get(title) == page.revision for title, page in others.items())
    return as_before or others.keys().isdisjoint(changed_since)
