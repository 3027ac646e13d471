"""Whether recent changes go on where one stopped reading them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from picklebot.model import ChangesCursor
from picklebot.wiki.changes import Changes, LatestChanges, changes_since, newest_cursor

AT = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
KNOWN = ChangesCursor(AT, {11: "2026-03-04T04:59:30Z", 12: "2026-03-04T05:00:00Z"})


class Wiki:
    """Has rows of recent changes: ids and times."""

    def __init__(self, *rows: tuple[int, str]) -> None:
        self.rows = rows

    def query(self, **_: object) -> Iterator[dict[str, object]]:
        yield {"recentchanges": [{"rcid": id_, "timestamp": at, "title": f"Page {id_}"} for id_, at in self.rows]}


def since(cursor: ChangesCursor, *rows: tuple[int, str]) -> Changes | None:
    return changes_since(Wiki(*rows), cursor)  # type: ignore[arg-type]


OLD = (11, "2026-03-04T04:59:30Z"), (12, "2026-03-04T05:00:00Z")
NEW = 13, "2026-03-04T05:10:00Z"


def test_what_follows_the_rows_that_are_known_is_what_changed() -> None:
    found = since(KNOWN, *OLD, NEW)
    assert found is not None
    assert (found.titles, found.restored) == (frozenset({"Page 11", "Page 12", "Page 13"}), False)
    assert found.cursor.rows == {**KNOWN.rows, 13: "2026-03-04T05:10:00Z"}


def test_a_row_that_a_deletion_took_away_is_none_that_is_missed() -> None:
    found = since(KNOWN, OLD[0], NEW)
    assert found is not None
    assert not found.restored


@pytest.mark.parametrize("rows", [(), (NEW,), (OLD[0],)])
def test_where_known_rows_are_gone_and_nothing_tells_why_nothing_is_known(
    rows: tuple[tuple[int, str], ...],
) -> None:
    assert since(KNOWN, *rows) is None


def test_another_row_under_a_known_id_is_of_a_wiki_that_was_restored() -> None:
    found = since(KNOWN, OLD[0], (12, "2026-03-04T06:00:00Z"))
    assert found is not None
    assert found.restored


def test_of_rows_whose_times_were_not_kept_only_the_ids_count() -> None:
    found = since(ChangesCursor(AT, {12: ""}), (12, "2026-03-04T06:00:00Z"))
    assert found is not None
    assert not found.restored


def row(id_: int, **parts: object) -> dict[str, object]:
    return {"rcid": id_, "timestamp": f"2026-03-04T05:00:{id_}Z", "type": "edit", "title": "Module:A", **parts}


class Rows:
    def __init__(self, *rows: dict[str, object]) -> None:
        self.rows = rows

    def query(self, **_: object) -> Iterator[dict[str, object]]:
        yield {"recentchanges": [row(12, title="Known", timestamp="2026-03-04T05:00:00Z"), *self.rows]}


@pytest.mark.parametrize(
    ("rows", "edited"),
    [
        ([row(13, type="new", revid=7), row(14, revid=9), row(15, revid=8)], {"Module:A": 9}),
        ([row(13, revid=7), row(14, type="log", logtype="protect", revid=8)], {}),
        ([row(13, revid=7), row(14, type="log", title="B", logparams={"target_title": "Module:A"})], {}),
        ([row(13, type="new")], {}),
        ([row(13, revid=7), row(14)], {}),
        ([row(13, revid=7), {"rcid": 14, "timestamp": "2026-03-04T05:00:14Z", "type": "edit"}], {}),
    ],
)
def test_rows_tell_the_newest_revision_of_pages_that_were_edited_and_nothing_else(
    rows: list[dict[str, object]], edited: dict[str, int]
) -> None:
    found = changes_since(Rows(*rows), KNOWN)  # type: ignore[arg-type]
    assert found is not None
    assert {title: revision for title, revision in found.edited.items() if title != "Known"} == edited


class Silent(Wiki):
    """Must not be asked."""

    def query(self, **_: object) -> Iterator[dict[str, object]]:
        raise AssertionError("it was asked")


def latest(*rows: tuple[int, str], whole: bool) -> LatestChanges:
    return LatestChanges([{"rcid": id_, "timestamp": at, "title": f"Page {id_}"} for id_, at in rows], whole)


BEFORE = 10, "2026-03-04T04:58:59Z"


def test_latest_changes_that_reach_back_to_the_cursor_are_enough() -> None:
    found = changes_since(Silent(), KNOWN, latest(NEW, *OLD, BEFORE, whole=False))  # type: ignore[arg-type]
    assert found is not None
    assert found.titles == {"Page 11", "Page 12", "Page 13"}


def test_so_are_all_changes_that_there_are() -> None:
    found = changes_since(Silent(), KNOWN, latest(NEW, *OLD, whole=True))  # type: ignore[arg-type]
    assert found is not None
    assert found.titles == {"Page 11", "Page 12", "Page 13"}


def test_where_older_ones_may_be_missing_the_wiki_is_asked() -> None:
    found = changes_since(Wiki(*OLD, NEW), KNOWN, latest(NEW, OLD[1], whole=False))  # type: ignore[arg-type]
    assert found is not None
    assert found.titles == {"Page 11", "Page 12", "Page 13"}


def test_one_who_reads_the_whole_wiki_goes_on_from_the_newest_of_the_latest_changes() -> None:
    cursor = newest_cursor(Silent(), latest(NEW, *OLD, whole=False))  # type: ignore[arg-type]
    assert cursor is not None
    assert (cursor.at, max(cursor.rows)) == (datetime(2026, 3, 4, 5, 10, tzinfo=UTC), 13)
    assert newest_cursor(Silent(), latest(whole=True)) is None  # type: ignore[arg-type]


def test_a_cursor_from_before_all_wikis_is_no_reason_to_fail() -> None:
    early = ChangesCursor(datetime.min.replace(tzinfo=UTC), {1: "0001-01-01T00:00:00Z"})
    assert since(early, *OLD) is None
