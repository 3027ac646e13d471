"""Which recent edits a run is to tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from picklebot.evaluation.stability import Landmarks
from picklebot.wiki.changes import RecentEdit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def edit(title: str, revision: int, seconds: int, namespace: int = 0) -> RecentEdit:
    return RecentEdit(title, revision, NOW - timedelta(seconds=seconds), namespace)


def test_the_newest_edit_and_the_newest_that_a_server_in_good_order_has_are_asked_about() -> None:
    edits = [edit("Now", 9, 0), edit("A moment ago", 8, 4), edit("Before", 7, 12), edit("Long ago", 6, 900)]
    assert Landmarks(edits).titles == ("Now", "Before")


def test_so_are_a_few_of_the_modules_and_templates_that_were_edited_of_late() -> None:
    edits = [edit(f"Module:M{n}", 100 + n, 100, 828) for n in range(30)]
    titles = Landmarks([edit("Now", 900, 0), *edits, edit("Template:T", 800, 50, 10)]).titles
    assert titles[:4] == ("Now", "Template:T", "Module:M29", "Module:M28")
    assert len(titles) == 11


def test_of_a_page_the_newest_revision_counts_whatever_is_heard_first() -> None:
    landmarks = Landmarks([edit("A", 5, 50), edit("B", 7, 30)])
    landmarks.add([edit("A", 9, 0), edit("B", 6, 40)])
    assert landmarks.titles == ("A", "B")
    assert Landmarks().titles == ()
