"""Recorders plan and one writer writes: in order, nothing twice, and each recorder with its share of the time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from picklebot.account.observer import Observer
from picklebot.account.pages import BasePage, PageTarget
from picklebot.config import Settings
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError, StoppedError
from picklebot.model import OutboxEntry, Page, RecordedUnder, State, Transition
from picklebot.recording import Problem, Recording, record, record_waiting
from picklebot.recording.categories import Categories
from picklebot.recording.log import Log
from picklebot.recording.plan import PageEdit, Purge, TagChange, Task, Write
from picklebot.recording.recorder import Recorder, RecorderContext, WikiView
from picklebot.recording.tags import Tags
from picklebot.recording.trace import token_in
from picklebot.recording.writer import Writer
from picklebot.store.database import Database
from picklebot.store.store import Store, StoreUpdate
from picklebot.wiki import Wiki
from tests.factories import FOO, a_page
from tests.factories import outbox as pending
from tests.unit.sites import a_site

MANY = [Page(f"Module:{n}", n, n) for n in range(1, 9)]
BAR = a_page("Bar", 2, 20)
GOOD, FAIL = State.GOOD, State.FAIL
NOW = "2026-11-25T00:00:00Z"
SITE = a_site(extensions=frozenset({"ParserFunctions"}))
CONTEXT = RecorderContext(SITE, Settings(log_page="User:{user}/Log", show="doc-pages"), "Bot")


@dataclass
class FakeWiki:
    """Revisions with tags and a log of them, modules by title, pages with texts; is wiki and observer in one.

    :param refused: errors, or codes of errors, by revision or title
    :param gone: revisions that were deleted
    :param there: page ids of pages that are there all the same
    :param ids: of modules, by title
    """

    tags: dict[int, list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)
    refused: dict[int | str, str | RecordingError] = field(default_factory=dict)
    tried: list[int | str] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    gone: frozenset[int] = frozenset()
    there: frozenset[int] = frozenset()
    ids: dict[str, int] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None
    name: str = "Bot"
    standing: str = ""

    def get(self, *, revids: int, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"query": {"pages": [{"revisions": [{"tags": self.tags.get(revids, [])}]}]}}

    def query(self, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        yield {"logevents": [{"comment": reason} for reason in self.log]}

    def has_right(self, _: str) -> bool:
        return False

    def pages(
        self, names: Iterable[str], *, by: str = "titles", clcategories: Sequence[str] = (), **asked: object
    ) -> Iterator[dict[str, Any]]:
        for name in names:
            page: dict[str, Any] = {"title": name, "missing": True}
            if by == "pageids" and int(name) in self.there:
                page = {"title": name, "pageid": int(name)}
            elif asked.get("rvprop") == "content" and name in self.texts:
                page = {"title": name, "revisions": [{"slots": {"main": {"content": self.texts[name]}}}]}
            elif name in self.ids:
                page = {"title": name, "pageid": self.ids[name], "revisions": [{"revid": 1, "timestamp": NOW}]}
            yield page | {"categories": [{"title": category} for category in clcategories]}

    def tag(self, page: Page, add: str, remove: str, reason: str) -> bool:
        self._try(page.revision)
        if page.revision in self.gone:
            return False
        left = [tag for tag in self.tags.get(page.revision, []) if tag not in remove.split("|")]
        self.tags[page.revision] = [*left, add]
        self.log.append(reason)
        return True

    def read(self, target: PageTarget) -> BasePage:
        text = self.texts.get(target.title)
        return BasePage(target.title) if text is None else BasePage(target.title, 99, len(text), NOW, text)

    def save(self, target: PageTarget, base: BasePage, text: str, summary: str) -> None:
        self._try(target.title)
        self.meanwhile()
        if self.texts.get(target.title, "") != base.text:
            raise RecordingError("somebody was quicker", code="editconflict")
        self.texts[target.title] = text
        self.summaries.append(summary)

    def pause(self, seconds: float) -> None:
        """No time passes."""

    def purge(self, titles: Iterable[str]) -> None:
        self.purged += titles

    def _try(self, what: int | str) -> None:
        self.tried.append(what)
        refused = self.refused.get(what)
        if refused is not None:
            raise refused if isinstance(refused, RecordingError) else RecordingError("no", code=refused)

    @property
    def writer(self) -> Writer:
        return Writer(cast("Observer", self), cast("Wiki", self), SITE)


def work(wiki: FakeWiki, recorder: Recorder, waiting: Sequence[OutboxEntry], until: Deadline = NEVER) -> list[int]:
    """Ids that were noted as done."""
    noted: list[int] = []
    wiki.writer.work(recorder, waiting, noted.extend, until)
    return noted


def tag(wiki: FakeWiki, waiting: Sequence[OutboxEntry]) -> list[int]:
    return work(wiki, Tags(CONTEXT), waiting)


def categorise(wiki: FakeWiki, waiting: Sequence[OutboxEntry]) -> list[int]:
    wiki.ids = wiki.ids or {item.transition.page.title: item.transition.page.page_id for item in waiting}
    return work(wiki, Categories(CONTEXT), waiting)


def planned(recorder: Recorder, waiting: Sequence[OutboxEntry], wiki: FakeWiki) -> list[Write]:
    """All that is left to write, with nothing written."""
    view = wiki.writer.view(waiting)
    writes: list[Write] = []
    for task in recorder.tasks(waiting):
        view.begin_group([task])
        writes += recorder.plan(task, view)
    assert wiki.tried == []
    return writes


def test_a_plan_of_tags_says_which_come_and_go() -> None:
    wiki = FakeWiki(tags={10: ["mobile edit", "pickle-good"]})
    (write,) = planned(Tags(CONTEXT), pending((FOO, GOOD, FAIL)), wiki)
    assert isinstance(write, TagChange)
    assert (write.page, write.add, write.remove) == (FOO, "pickle-fail", ("pickle-good",))
    assert token_in(write.reason) == "0000000001"
    wiki.tags = {10: ["pickle-fail"]}
    assert planned(Tags(CONTEXT), pending((FOO, GOOD, FAIL)), wiki) == []


def test_a_plan_of_a_category_is_an_edit_of_the_documentation_and_a_purge_of_the_module() -> None:
    wiki = FakeWiki(texts={"Module:Foo/doc": "It greets."}, ids={"Module:Foo": 1})
    edit, purge = planned(Categories(CONTEXT), pending((FOO, None, GOOD)), wiki)
    assert isinstance(edit, PageEdit)
    assert edit.base.text == "It greets."
    assert edit.text.startswith("It greets.\n<!--")
    assert "[[Category:Modules with passed tests]]" in edit.text
    assert purge == Purge(FOO, "Modules with passed tests", "Module:Foo/doc")
    wiki.texts["Module:Foo/doc"] = edit.text
    assert planned(Categories(CONTEXT), pending((FOO, None, GOOD)), wiki) == [purge]


def test_a_plan_of_the_log_is_an_edit_for_each_page() -> None:
    (edit,) = planned(Log(CONTEXT), pending((FOO, None, GOOD), (BAR, None, FAIL)), FakeWiki())
    assert isinstance(edit, PageEdit)
    assert edit.target.title == "User:Bot/Log"
    assert len(edit.text.splitlines()) == 2
    assert edit.summary == "states of 2 modules changed"


def test_a_page_goes_through_its_states_in_order() -> None:
    wiki = FakeWiki()
    assert tag(wiki, pending((FOO, None, GOOD), (FOO, GOOD, FAIL), (FOO, FAIL, GOOD))) == [1, 2, 3]
    assert wiki.tags == {10: ["pickle-good"]}
    assert [reason.split(" (")[0] for reason in wiki.log] == ["first seen → good", "good → fail", "fail → good"]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_what_was_written_by_one_who_died_is_not_written_again(at: int) -> None:
    waiting = pending((FOO, None, GOOD), (FOO, GOOD, FAIL), (FOO, FAIL, State.TODO_GOOD), (BAR, None, FAIL))
    wiki = FakeWiki()

    def die(_: Sequence[int]) -> None:
        if len(wiki.log) >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wiki.writer.work(Tags(CONTEXT), waiting, die)
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


@pytest.mark.parametrize(
    ("code", "tries", "words"),
    [
        ("badtags", 1, "a sysop runs `picklebot setup` once"),
        ("permissiondenied", 1, "lacks the rights changetags and applychangetags"),
        ("tags-update-no-permission", 1, "lacks the right changetags"),
        ("ratelimited", 1, "limits how many tags"),
        ("blocked", 3, "Module:3: no; the others are not tried any more"),
    ],
)
def test_what_keeps_us_from_all_pages_is_not_tried_on_all(code: str, tries: int, words: str) -> None:
    wiki = FakeWiki(refused={page.revision: code for page in MANY})
    with pytest.raises(RecordingError, match=re.escape(words)):
        tag(wiki, pending(*((page, None, GOOD) for page in MANY)))
    assert len(wiki.tried) == tries


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
    wiki = FakeWiki(refused={f"{page.title}/doc": error for page in MANY})
    with pytest.raises(RecordingError, match=words):
        categorise(wiki, pending(*((page, None, GOOD) for page in MANY)))
    assert len(wiki.tried) == tries


def test_a_page_that_can_be_written_between_others_shows_that_it_is_worth_trying() -> None:
    wiki = FakeWiki(refused={f"Module:{n}/doc": RecordingError("no", code="captcha") for n in (1, 2, 4, 5, 7, 8)})
    with pytest.raises(RecordingError):
        categorise(wiki, pending(*((page, None, GOOD) for page in MANY)))
    assert len(wiki.tried) == 8
    assert sorted(wiki.texts) == ["Module:3/doc", "Module:6/doc"]
    assert wiki.purged == ["Module:3", "Module:6"]


def test_modules_that_are_not_where_they_were_tested_get_no_documentation() -> None:
    """One that was deleted is in no category, one that was moved is recorded anew."""
    waiting = pending((FOO, None, GOOD), (BAR, None, FAIL), (MANY[3], GOOD, None), (MANY[4], None, GOOD))
    wiki = FakeWiki(ids={"Module:Foo": 7, "Module:Bar": 2})
    assert sorted(categorise(wiki, waiting)) == [1, 2, 3, 4]
    assert sorted(wiki.texts) == ["Module:Bar/doc"]
    assert wiki.tried == ["Module:Bar/doc"]


def test_a_category_comes_off_the_former_page_once_it_stands_on_the_new_one() -> None:
    wiki = FakeWiki()
    categorise(wiki, pending((Page("Module:Old", 1, 9), None, GOOD)))
    wiki.ids = {"Module:Foo": 1}
    moved = pending((FOO, None, GOOD), former=("Module:Old",))
    wiki.refused = {"Module:Foo/doc": "protectedpage"}
    with pytest.raises(RecordingError):
        categorise(wiki, moved)
    assert "|1|" in wiki.texts["Module:Old/doc"]
    wiki.refused = {}
    assert categorise(wiki, moved) == [1]
    assert "|1|" not in wiki.texts["Module:Old/doc"]
    assert "|1|" in wiki.texts["Module:Foo/doc"]


def test_where_somebody_is_quicker_it_is_planned_again_on_the_newer_text() -> None:
    wiki = FakeWiki(texts={"Module:Foo/doc": "One."})
    quicker = iter((True, True))
    wiki.meanwhile = lambda: wiki.texts.update({"Module:Foo/doc": "Two."}) if next(quicker, False) else None
    assert categorise(wiki, pending((FOO, None, GOOD))) == [1]
    assert wiki.texts["Module:Foo/doc"].startswith("Two.\n<!--")
    assert len(wiki.tried) == 2


@dataclass
class Own:
    """A recorder of somebody's own."""

    name: ClassVar[str] = "own"
    under: ClassVar[RecordedUnder] = RecordedUnder.NEITHER
    plan_of: Callable[[Task, WikiView], Iterable[Write]] = lambda *_: ()

    def tasks(self, waiting: Sequence[OutboxEntry]) -> Iterable[Task]:
        assert waiting
        return [Task((item,), item.transition.page.title) for item in waiting]

    def plan(self, task: Task, view: WikiView) -> Iterable[Write]:
        return self.plan_of(task, view)


