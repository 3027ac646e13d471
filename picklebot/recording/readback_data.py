"""Reads back data pages: the states of modules, since when and why. Only the bot and interface admins can edit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from picklebot.model import (
    Basis,
    Cause,
    ChangedPage,
    Counts,
    ErrorKind,
    ModuleSummary,
    Page,
    Point,
    SoftwareChange,
    State,
    SuiteError,
    Transition,
)
from picklebot.recording.datapage import DataCause, DataEntry, DataPage, read_data_page
from picklebot.recording.readback import Readback
from picklebot.recording.trace import Trace
from picklebot.recording.wikitext import fill
from picklebot.text.sentences import read_finding
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import current_pages

__all__ = ["read_data_pages", "with_data"]

_MEDIAWIKI = "MediaWiki"
# A reader of one page more than there are would wait for no harm.
_MOST_PAGES = 4_096


def read_data_pages(wiki: Wiki, site: Site, users: Iterable[str], data_page: str) -> dict[int, ModuleSummary]:
    """The modules that data pages tell of and that are there, by page id.

    :param users: whose data pages; of several the first counts
    :param data_page: as in the settings
    :raises WikiError: the wiki could not be read
    """
    entries: dict[str, DataEntry] = {}
    for user in users:
        begin = site.normalise(fill(data_page, {"user": user}))
        for page in _pages(wiki, begin):
            entries = {**page.modules, **entries}
    pages = current_pages(wiki, dict.fromkeys(entries))
    found = ((pages[title].page, entry) for title, entry in entries.items() if title in pages)
    return {page.page_id: _summary(page, entry) for page, entry in found if page.exists}


def _pages(wiki: Wiki, begin: str) -> Iterator[DataPage]:
    """All data pages; none where page 0 is none of this version: it says how many there are."""
    first = next(_read(wiki, [f"{begin}/0.json"]), None)
    if first is None:
        return
    yield first
    yield from _read(wiki, [f"{begin}/{number}.json" for number in range(1, min(first.shards, _MOST_PAGES))])


def _read(wiki: Wiki, titles: Sequence[str]) -> Iterator[DataPage]:
    for page in wiki.pages(titles, prop="revisions", rvprop="content", rvslots="main") if titles else ():
        revisions = page.get("revisions") or [{}]
        told = read_data_page(str(revisions[0].get("slots", {}).get("main", {}).get("content", "")))
        if told is not None:
            yield told


def _summary(page: Page, entry: DataEntry) -> ModuleSummary:
    total = entry.passed + entry.failed + entry.skipped + entry.todo
    states = entry.states or {}
    return ModuleSummary(
        replace(page, revision=entry.revision),
        entry.state,
        _time(entry.since),
        Counts(total, entry.passed, entry.failed, entry.skipped, entry.todo),
        tuple((tester, states.get(tester, entry.state)) for tester in entry.testers),
        tuple(
            Point(ok=False, description=each.name, expected=each.expected, actual=each.actual)
            for each in entry.failing or ()
        ),
        tuple(_error(ErrorKind(each.kind), each.message) for each in entry.errors or () if each.kind in set(ErrorKind)),
        _cause(entry.cause) if entry.cause else None,
        bool(entry.flaky),
    )


def _time(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written).astimezone(UTC) if written else None
    except ValueError:  # an interface admin wrote it
        return None


def _cause(cause: DataCause) -> Cause:
    software = None
    if cause.software:
        name = cause.software.name or _MEDIAWIKI
        software = SoftwareChange({name: cause.software.old}, {name: cause.software.new})
    return Cause(tuple(ChangedPage(each.title, each.old, each.new) for each in cause.pages or ()), software)


def with_data(record: Readback, data: Mapping[int, ModuleSummary]) -> Readback:
    """A record by tags and log pages, completed by data pages: where both tell of a module, the later one counts."""
    last = {trace.transition.page.page_id: trace for trace in record.transitions}
    traces = dict(enumerate(record.transitions))
    places = {id(trace): place for place, trace in traces.items()}
    states = dict(record.states)
    for page_id, told in data.items():
        trace = last.get(page_id)
        if trace and told.since and trace.at > told.since and trace.transition.new != told.state:
            continue  # a harvest was killed before it came to the data page
        states[page_id] = told.page, told.state
        if told.since is None:
            continue
        if trace and trace.transition.new == told.state:
            cause = trace.transition.cause or told.cause
            same = replace(trace, at=told.since, transition=replace(trace.transition, cause=cause))
            traces[places[id(trace)]] = same
            continue
        old = trace.transition.new if trace else None
        traces[len(traces)] = Trace(_transition(told, old), told.since, "")
    ordered = sorted(traces.values(), key=lambda trace: trace.at)
    return replace(record, transitions=tuple(ordered), states=states)


def _transition(told: ModuleSummary, old: State | None) -> Transition:
    testers = tuple(title for title, _ in told.testers)
    errors = tuple(dict.fromkeys(error.kind for error in told.errors))
    basis = Basis.TESTS if testers else Basis.NO_TEST_PAGE
    return Transition(told.page, old, told.state, told.counts, errors, testers, told.cause, basis)


def _error(kind: ErrorKind, message: str) -> SuiteError:
    """An error by its words: a finding of picklebot's own is told as a code again."""
    note = read_finding(kind, message)
    return SuiteError(kind, "" if note else message, note)
