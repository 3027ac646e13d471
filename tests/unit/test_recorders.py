"""Recorders work through what waits: in order, nothing twice, and each with its share of the time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from picklebot.account.observer import Edit, Observer
from picklebot.account.pages import PageTarget
from picklebot.config import CATEGORIES
from picklebot.deadline import Deadline
from picklebot.errors import RecordingError, StoppedError
from picklebot.model import OutboxEntry, Page, State, Transition
from picklebot.recording import Problem, record, record_waiting
from picklebot.recording.categories import Categories
from picklebot.recording.log import Log
from picklebot.recording.recorder import Done
from picklebot.recording.tags import Tags
from picklebot.store.database import Database
from picklebot.store.store import Store, StoreUpdate
from picklebot.wiki import Wiki
from tests.unit.sites import ENGLISH, a_site

FOO, BAR = Page("Module:Foo", 1, 10), Page("Module:Bar", 2, 20)
GOOD, FAIL = State.GOOD, State.FAIL


@dataclass
class FakeWiki:
    """Revisions with tags, and a log of them; is wiki and observer in one.

    :param refused: codes of errors by revision
    :param gone: revisions that were deleted
    :param there: page ids of pages that are there all the same
    """

    tags: dict[int, list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    tried: list[int] = field(default_factory=list)
    gone: frozenset[int] = frozenset()
    there: frozenset[int] = frozenset()
    name: str = "Bot"

    def get(self, *, revids: int, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"query": {"pages": [{"revisions": [{"tags": self.tags.get(revids, [])}]}]}}

    def query(self, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        yield {"logevents": [{"comment": reason} for reason in self.log]}

    def has_right(self, _: str) -> bool:
        return False

    def pages(self, names: Iterable[str], **_: object) -> list[dict[str, Any]]:
        return [
            {"title": id_, "pageid": int(id_), **({} if int(id_) in self.there else {"missing": True})} for id_ in names
        ]

    def tag(self, page: Page, add: str, remove: str, reason: str) -> bool:
        revid = page.revision
        self.tried.append(revid)
        if revid in self.gone:
            return False
        if revid in self.refused:
            raise RecordingError("no", code=self.refused[revid])
        left = [tag for tag in self.tags.get(revid, []) if tag not in remove.split("|")]
        self.tags[revid] = [*left, add]
        self.log.append(reason)
        return True


@dataclass
class FakePages:
    """Pages to edit; is the observer."""

    pages: dict[str, str] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)
    name: str = "Bot"

    def edit(self, target: PageTarget, rewrite: Callable[[str], Edit | None]) -> bool:
        edit = rewrite(self.pages.get(target.title, ""))
        if edit is not None:
            self.pages[target.title] = edit.text
            self.summaries.append(edit.summary)
        return edit is not None

    def refresh(self, titles: Iterable[str]) -> None:
        """Purge."""


@dataclass
class RefusingPages(FakePages):
    """Refuses documentation pages with a code of the API's, or an error of our own."""

    refused: dict[str, RecordingError] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)

    def edit(self, target: PageTarget, rewrite: Callable[[str], Edit | None]) -> bool:
        self.tried.append(target.title)
        if target.title in self.refused:
            raise self.refused[target.title]
        return super().edit(target, rewrite)