def test_a_mistake_of_a_recorders_own_is_told_and_ends_nothing_else() -> None:
    def plan(task: Task, _: WikiView) -> Iterable[Write]:
        if task.subject == "Module:Foo":
            raise KeyError("no")
        return ()

    with pytest.raises(RecordingError, match=r"^Module:Foo: the recorder own failed: KeyError\('no'\)$"):
        work(FakeWiki(), Own(plan), pending((FOO, None, GOOD), (BAR, None, GOOD)))


def stopping(name: str, *, everywhere: bool, postponed: bool = False) -> Own:
    def plan(*_: object) -> Iterable[Write]:
        raise StoppedError("blocked", everywhere=everywhere, postponed=postponed)

    return named(name, plan)


def named(name: str, plan: Callable[[Task, WikiView], Iterable[Write]] = lambda *_: ()) -> Own:
    made = type("Named", (Own,), {"name": name})(plan)
    assert isinstance(made, Own)
    return made


def take_time(*_: object) -> Iterable[Write]:
    time.sleep(0.05)
    return ()


WRITER = FakeWiki().writer


def test_what_stops_one_recorder_everywhere_is_told_once_and_keeps_the_others_from_trying(tmp_path: Path) -> None:
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        store.advance(StoreUpdate({}, transitions=[Transition(FOO, None, GOOD)]), datetime.now(UTC))
        told = list(record(WRITER, [stopping("stopped", everywhere=True), named("slow")], store))
        same = Problem("slow", "not tried, for the same reason (stopped)")
        assert told == [Problem("stopped", "blocked"), same]
        late = list(record(WRITER, [stopping("stopped", everywhere=True, postponed=True), named("slow")], store))
        assert [problem.postponed for problem in late] == [True, True]
        one = list(record(WRITER, [stopping("stopped", everywhere=False), named("slow")], store))
        assert one == [Problem("stopped", "blocked")]
        assert store.pending("slow") == []


