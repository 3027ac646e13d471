"""Data pages: which page tells of a module, what it says, and how it comes back from MediaWiki."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import (
    BOT,
    Cause,
    ChangedPage,
    Counts,
    ErrorKind,
    ModuleSummary,
    Note,
    NoteCode,
    Point,
    SoftwareChange,
    State,
    SuiteError,
)
from picklebot.recording.datapage import DataEntry, pages_of, read_data_page, shard_of, stored_text
from picklebot.recording.readback_data import _summary
from tests.documents import violations
from tests.factories import FOO, a_page
from tests.unit.test_docs import ROOT

SINCE = datetime(2026, 11, 25, 10, 0, 0, tzinfo=UTC)
PLAIN = ModuleSummary(FOO, State.GOOD, SINCE, Counts(2, 2), (("Module:Foo/testcases", State.GOOD),))


def entry(summary: ModuleSummary) -> dict[str, object]:
    (page,) = pages_of([summary])
    found = page.document
    assert violations("data-page", found) == []
    modules = found["modules"]
    assert isinstance(modules, dict)
    return dict(modules[summary.page.title])


def test_an_entry_has_the_state_and_no_key_for_nothing() -> None:
    assert entry(PLAIN) == {
        "state": "good",
        "since": "2026-11-25T10:00:00Z",
        "revision": 10,
        "passed": 2,
        "failed": 0,
        "skipped": 0,
        "todo": 0,
        "testers": ["Module:Foo/testcases"],
    }


def test_of_failing_points_five_are_told_of_with_two_hundred_characters_each() -> None:
    points = tuple(Point(ok=False, description=f"{n}" * 300, expected="e" * 300, actual=None) for n in range(7))
    told = entry(replace(PLAIN, state=State.FAIL, failing=points))["failing"]
    assert told == [{"name": f"{n}" * 200, "expected": "e" * 200} for n in range(5)]


def test_a_suite_that_ended_in_an_error_says_which() -> None:
    error = SuiteError(ErrorKind.SCRIPT, "Lua error in Module:Foo at line 1")
    assert entry(replace(PLAIN, errors=(error,)))["errors"] == [{"kind": "script", "message": error.message}]


def test_a_finding_about_an_error_is_told_in_words_and_read_back_as_a_code() -> None:
    error = SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (2, 1)))
    told = entry(replace(PLAIN, errors=(error,)))
    assert told["errors"] == [{"kind": "plan", "message": "planned 2, ran 1"}]
    assert _summary(PLAIN.page, DataEntry.model_validate(told)).errors == (error,)


def test_the_cause_is_pages_with_their_revisions_or_software_with_its_versions() -> None:
    pages = tuple(ChangedPage(f"Module:{n}", n, n + 1, "Ann") for n in range(7))
    both = Cause(pages, SoftwareChange({"MediaWiki": "1.39.17", "Scribunto": "a"}, {"MediaWiki": "1.43.9"}))
    assert entry(replace(PLAIN, cause=both))["cause"] == {
        "pages": [{"title": f"Module:{n}", "old": n, "new": n + 1} for n in range(5)],
        "software": {"old": "1.39.17", "new": "1.43.9"},
    }
    bot = Cause(software=SoftwareChange({BOT: "1"}, {BOT: "2"}))
    assert entry(replace(PLAIN, cause=bot))["cause"] == {"software": {"old": "1", "new": "2", "name": BOT}}
    assert "cause" not in entry(replace(PLAIN, cause=Cause()))


def test_a_tester_whose_own_state_is_another_says_so() -> None:
    testers = (("Module:Foo/a", State.GOOD), ("Module:Foo/b", State.FAIL), ("Module:Foo/c", None))
    told = entry(replace(PLAIN, state=State.FAIL, testers=testers, flaky=True))
    assert told["states"] == {"Module:Foo/a": "good"}
    assert told["flaky"] is True


def test_testers_lead_to_their_modules_but_where_they_have_an_entry_of_their_own() -> None:
    stray = ModuleSummary(
        a_page("Stray/testcases", 9, 9), State.GOOD, testers=(("Module:Stray/testcases", State.GOOD),)
    )
    (page,) = pages_of([PLAIN, stray])
    assert page.document["testers"] == {"Module:Foo/testcases": "Module:Foo"}


def test_a_page_is_written_as_mediawiki_stores_it() -> None:
    assert stored_text({"b": [], "a": {"<&>": "ä/\u2028"}, "c": 1, "d": {}}) == (
        '{\n\t"a": {\n\t\t"\\u003C\\u0026\\u003E": "ä/\\u2028"\n\t},\n\t"b": [],\n\t"c": 1,\n\t"d": {}\n}'
    )


@pytest.mark.parametrize(
    "name", ["cafe\u0301", "\ud800", "\ufffe", "a\x00b", "]]}}", "{{nobots}}", "x" * 199 + "e\u0301"]
)
def test_a_text_that_mediawiki_would_change_is_changed_before(name: str) -> None:
    (page,) = pages_of([replace(PLAIN, failing=(Point(ok=False, description=name),))])
    page.text.encode()
    assert page.says_the_same(page.text, 0)
    (point,) = json.loads(page.text)["modules"]["Module:Foo"]["failing"]
    assert len(point["name"]) <= 200
    assert "\u0301" not in point["name"]


def test_a_page_of_a_newer_version_or_none_at_all_is_not_read() -> None:
    (page,) = pages_of([PLAIN])
    assert read_data_page(page.text) == page
    assert read_data_page(page.text.replace('"version": 1', '"version": 2')) is None
    assert read_data_page("") is None


def test_only_page_0_counts_the_pages() -> None:
    first, second = pages_of([PLAIN], 2)
    third = pages_of([PLAIN], 3)[1]
    assert third.says_the_same(second.text, 1)
    assert third.digest(1) == second.digest(1)
    assert not pages_of([PLAIN], 3)[0].says_the_same(first.text, 0)
    assert pages_of([PLAIN], 3)[0].digest(0) != first.digest(0)


@given(st.text(min_size=1), st.integers(1, 200))
def test_one_page_more_takes_entries_from_one_other_page_alone(title: str, shards: int) -> None:
    before, now = shard_of(title, shards), shard_of(title, shards + 1)
    assert 0 <= before < shards
    split = shards - (1 << (shards.bit_length() - 1))
    assert now == before or (now, before) == (shards, split)


@given(st.text(min_size=1), st.integers(1, 200))
def test_the_page_of_a_title_is_the_one_that_the_documentation_says(title: str, shards: int) -> None:
    place = int(hashlib.md5(title.encode()).hexdigest()[:6], 16)  # noqa: S324 (no secret)
    size = 1
    while size < shards:
        size *= 2
    number = place % size
    assert shard_of(title, shards) == (number if number < shards else number - size // 2)


def test_no_page_holds_a_thousand_modules_or_two_hundred_thousand_bytes() -> None:
    points = tuple(Point(ok=False, description="<" * 200, expected="数" * 200, actual="&" * 200) for _ in range(5))
    for summary, number in ((PLAIN, 2_500), (replace(PLAIN, failing=points), 300)):
        pages = pages_of(replace(summary, page=a_page(f"Foo {n}", n, n)) for n in range(number))
        assert sum(len(page.modules) for page in pages) == number
        assert all(len(page.modules) < 1_000 and len(page.text.encode()) < 200_000 for page in pages)
        assert {page.shards for page in pages} == {len(pages)}


def test_pages_never_become_fewer() -> None:
    assert len(pages_of([PLAIN], 5)) == 5


def test_the_example_of_the_documentation_keeps_to_the_schema() -> None:
    text = (Path(ROOT) / "docs" / "data.md").read_text(encoding="utf-8")
    example = json.loads(text.partition("```json\n")[2].partition("```")[0])
    assert violations("data-page", example) == []
    assert stored_text(example) == text.partition("```json\n")[2].partition("\n```")[0]