@dataclass
class FakeModules:
    """A wiki of modules by title and page id, each in whatever category is asked for."""

    ids: dict[str, int]

    def pages(self, titles: Iterable[str], *, clcategories: Sequence[str] = (), **_: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        for title in titles:
            page: dict[str, Any] = {"title": title, "missing": True}
            if title in self.ids:
                page = {"title": title, "pageid": self.ids[title], "revisions": [{"revid": 1, "timestamp": NOW}]}
            yield page | {"categories": [{"title": name} for name in clcategories]}


NOW = "2026-11-25T00:00:00Z"
SITE = a_site(extensions=frozenset({"ParserFunctions"}))


def categorise(observer: RefusingPages, waiting: Sequence[OutboxEntry], ids: dict[str, int] | None = None) -> list[int]:
    """Ids that were noted as done."""
    if ids is None:
        ids = {item.transition.page.title: item.transition.page.page_id for item in waiting}
    noted: list[int] = []
    wiki = cast(Wiki, FakeModules(ids))
    Categories(cast(Observer, observer), wiki, SITE, CATEGORIES).record(waiting, noted.extend)
    return noted


def pending(*changes: tuple[Page, State | None, State | None]) -> list[OutboxEntry]:
    now = datetime.now(UTC)
    return [
        OutboxEntry(n, f"{n:010}", now, Transition(page, old, new, "a summary"))
        for n, (page, old, new) in enumerate(changes, 1)
    ]


def tag(wiki: FakeWiki, waiting: Sequence[OutboxEntry], *, die_after: int = 99) -> list[int]:
    """Ids that were noted as done."""
    noted: list[int] = []

    def done(ids: Sequence[int]) -> None:
        if len(wiki.log) >= die_after:
            raise KeyboardInterrupt
        noted.extend(ids)

    Tags(cast(Observer, wiki), cast(Wiki, wiki)).record(waiting, done)
    return noted


def test_a_page_goes_through_its_states_in_order() -> None:
    wiki = FakeWiki()
    assert tag(wiki, pending((FOO, None, GOOD), (FOO, GOOD, FAIL), (FOO, FAIL, GOOD))) == [1, 2, 3]
    assert wiki.tags == {10: ["pickle-good"]}
    assert [reason.split(" (")[0] for reason in wiki.log] == ["first seen → good", "good → fail", "fail → good"]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_what_was_written_by_one_who_died_is_not_written_again(at: int) -> None:
    waiting = pending((FOO, None, GOOD), (FOO, GOOD, FAIL), (FOO, FAIL, State.TODO_GOOD), (BAR, None, FAIL))
    wiki = FakeWiki()
    with pytest.raises(KeyboardInterrupt):
        tag(wiki, waiting, die_after=at)
    assert tag(wiki, waiting) == [1, 2, 3, 4]  # even if nothing at all had been noted
    assert len(wiki.log) == len(set(wiki.log)) == 4
    assert wiki.tags == {10: ["pickle-todo-good"], 20: ["pickle-fail"]}


def test_a_page_that_is_gone_keeps_its_transition_for_when_it_comes_back_and_a_revision_alone_does_not() -> None:
    wiki = FakeWiki(gone=frozenset({10, 20}), there=frozenset({BAR.page_id}))
    waiting = pending((FOO, None, GOOD), (BAR, None, FAIL))
    assert tag(wiki, waiting) == [2]
    wiki.gone = frozenset({20})
    assert tag(wiki, waiting[:1]) == [1]
    assert wiki.tags == {10: ["pickle-good"]}


def test_a_tag_of_somebody_elses_is_left() -> None:
    wiki = FakeWiki(tags={10: ["mobile edit", "pickle-good"]})
    tag(wiki, pending((FOO, GOOD, FAIL)))
    assert wiki.tags == {10: ["mobile edit", "pickle-fail"]}


def test_a_page_that_cannot_be_tagged_keeps_no_other_from_it_and_its_transitions_in_order() -> None:
    wiki = FakeWiki(refused={10: "blocked"})
    waiting = pending((FOO, None, GOOD), (BAR, None, FAIL), (Page("Module:Foo", 1, 11), GOOD, FAIL))
    with pytest.raises(RecordingError, match=r"^Module:Foo: no$"):
        tag(wiki, waiting)
    assert wiki.tags == {20: ["pickle-fail"]}
    assert wiki.tried == [10, 20]
    wiki.refused.clear()
    assert tag(wiki, [waiting[0], waiting[2]]) == [1, 3]
    assert wiki.tags == {10: ["pickle-good"], 11: ["pickle-fail"], 20: ["pickle-fail"]}


@pytest.mark.parametrize(("code", "tries"), [("badtags", 1), ("", 1), ("blocked", 3)])
def test_what_keeps_us_from_all_pages_is_not_tried_on_all(code: str, tries: int) -> None:
    pages = [Page(f"Module:{n}", n, n) for n in range(1, 10)]
    wiki = FakeWiki(refused={page.revision: code for page in pages})
    with pytest.raises(RecordingError):
        tag(wiki, pending(*((page, None, GOOD) for page in pages)))
    assert len(wiki.tried) == tries


MANY = [Page(f"Module:{n}", n, n) for n in range(1, 9)]


@pytest.mark.parametrize(
    ("error", "tries", "words"),
    [
        (RecordingError("no", code="protectedpage"), 8, "Module:8: no"),
        (RecordingError("a redirect"), 8, "Module:8: a redirect"),
        (RecordingError("no", code="captcha"), 3, "Module:3: no; the others are not tried any more"),
        (RecordingError("no", code="abusefilter-disallowed"), 3, "not tried any more"),
        (RecordingError("no", code="ratelimited"), 1, "Module:1: no; the others are not tried any more"),
        (StoppedError("blocked"), 1, "blocked"),
    ],
)
def test_pages_are_tried_until_it_is_known_that_none_can_be_written(
    error: RecordingError, tries: int, words: str
) -> None:
    pages = RefusingPages(refused={f"{page.title}/doc": error for page in MANY})
    with pytest.raises(RecordingError, match=words):
        categorise(pages, pending(*((page, None, GOOD) for page in MANY)))
    assert len(pages.tried) == tries


def test_a_page_that_can_be_written_between_others_shows_that_it_is_worth_trying() -> None:
    pages = RefusingPages(refused={f"Module:{n}/doc": RecordingError("no", code="captcha") for n in (1, 2, 4, 5, 7, 8)})
    with pytest.raises(RecordingError):
        categorise(pages, pending(*((page, None, GOOD) for page in MANY)))
    assert len(pages.tried) == 8
    assert sorted(pages.pages) == ["Module:3/doc", "Module:6/doc"]


def test_modules_that_are_not_where_they_were_tested_get_no_documentation() -> None:
    """One that was deleted is in no category, one that was moved is recorded anew."""
    waiting = pending((FOO, None, GOOD), (BAR, None, FAIL), (MANY[3], GOOD, None), (MANY[4], None, GOOD))
    pages = RefusingPages()
    assert sorted(categorise(pages, waiting, {"Module:Foo": 7, "Module:Bar": 2})) == [1, 2, 3, 4]
    assert sorted(pages.pages) == ["Module:Bar/doc"]
    assert pages.tried == ["Module:Bar/doc"]


@dataclass
class Stopped:
    """Cannot write, in its own way or in any."""

    everywhere: bool
    postponed: bool = False
    name: ClassVar[str] = "stopped"

    def record(self, waiting: Sequence[OutboxEntry], done: Done) -> None:
        assert waiting
        done(())
        raise StoppedError("blocked", everywhere=self.everywhere, postponed=self.postponed)


def test_what_stops_one_recorder_everywhere_is_told_once_and_keeps_the_others_from_trying(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        store.advance(StoreUpdate({}, transitions=[Transition(FOO, None, GOOD)]), datetime.now(UTC))
        told = list(record([Stopped(everywhere=True), Slow()], store))
        same = Problem("slow", "not tried, for the same reason (stopped)")
        assert told == [Problem("stopped", "blocked"), same]
        late = list(record([Stopped(everywhere=True, postponed=True), Slow()], store))
        assert [problem.postponed for problem in late] == [True, True]
        assert list(record([Stopped(everywhere=False), Slow()], store)) == [Problem("stopped", "blocked")]
        assert store.pending("slow") == []


@dataclass
class Slow:
    """Takes its time for each transition."""

    name: ClassVar[str] = "slow"

    def record(self, waiting: Sequence[OutboxEntry], done: Done) -> None:
        for item in waiting:
            time.sleep(0.05)
            done([item.id])


class Slower(Slow):
    name: ClassVar[str] = "slower"


def test_at_the_deadline_recorders_stop_where_they_are_and_none_starves(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        pages = [Page(f"Module:{n}", n, n) for n in range(1, 21)]
        changes = [Transition(page, None, GOOD) for page in pages]
        store.advance(StoreUpdate({}, transitions=changes), datetime.now(UTC))
        problems = list(record([Slow(), Slower()], store, Deadline.after(0.4)))
        left = {name: len(store.pending(name)) for name in ("slow", "slower")}
        assert 0 < left["slow"] < 20
        assert 0 < left["slower"] < 20
        assert problems == [
            Problem(name, f"{left[name]} transitions wait: the deadline has come", postponed=True)
            for name in ("slow", "slower")
        ]
        assert list(record([Slow(), Slower()], store)) == []
        assert store.pending("slow") == store.pending("slower") == []


def test_a_log_page_that_is_full_goes_on_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.recording.log._LARGEST", 400)
    observer = FakePages()
    waiting = pending(*[(Page(f"Module:{n}", n, n), None, GOOD) for n in range(1, 7)])
    log = Log(cast(Observer, observer), ENGLISH, "User:{user}/Log")
    noted: list[int] = []
    log.record(waiting, noted.extend)
    assert noted == [1, 2, 3, 4, 5, 6]
    assert list(observer.pages) == ["User:Bot/Log", "User:Bot/Log/2", "User:Bot/Log/3"]
    assert max(len(text.encode()) for text in observer.pages.values()) <= 400
    lines = "\n".join(observer.pages.values()).split("\n")
    assert [re.findall(r"Module:\d", line)[0] for line in lines] == [f"Module:{n}" for n in range(1, 7)]
    assert observer.summaries == ["states of 2 modules changed"] * 3

    before = dict(observer.pages)
    log.record(waiting, noted.extend)
    assert observer.pages == before, "what is there already is not written again"


def test_without_anything_that_waits_nobody_logs_in_and_a_login_that_fails_is_told_once(tmp_path: Path) -> None:
    logins: list[str] = []

    def log_in() -> Sequence[Slow]:
        logins.append("login")
        raise RecordingError("wrong password")

    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        assert list(record_waiting(log_in, store)) == []
        assert logins == []
        store.advance(StoreUpdate({}, transitions=[Transition(FOO, None, GOOD)]), datetime.now(UTC))
        assert list(record_waiting(log_in, store)) == [Problem("login", "wrong password")]
        assert logins == ["login"]
        assert list(record_waiting(lambda: [Slow()], store)) == []
        assert store.pending("slow") == []
