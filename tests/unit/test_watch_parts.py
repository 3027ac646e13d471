"""What a watch is made of: when a suite is due, what was touched since the last look, which stream is followed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from picklebot.errors import ConfigError
from picklebot.model import Reason, RunReason, SuiteRecord
from picklebot.scheduling.due import next_due
from picklebot.watch.stream import stream_url
from picklebot.wiki import Wiki
from picklebot.wiki.changes import Follower
from tests.factories import a_page, a_record, a_suite

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def record(id_: int, *, ran: datetime | None = NOW, reason: Reason | None = None) -> SuiteRecord:
    page = a_page(f"Page {id_}", id_, 1)
    return a_record(None, a_suite(page, page), ran_at=ran, reason=reason)


def test_nothing_known_is_never_due() -> None:
    assert next_due([], NOW, recheck_after=WEEK) is None


def test_what_never_ran_or_must_run_is_due_now() -> None:
    assert next_due([record(1), record(2, ran=None)], NOW, recheck_after=WEEK) == NOW
    assert next_due([record(1), record(2, reason=Reason(RunReason.INCONCLUSIVE))], NOW, recheck_after=WEEK) == NOW


def test_the_first_recheck_comes_between_half_the_time_and_all_of_it() -> None:
    due = next_due([record(id_) for id_ in range(1, 50)], NOW, recheck_after=WEEK)
    assert due is not None
    assert NOW + WEEK / 2 <= due < NOW + WEEK


class Changing:
    """A wiki whose recent changes are these; every question is counted."""

    clock = NOW

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.asked = 0

    def touch(self, id_: int, title: str, after: float, **more: object) -> None:
        at = (NOW + timedelta(seconds=after)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.rows.append({"rcid": id_, "title": title, "timestamp": at, **more})

    def get(self, **_: object) -> dict[str, Any]:
        self.asked += 1
        return {"query": {"recentchanges": self.rows[-1:]}}

    def query(self, *, rcstart: str, **_: object) -> Iterator[dict[str, Any]]:
        self.asked += 1
        yield {"recentchanges": [row for row in self.rows if row["timestamp"] >= rcstart]}


def test_the_first_look_says_nothing_and_each_change_is_told_once() -> None:
    wiki = Changing()
    wiki.touch(1, "Module:Before", -5)
    follower = Follower(cast("Wiki", wiki))
    assert follower.look() == frozenset()
    wiki.touch(2, "Module:A", 1)
    assert follower.look() == {"Module:A"}
    assert follower.look() == frozenset()


def test_a_change_that_shows_late_is_told() -> None:
    wiki = Changing()
    wiki.touch(1, "Module:Before", 0)
    follower = Follower(cast("Wiki", wiki))
    follower.look()
    wiki.touch(3, "Module:B", 9)
    follower.look()
    wiki.rows.insert(1, {"rcid": 2, "title": "Module:Late", "timestamp": "2026-07-04T12:00:04Z"})
    assert follower.look() == {"Module:Late"}


def test_a_look_is_one_request_and_a_move_touches_two_pages() -> None:
    wiki = Changing()
    follower = Follower(cast("Wiki", wiki))
    follower.look()
    asked = wiki.asked
    wiki.touch(1, "Module:Old", 2, logparams={"target_title": "Module:New"})
    assert follower.look() == {"Module:Old", "Module:New"}
    assert wiki.asked == asked + 1


@pytest.mark.parametrize(
    ("api", "followed"),
    [
        ("https://en.wikipedia.org/w/api.php", True),
        ("https://www.mediawiki.org/w/api.php", True),
        ("https://wikipedia.org.example.net/w/api.php", False),
        ("https://notwikipedia.org/w/api.php", False),
        ("http://127.0.0.1:8080/api.php", False),
    ],
)
def test_only_wikis_of_wikimedia_have_wikimedias_stream(api: str, followed: bool) -> None:
    assert (stream_url("auto", api) is not None) is followed
    assert stream_url("off", api) is None


def test_without_the_extra_it_polls_unless_a_stream_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert stream_url("auto", "https://en.wikipedia.org/w/api.php") is None
    with pytest.raises(ConfigError, match="eventstreams"):
        stream_url("https://stream.example.org/", "https://wiki.example.org/api.php")


def test_a_stream_is_auto_or_off_or_a_url() -> None:
    with pytest.raises(ConfigError, match="auto, off or a URL"):
        stream_url("yes", "https://en.wikipedia.org/w/api.php")