def test_what_stopped_a_recorder_is_told_also_where_it_took_all_the_time() -> None:
    def plan(*_: object) -> Iterable[Write]:
        time.sleep(0.1)
        raise StoppedError("the wiki is read-only")

    with pytest.raises(StoppedError, match=r"^the wiki is read-only$"):
        work(FakeWiki(), Own(plan), pending((FOO, None, GOOD), (BAR, None, GOOD)), Deadline.after(0.05))


def test_at_the_deadline_recorders_stop_where_they_are_and_none_starves(tmp_path: Path) -> None:
    both = [named("slow", take_time), named("slower", take_time)]
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        pages = [Page(f"Module:{n}", n, n) for n in range(1, 21)]
        changes = [Transition(page, None, GOOD) for page in pages]
        store.advance(StoreUpdate({}, transitions=changes), datetime.now(UTC))
        problems = list(record(WRITER, both, store, Deadline.after(0.4)))
        left = {name: len(store.pending(name)) for name in ("slow", "slower")}
        assert 0 < left["slow"] < 20
        assert 0 < left["slower"] < 20
        assert problems == [
            Problem(name, f"{left[name]} transitions wait: the deadline has come", postponed=True)
            for name in ("slow", "slower")
        ]
        assert list(record(WRITER, both, store)) == []
        assert store.pending("slow") == store.pending("slower") == []


