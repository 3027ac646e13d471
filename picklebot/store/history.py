"""Queries of the store: the story of a module, and how a wiki stands. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from picklebot.model import (
    Counts,
    Inconclusive,
    ModuleStatus,
    OutboxEntry,
    Page,
    Reason,
    RunReason,
    State,
    SuiteError,
    SuiteRecord,
)
from picklebot.store.database import now_of
from picklebot.store.rows import (
    Once,
    error_from,
    inconclusive_from,
    module_from,
    outbox_entry_from,
    reason_from,
    suite_from,
)
from picklebot.store.store import Store
from picklebot.store.tables import HARVEST, MODULE, RECORDING, RESULT, SUITE, TRANSITION, WIKI

__all__ = [
    "Overview",
    "PastHarvest",
    "PastRun",
    "RecordedTransition",
    "Story",
    "SuiteStory",
    "Waiting",
    "known",
    "overview",
    "story",
]


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run of a suite, and why it was made. Times are UTC."""

    at: datetime
    state: State | None
    counts: Counts
    error: SuiteError | None
    inconclusive: Inconclusive | None
    duration_ms: int
    lua_ms: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class SuiteStory:
    """A suite as it is, and its runs, the latest first."""

    record: SuiteRecord
    runs: tuple[PastRun, ...]


