"""What is named as the cause of a transition, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Cause, ChangedPage, SoftwareChange
from picklebot.tracking.causes import changed_pages, find_cause, order_pages
from picklebot.wiki import Wiki
from picklebot.wiki.history import PageHistory

FOO, TESTS, LIB, OTHER = "Module:Foo", "Module:Foo/testcases", "Module:Lib", "Template:Other"


class Editors:
    """A wiki that knows nothing but who made which revision, and when, and the newest event in the log of a page."""

    def __init__(self, *events: dict[str, str], **users: str) -> None:
        self.events = events
        self.users = {int(revision.removeprefix("r")): user for revision, user in users.items()}
        self.asked: list[str] = []

    def pages(self, names: Iterable[str], *, by: str, **_: object) -> Iterator[dict[str, object]]:
        assert by == "revids"
        for name in names:
            self.asked.append(name)
            if int(name) in self.users:
                user = self.users[int(name)]
                said = {"user": user} if user else {"userhidden": True}
                yield {"title": "?", "revisions": [{"revid": int(name), "timestamp": f"2026-01-{name}", **said}]}

    def get(self, *, letitle: str, **_: object) -> dict[str, object]:
        self.asked.append(letitle)
        return {"query": {"logevents": list(self.events)}}


def cause(
    before: dict[str, int], after: dict[str, int], wiki: Editors | None = None, *, old: str = "1", new: str = "1"
) -> Cause:
    software = {"MediaWiki": old}, {"MediaWiki": new}
    return find_cause(PageHistory(cast("Wiki", wiki or Editors())), FOO, TESTS, before, after, software)


def test_pages_whose_revisions_differ_are_named_also_those_that_came_and_went() -> None:
    before = {FOO: 1, TESTS: 2, LIB: 0, OTHER: 4}
    after = {FOO: 1, TESTS: 3, LIB: 5, OTHER: 0}
    assert changed_pages(before, after) == [
        ChangedPage(TESTS, 2, 3),
        ChangedPage(LIB, 0, 5),
        ChangedPage(OTHER, 4, 0),
    ]


def test_a_page_that_only_one_run_asked_for_did_not_change() -> None:
    """That it is asked for now, or no longer, has its reason in another page."""
    assert changed_pages({FOO: 1, LIB: 7}, {FOO: 2, OTHER: 8}) == [ChangedPage(FOO, 1, 2)]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 3)))
def test_nothing_changed_between_a_run_and_itself(pages: dict[str, int]) -> None:
    assert changed_pages(pages, pages) == []


def test_the_module_comes_first_then_its_tests_then_the_latest_change() -> None:
    expected = (
        ChangedPage(FOO, 1, 2, at="2026-01-01"),
        ChangedPage(TESTS, 1, 3, at="2026-01-02"),
        ChangedPage(OTHER, 1, 4, at="2026-01-09"),
        ChangedPage(LIB, 1, 5, at="2026-01-03"),
        ChangedPage("Module:Gone", 1, 0),
    )
    for pages in permutations(expected):
        assert order_pages(list(pages), FOO, TESTS) == expected


def test_whoever_changed_a_page_is_named_where_the_wiki_says_who() -> None:
    wiki = Editors({"type": "delete", "user": "Eve", "timestamp": "2026-01-01"}, r11="Ann", r12="")
    before, after = {FOO: 1, LIB: 2, OTHER: 3, TESTS: 4}, {FOO: 11, LIB: 12, OTHER: 0, TESTS: 4}
    assert cause(before, after, wiki).pages == (
        ChangedPage(FOO, 1, 11, "Ann", "2026-01-11"),
        ChangedPage(LIB, 2, 12, "", "2026-01-12"),
        ChangedPage(OTHER, 3, 0, "Eve", "2026-01-01"),
    )
    assert wiki.asked == ["11", "12", OTHER], "nobody is asked about what did not change"


@pytest.mark.parametrize("event", [{"type": "protect", "user": "Eve", "timestamp": "2026-02-01"}, None])
def test_who_did_something_else_to_a_page_that_is_gone_is_not_blamed(event: dict[str, str] | None) -> None:
    wiki = Editors(*([event] if event else []))
    assert cause({OTHER: 3}, {OTHER: 0}, wiki).pages == (ChangedPage(OTHER, 3, 0),)


def test_where_nothing_known_changed_nothing_is_named_and_nobody_asked() -> None:
    wiki = Editors()
    assert cause({FOO: 1}, {FOO: 1}, wiki) == Cause()
    assert wiki.asked == []


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ({"MediaWiki": "1.42"}, {"MediaWiki": "1.43"}, ({"MediaWiki": "1.42"}, {"MediaWiki": "1.43"})),
        ({"MediaWiki": "1.43"}, {"MediaWiki": "1.43", "Foo": ""}, ({}, {"Foo": ""})),
        ({"MediaWiki": "1.43", "Foo": "2"}, {"MediaWiki": "1.43"}, ({"Foo": "2"}, {})),
        ({"A": "1", "B": "1", "C": "1"}, {"A": "2", "B": "1", "C": "2"}, ({"A": "1", "C": "1"}, {"A": "2", "C": "2"})),
        ({"MediaWiki": "1.43"}, {"MediaWiki": "1.43"}, None),
        ({}, {"MediaWiki": "1.43"}, None),
    ],
)
def test_the_software_that_changed_is_named_from_and_to(
    before: dict[str, str], now: dict[str, str], change: tuple[dict[str, str], dict[str, str]] | None
) -> None:
    found = find_cause(PageHistory(cast("Wiki", Editors())), FOO, TESTS, {}, {}, (before, now))
    assert found.software == (SoftwareChange(*change) if change else None)


def test_pages_and_software_are_both_named_where_both_changed() -> None:
    found = cause({FOO: 1}, {FOO: 2}, old="1", new="2")
    assert [page.title for page in found.pages] == [FOO]
    assert found.software == SoftwareChange({"MediaWiki": "1"}, {"MediaWiki": "2"})


def test_of_very_many_pages_that_went_only_the_first_are_asked_about() -> None:
    wiki = Editors({"type": "delete", "user": "Ann", "timestamp": "2026-01-02"})
    before = {f"Module:Data{number}": 1 for number in range(500)} | {TESTS: 1}
    found = cause(before, dict.fromkeys(before, 0), wiki)
    assert len(wiki.asked) == 10
    assert len(found.pages) == 501
    assert (found.pages[0].title, found.pages[0].user) == (TESTS, "Ann")