def test_a_log_page_that_is_full_goes_on_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.recording.log._MAX_PAGE_BYTES", 800)
    wiki = FakeWiki()
    waiting = pending(*[(Page(f"Module:{n}", n, n), None, GOOD) for n in range(1, 7)])
    assert work(wiki, Log(CONTEXT), waiting) == [1, 2, 3, 4, 5, 6]
    assert list(wiki.texts) == ["User:Bot/Log", "User:Bot/Log/2", "User:Bot/Log/3"]
    assert max(len(text.encode()) for text in wiki.texts.values()) <= 800
    lines = "\n".join(wiki.texts.values()).split("\n")
    assert [re.findall(r"Module:\d", line)[0] for line in lines] == [f"Module:{n}" for n in range(1, 7)]
    assert wiki.summaries == ["states of 2 modules changed"] * 3

    before = dict(wiki.texts)
    work(wiki, Log(CONTEXT), waiting)
    assert wiki.texts == before, "what is there already is not written again"


def test_without_anything_that_waits_nobody_logs_in_and_a_login_that_fails_is_told_once(tmp_path: Path) -> None:
    logins: list[str] = []

    def log_in() -> tuple[Writer, Sequence[Recorder]]:
        logins.append("login")
        raise RecordingError("wrong password")

    failing = Recording(("slow",), log_in)
    with Store(Database(f"sqlite:///{tmp_path}/store.sqlite"), "wiki") as store:
        assert list(record_waiting(failing, store)) == []
        assert logins == []
        store.advance(StoreUpdate({}, transitions=[Transition(FOO, None, GOOD)]), datetime.now(UTC))
        assert list(record_waiting(failing, store)) == [Problem("login", "wrong password")]
        assert logins == ["login"]
        assert list(record_waiting(Recording(("slow",), lambda: (WRITER, [named("slow")])), store)) == []
        assert store.pending("slow") == []