@dataclass(frozen=True, slots=True)
class RecordedTransition:
    """A transition, and when it was recorded, by recorder."""

    found: OutboxEntry
    recorded: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Story:
    """All that is kept of one page: its suites, and its transitions, the latest first.

    :param page: as it was last seen
    :param module: None where it is followed no more, or no suite of it came to a state yet
    """

    page: Page
    module: ModuleStatus | None
    suites: tuple[SuiteStory, ...]
    transitions: tuple[RecordedTransition, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The outbox of one recorder, and since when it waits, UTC."""

    transitions: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastHarvest:
    """A row of the harvests; without an end it is still going on, or was broken off.

    :param software: digest of the wiki's software then, with picklebot and its strategies
    """

    started: datetime
    ended: datetime | None
    ran: int
    inconclusive: int
    changed: int
    requests: int
    software: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How a wiki stands.

    :param suites: all that are known
    :param inconclusive: testers whose last run came to no state, and why
    :param outbox: by recorder
    :param last: the latest harvest; None before the first
    :param held: whether a harvest, or a watch, holds the wiki now
    """

    modules: Mapping[State, int]
    suites: tuple[SuiteRecord, ...]
    inconclusive: Mapping[str, Inconclusive]
    outbox: Mapping[str, Waiting]
    last: PastHarvest | None
    held: bool


def known(store: Store) -> set[str]:
    """All titles that a story can be told of."""
    columns = (MODULE.c.title, SUITE.c.testee_title, SUITE.c.tester_title, TRANSITION.c.title)
    with store.database.transaction() as connection:
        return {title for column in columns for title in connection.scalars(_mine(store, column).distinct())}


def story(store: Store, title: str, runs: int) -> Story | None:
    """The story of a module, or of a tester's module; None where nothing is known of it.

    :param title: as the wiki normalises it; a former title will do
    :param runs: how many runs to tell of each suite
    """
    with store.database.transaction() as connection:
        page = _page(connection, store, title)
        if page is None:
            return None
        alone = or_(SUITE.c.testee_id == 0, SUITE.c.stands_alone.is_(True))
        here = and_(SUITE.c.testee_id == page.page_id, SUITE.c.stands_alone.is_not(True))
        mine = or_(here, and_(alone, SUITE.c.tester_id == page.page_id))
        rows = connection.execute(_mine(store, SUITE).where(mine).order_by(SUITE.c.tester_title)).all()
        suites = tuple(SuiteStory(suite_from(row), _runs(connection, store, row.tester_id, runs)) for row in rows)
        module = connection.execute(_mine(store, MODULE).where(MODULE.c.page_id == page.page_id)).first()
        return Story(page, module_from(module) if module else None, suites, _told(connection, store, page.page_id))


def overview(store: Store, recorders: Collection[str]) -> Overview:
    """How the wiki stands.

    :param recorders: names of those whose outbox is told of
    """
    with store.database.transaction() as connection:
        states = connection.execute(
            select(MODULE.c.state, func.count()).where(MODULE.c.wiki_id == store.wiki).group_by(MODULE.c.state)
        ).all()
        counted = {row.state: int(row[1]) for row in states}
        once = Once()
        rows = connection.execute(_mine(store, SUITE).order_by(SUITE.c.tester_title))
        suites = tuple(suite_from(row, once) for row in rows)
        until = connection.scalar(select(WIKI.c.lease_until).where(WIKI.c.id == store.wiki))
        return Overview(
            {state: counted[state] for state in State if state in counted},
            suites,
            _inconclusive(connection, store, {each.tester_id: each.suite.tester.title for each in suites}),
            {name: _waiting(connection, store, name) for name in recorders},
            _last(connection, store),
            held=until is not None and until > now_of(connection),
        )


def _mine(store: Store, what: Any) -> Any:  # noqa: ANN401 (a table or a column, and a statement)
    return select(what).where(getattr(what, "table", what).c.wiki_id == store.wiki)


def _page(connection: Connection, store: Store, title: str) -> Page | None:
    """The page that a title means, as last seen: a module, the testee of a tester, or a page that had it once."""
    module = connection.execute(_mine(store, MODULE).where(MODULE.c.title == title)).first()
    if module:
        return module_from(module).page
    either = or_(SUITE.c.testee_title == title, SUITE.c.tester_title == title)
    suite = connection.execute(_mine(store, SUITE).where(either)).first()
    if suite:
        return suite_from(suite).subject
    latest = TRANSITION.c.id.desc()
    once = connection.execute(_mine(store, TRANSITION).where(TRANSITION.c.title == title).order_by(latest)).first()
    if not once:
        return None
    now = connection.execute(_mine(store, MODULE).where(MODULE.c.page_id == once.page_id)).first()
    return module_from(now).page if now else Page(once.title, once.page_id, once.revision)


def _runs(connection: Connection, store: Store, tester_id: int, most: int) -> tuple[PastRun, ...]:
    wanted = _mine(store, RESULT).where(RESULT.c.tester_id == tester_id).order_by(RESULT.c.id.desc()).limit(most)
    return tuple(map(_run, connection.execute(wanted)))


def _run(row: Row[Any]) -> PastRun:
    return PastRun(
        row.at.replace(tzinfo=UTC),
        State(row.state) if row.state else None,
        Counts(**row.counts),
        error_from(row),
        inconclusive_from(row.inconclusive_code, row.inconclusive_details),
        row.duration_ms,
        row.lua_ms,
        reason_from(row.run_reason, row.run_reason_detail) or Reason(RunReason.OTHER),
    )


def _told(connection: Connection, store: Store, page_id: int) -> tuple[RecordedTransition, ...]:
    wanted = _mine(store, TRANSITION).where(TRANSITION.c.page_id == page_id)
    found = [
        outbox_entry_from(row)
        for row in connection.execute(wanted.order_by(TRANSITION.c.at.desc(), TRANSITION.c.id.desc()))
    ]
    ids = select(TRANSITION.c.id).where(TRANSITION.c.wiki_id == store.wiki, TRANSITION.c.page_id == page_id)
    recorded: dict[int, dict[str, datetime]] = {}
    for row in connection.execute(select(RECORDING).where(RECORDING.c.transition_id.in_(ids)).order_by(RECORDING.c.at)):
        recorded.setdefault(row.transition_id, {})[row.recorder] = row.at.replace(tzinfo=UTC)
    return tuple(RecordedTransition(each, recorded.get(each.id, {})) for each in found)


def _inconclusive(connection: Connection, store: Store, testers: Mapping[int, str]) -> dict[str, Inconclusive]:
    newest = select(func.max(RESULT.c.id)).where(RESULT.c.wiki_id == store.wiki).group_by(RESULT.c.tester_id)
    wanted = _mine(store, RESULT).where(RESULT.c.id.in_(newest), RESULT.c.inconclusive_code.is_not(None))
    rows: Iterable[Row[Any]] = connection.execute(wanted)
    told = {
        testers[row.tester_id]: inconclusive_from(row.inconclusive_code, row.inconclusive_details)
        for row in rows
        if row.tester_id in testers
    }
    return {title: why for title, why in sorted(told.items()) if why}


def _waiting(connection: Connection, store: Store, recorder: str) -> Waiting:
    done = select(RECORDING.c.transition_id).where(RECORDING.c.recorder == recorder)
    wanted = select(func.count(), func.min(TRANSITION.c.at)).where(
        TRANSITION.c.wiki_id == store.wiki, TRANSITION.c.id.not_in(done)
    )
    number, since = connection.execute(wanted).one()
    return Waiting(number, since.replace(tzinfo=UTC) if since else None)


def _last(connection: Connection, store: Store) -> PastHarvest | None:
    row = connection.execute(_mine(store, HARVEST).order_by(HARVEST.c.id.desc())).first()
    if row is None:
        return None
    ended = row.ended.replace(tzinfo=UTC) if row.ended else None
    started = row.started.replace(tzinfo=UTC)
    return PastHarvest(started, ended, row.ran, row.inconclusive, row.changed, row.requests, row.software)
