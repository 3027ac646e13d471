"""The ledger of a harvest: a module has a state that it had, never one of a moment between two of its suites' runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from picklebot.evaluation.outcome import RunOutcome
from picklebot.model import (
    Call,
    Counts,
    DiscoveredSuite,
    Page,
    Reason,
    Report,
    RunReason,
    State,
    Suite,
    SyncResult,
)
from picklebot.store.database import Database
from picklebot.store.store import Store
from picklebot.tracking.ledger import Ledger
from picklebot.wiki import Wiki
from picklebot.wiki.history import PageHistory
from tests.factories import LUA, NOW, a_page, a_result, a_suite
from tests.unit.sites import a_site

FOO, BAR = a_page("Foo", 1, 10, LUA), a_page("Bar", 2, 20, LUA)
ONE, TWO, THREE = (a_page(f"Foo/testcases{n}", 10 + n, 100 + n, LUA) for n in (1, 2, 3))


@dataclass
class PaperWiki:
    """Answers as a wiki does that has these pages."""

    there: list[Page] = field(default_factory=list)

    def pages(self, wanted: Iterable[str], *, by: str = "titles", **_: object) -> Iterator[dict[str, Any]]:
        for each in wanted:
            name = {"pageids": "page_id", "titles": "title", "revids": "revision"}[by]
            found = next((page for page in self.there if str(getattr(page, name)) == each), None)
            yield _answer(found) if found else {"title": each, "missing": True}

    def get(self, **_: object) -> dict[str, Any]:
        return {"query": {"logevents": []}}


def _answer(page: Page) -> dict[str, Any]:
    answer = {"title": page.title, "pageid": page.page_id, "lastrevid": page.revision}
    return {**answer, "contentmodel": page.content_model, "redirect": not page.content_model}


def history(wiki: PaperWiki) -> PageHistory:
    return PageHistory(cast("Wiki", wiki))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(Database(url), "wiki") as opened:
        yield opened


def opened(store: Store, *pages: Page) -> Ledger:
    """The ledger of a harvest of a wiki with these pages."""
    return Ledger(store, history(PaperWiki([*pages])), a_site(software={"MediaWiki": "1.43.9"}))


def sync(*suites: Suite, gone: Iterable[int] = (), left: Iterable[int] = ()) -> SyncResult:
    found = tuple(DiscoveredSuite(suite, {suite.tester.title: suite.tester.revision}) for suite in suites)
    changed = {suite.tester.page_id: ("Module:Foo",) for suite in suites}
    return SyncResult(
        found, frozenset(gone), changed, {}, None, swept=False, strategies="", next_listing=NOW, left=frozenset(left)
    )


def suite(tester: Page, testee: Page = FOO) -> Suite:
    return a_suite(tester, testee, call=Call("tap"))


def came_to(tester: Page, state: State | None, testee: Page = FOO) -> RunOutcome:
    report = Report("tap", declared=Counts(1, 1))
    result = a_result(state, suite(tester, testee), report)
    return RunOutcome(result.suite, Reason(RunReason.NEW), result, {tester.title: tester.revision})


def harvested(store: Store, *pages: Page, **states: State) -> None:
    """A harvest in which the testers of Module:Foo came to states."""
    testers = dict(zip(states, (ONE, TWO, THREE), strict=False))
    ledger = opened(store, *pages)
    ledger.absorb(sync(*map(suite, testers.values())))
    ledger.begin(tester.page_id for tester in testers.values())
    ledger.take([came_to(tester, states[name]) for name, tester in testers.items()])
    ledger.end()


def told(ledger: Ledger) -> list[tuple[str, State | None, State | None]]:
    return [(each.page.title, each.old, each.new) for each in ledger.transitions]


def test_a_module_has_no_state_between_the_runs_of_its_suites(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD, two=State.GOOD)
    ledger = opened(store, FOO, ONE, TWO)
    ledger.absorb(sync(suite(ONE), suite(TWO)))
    ledger.begin([ONE.page_id, TWO.page_id])
    ledger.take([came_to(ONE, State.SKIP_GOOD)])
    assert told(ledger) == []
    assert store.knowledge().modules[1].state is State.GOOD
    ledger.take([came_to(TWO, State.SKIP_FAIL)])
    assert told(ledger) == [("Module:Foo", State.GOOD, State.SKIP_FAIL)]


def test_a_suite_that_is_due_for_no_change_is_waited_for_too(store: Store) -> None:
    """All were asked for: what one of them says now the others may say no more."""
    harvested(store, FOO, one=State.FAIL, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(sync())
    ledger.begin([ONE.page_id, TWO.page_id])
    ledger.take([came_to(ONE, State.GOOD)])
    ledger.take([came_to(TWO, State.FAIL)])
    ledger.end()
    assert told(ledger) == []


def test_a_tester_that_goes_changes_nothing_until_the_others_have_run(store: Store) -> None:
    harvested(store, FOO, one=State.SKIP_FAIL, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(sync(suite(TWO), gone=[ONE.page_id]))
    assert told(ledger) == []
    ledger.begin([TWO.page_id])
    assert told(ledger) == []
    ledger.take([came_to(TWO, State.SKIP_FAIL)])
    assert told(ledger) == []


def test_a_tester_that_goes_leaves_the_state_of_those_that_need_no_run(store: Store) -> None:
    harvested(store, FOO, one=State.FAIL, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(sync(gone=[ONE.page_id]))
    ledger.begin([])
    assert told(ledger) == [("Module:Foo", State.FAIL, State.GOOD)]
    assert ledger.transitions[0].cause is not None


def test_where_time_is_over_the_module_waits_and_the_next_harvest_takes_its_state(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(sync(suite(ONE), suite(TWO)))
    ledger.begin([ONE.page_id, TWO.page_id])
    ledger.take([came_to(ONE, State.SKIP_FAIL)])
    ledger.end()
    assert told(ledger) == []
    later = opened(store, FOO)
    later.absorb(sync())
    later.begin([TWO.page_id])
    later.take([came_to(TWO, State.GOOD)])
    assert told(later) == [("Module:Foo", State.GOOD, State.SKIP_FAIL)]


def test_a_suite_without_a_verdict_is_waited_for(store: Store) -> None:
    harvested(store, FOO, one=State.FAIL, two=State.FAIL)
    ledger = opened(store, FOO)
    ledger.absorb(sync(suite(ONE), suite(TWO)))
    ledger.begin([ONE.page_id, TWO.page_id])
    ledger.take([came_to(ONE, State.GOOD), came_to(TWO, None)])
    ledger.end()
    assert told(ledger) == []


def test_a_suite_that_fails_makes_its_module_fail_whatever_others_come_to(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(sync(suite(ONE), suite(TWO)))
    ledger.begin([ONE.page_id, TWO.page_id])
    ledger.take([came_to(ONE, State.FAIL), came_to(TWO, None)])
    assert told(ledger) == []
    ledger.end()
    assert told(ledger) == [("Module:Foo", State.GOOD, State.FAIL)]


def test_what_a_killed_harvest_had_learnt_is_a_transition_of_the_next(store: Store) -> None:
    harvested(store, FOO, one=State.FAIL, two=State.GOOD)
    opened(store, FOO).absorb(sync(gone=[ONE.page_id]))
    ledger = opened(store, FOO)
    ledger.absorb(sync())
    ledger.begin([])
    assert told(ledger) == [("Module:Foo", State.FAIL, State.GOOD)]


def test_a_moved_module_that_waits_has_its_new_title_and_its_old_state(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD)
    moved = replace(FOO, title="Module:Fu", revision=11)
    ledger = opened(store, moved)
    ledger.absorb(sync(suite(ONE, moved)))
    ledger.begin([ONE.page_id])
    known = store.knowledge().modules[1]
    assert (known.page.title, known.state, told(ledger)) == ("Module:Fu", State.GOOD, [])


def test_a_module_without_tests_that_is_deleted_leaves_nothing(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD)
    opened(store, FOO).absorb(sync(gone=[ONE.page_id]))
    assert store.knowledge().modules[1].state is State.MISSING
    opened(store).absorb(sync(left=[1]))
    assert store.knowledge().modules == {}


def test_a_module_without_tests_that_is_moved_has_its_new_title(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD)
    opened(store, FOO).absorb(sync(gone=[ONE.page_id]))
    ledger = opened(store, replace(FOO, title="Module:Fu"))
    ledger.absorb(sync(left=[1]))
    assert (store.knowledge().modules[1].page.title, told(ledger)) == ("Module:Fu", [])


@pytest.mark.parametrize("model", ["wikitext", ""])
def test_a_page_that_is_no_lua_any_more_and_has_no_tests_is_followed_no_more(store: Store, model: str) -> None:
    """A redirect has no content model."""
    harvested(store, FOO, one=State.GOOD)
    ledger = opened(store, replace(FOO, content_model=model))
    ledger.absorb(sync(gone=[ONE.page_id]))
    assert told(ledger) == [("Module:Foo", State.GOOD, None)]
    assert store.knowledge().modules == {}


def test_a_module_that_took_another_ones_place_has_its_tests_and_the_other_is_forgotten(store: Store) -> None:
    harvested(store, FOO, one=State.FAIL)
    over = replace(BAR, title="Module:Foo", revision=21)
    ledger = opened(store, over)
    ledger.absorb(sync(suite(ONE, over)))
    ledger.begin([ONE.page_id])
    ledger.take([came_to(ONE, State.GOOD, over)])
    assert told(ledger) == [("Module:Foo", None, State.GOOD)]
    assert list(store.knowledge().modules) == [2]


def test_a_module_that_a_run_may_have_asked_for_in_vain_runs_its_suite_when_it_changes(store: Store) -> None:
    """A page that is no Lua leaves no trace of a run that would have loaded it."""
    harvested(store, FOO, one=State.FAIL)
    found = DiscoveredSuite(suite(ONE), {BAR.title: 20}, frozenset({BAR.title}))
    ledger = opened(store, FOO)
    ledger.absorb(replace(sync(), found=(found,), changed={ONE.page_id: (BAR.title,)}))
    assert ledger.suites[ONE.page_id].schedule.must_run == Reason(RunReason.CHANGED, ("Module:Bar",))


def test_a_run_that_saw_what_changed_since_the_suite_was_made_is_not_repeated(store: Store) -> None:
    harvested(store, FOO, One=State.GOOD)
    ledger = opened(store, FOO)
    made = DiscoveredSuite(suite(ONE), {ONE.title: ONE.revision}, frozenset({"Module:Foo"}))
    again = replace(sync(suite(ONE)), found=(made,))
    ledger.absorb(replace(again, seen={ONE.page_id: frozenset({"Module:Foo"})}))
    assert ledger.suites[ONE.page_id].schedule.must_run is None
    ledger.absorb(again)
    assert ledger.suites[ONE.page_id].schedule.must_run == Reason(RunReason.CHANGED, ("Module:Foo",))


def test_of_a_deleted_module_only_its_category_is_recorded(store: Store) -> None:
    """Nothing can be recorded on a page that is gone, but its category may stand on another page."""
    harvested(store, FOO, one=State.GOOD)
    for recorder in ("tags", "categories", "log"):
        if recorder != "tags":
            store.done(recorder, [each.id for each in store.pending(recorder)])
    ledger = opened(store)
    ledger.absorb(sync(gone=[ONE.page_id]))
    assert told(ledger) == []
    (lost,) = store.pending("categories")
    assert (lost.transition.page.title, lost.transition.old, lost.transition.new) == ("Module:Foo", State.GOOD, None)
    assert store.pending("tags") == []
    assert store.pending("log") == []


def test_a_line_of_the_log_that_waits_is_not_forgotten_with_its_page(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD)
    opened(store).absorb(sync(gone=[ONE.page_id]))
    assert [each.transition.new for each in store.pending("log")] == [State.GOOD]


def test_who_records_under_titles_hears_of_former_ones(store: Store) -> None:
    harvested(store, FOO, one=State.GOOD)
    store.done("categories", [each.id for each in store.pending("categories")])
    moved = replace(FOO, title="Module:Fu", revision=11)
    ledger = opened(store, moved)
    ledger.absorb(sync(suite(ONE, moved)))
    ledger.begin([])
    (again,) = store.pending("categories")
    assert (again.transition.page.title, again.former) == ("Module:Fu", ("Module:Foo",))
    assert {each.former for each in store.pending("log")} == {()}


def test_where_a_content_model_changed_what_fails_runs_again(store: Store) -> None:
    """A module that is no Lua is asked for in vain, and leaves no trace."""
    harvested(store, FOO, one=State.SKIP_FAIL, two=State.GOOD)
    ledger = opened(store, FOO)
    ledger.absorb(replace(sync(), models=frozenset({"Module:Bar"})))
    assert [ledger.suites[each.page_id].schedule.must_run for each in (ONE, TWO)] == [
        Reason(RunReason.CHANGED, ("Module:Bar",)),
        None,
    ]


CHECKS = Page("Module:Checks/testcases", 30, 300, "Scribunto")
GUEST = replace(suite(CHECKS), elsewhere=True)


def test_a_tester_elsewhere_decides_while_its_module_has_no_other(store: Store) -> None:
    pages = (FOO, CHECKS, ONE)
    ledger = opened(store, *pages)
    ledger.absorb(sync(GUEST))
    ledger.take([came_to(CHECKS, State.GOOD)])
    assert told(ledger) == [("Module:Foo", None, State.GOOD)]
    # The module wins a tester of its own, that fails: the other one is told of by itself.
    ledger = opened(store, *pages)
    ledger.absorb(sync(suite(ONE)))
    ledger.begin([ONE.page_id])
    assert told(ledger) == [("Module:Checks/testcases", None, State.GOOD)]
    ledger.take([came_to(ONE, State.FAIL)])
    assert told(ledger)[1:] == [("Module:Foo", State.GOOD, State.FAIL)]
    assert opened(store, *pages).suites[CHECKS.page_id].stands_alone
    # It loses it again, without a moment in which it has no tests.
    ledger = opened(store, FOO, CHECKS)
    ledger.absorb(sync(gone=[ONE.page_id]))
    ledger.begin([])
    assert set(told(ledger)) == {
        ("Module:Checks/testcases", State.GOOD, None),
        ("Module:Foo", State.FAIL, State.GOOD),
    }
    assert {module.page.title for module in ledger.modules.values()} == {"Module:Foo"}


def test_a_tester_elsewhere_that_a_setting_names_decides_beside_others(store: Store) -> None:
    wiki = PaperWiki([FOO, CHECKS, ONE])
    for patterns, wanted in (((), State.GOOD), (("Checks/*",), State.FAIL), ((), State.GOOD)):
        ledger = Ledger(store, history(wiki), a_site(software={"MediaWiki": "1.43.9"}), patterns)
        ledger.absorb(sync(*(() if ledger.suites else (GUEST, suite(ONE)))))
        ledger.begin([])
        due = [each for each in (CHECKS, ONE) if ledger.suites[each.page_id].schedule.must_run]
        ledger.take([came_to(each, State.FAIL if each is CHECKS else State.GOOD) for each in due])
        ledger.begin([])
        assert ledger.modules[FOO.page_id].state is wanted
