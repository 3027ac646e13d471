"""The timing of a watch, hours of it, by a clock that only moves when the watch waits."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from picklebot.store.database import Database
from picklebot.store.lease import lease
from picklebot.store.store import Store
from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki
from tests.ran import Ran

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"
Watch = Callable[..., Ran]


@pytest.fixture
def watch(bot: Bot, clock: Clock) -> Watch:
    """Watches for so many seconds; then a signal ends it."""

    def run(seconds: float, *options: str) -> Ran:
        clock.later(seconds, lambda: signal.raise_signal(signal.SIGTERM))
        ran = bot.run("watch", "--format", "json", "--stream", "off", "--interval", "5", *options)
        assert ran.status == 0, ran.err
        return ran

    return run


def times(wiki: ScriptedWiki, clock: Clock, **parameters: str) -> list[float]:
    """When requests of a kind are made, seconds from now; filled as they come."""
    found: list[float] = []
    start = clock.read()
    wiki.meanwhile = lambda asked: found.append(clock.read() - start) if asked.has(**parameters) else None
    return found


def test_a_watch_begins_with_a_harvest_and_ends_in_good_order(watch: Watch, wiki: ScriptedWiki) -> None:
    ran = watch(20)
    assert [event["event"] for event in map(dict, map(json.loads, ran.out.splitlines()))] == [
        "watch_started",
        "state_changed",
        "harvest_finished",
        "watch_stopped",
    ]
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_an_edit_is_seen_at_the_next_look_and_recorded(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    clock.later(100, lambda: wiki.pages.edit(FOO, "broken"))
    seen = times(wiki, clock, action="tag")
    ran = watch(200)
    assert [(event["old"], event["new"]) for event in ran.events("state_changed")] == [
        ("none", "good"),
        ("good", "fail"),
    ]
    assert [event["cause"] for event in ran.events("state_changed")] == [[], [FOO]]
    assert 100 < seen[-1] <= 106
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)


def test_the_wiki_is_asked_once_an_interval_and_no_more(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    watch(20)
    wiki.asked.clear()
    looks = times(wiki, clock, list="recentchanges")
    watch(100)
    assert 19 <= len(looks) <= 26
    assert len(wiki.asked) <= len(looks) + 25


def test_an_edit_of_what_nothing_depends_on_harvests_nothing(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    watch(20)
    clock.later(50, lambda: wiki.pages.edit("Talk:Anything", "Chat."))
    wiki.scripts.runs.clear()
    ran = watch(150)
    assert ran.events("harvest_finished") == []
    assert wiki.scripts.runs == []


def test_a_new_test_page_is_harvested_at_once(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    clock.later(50, lambda: wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar")))
    ran = watch(60)
    assert [event["module"] for event in ran.events("state_changed")] == ["Module:Foo", "Module:Bar"]


def test_what_was_touched_is_looked_at_a_second_time_for_page_tables_that_lag(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    watch(20)
    lagging: list[bool] = [True]

    def late(asked: Asked) -> Fault | None:
        old = asked.has(titles=FOO) and asked.has(prop="info") and lagging[0] and clock.read() > start + 50
        return Fault(answer=before) if old else None

    start = clock.read()
    before = wiki.api.answer({"action": "query", "titles": FOO, "prop": "info|revisions"}, "")
    wiki.fault = late
    clock.later(50, lambda: wiki.pages.edit(FOO, "broken"))
    clock.later(70, lagging.clear)
    clock.later(70, lambda: lagging.append(False))
    ran = watch(120)
    assert [event["new"] for event in ran.events("state_changed")] == ["fail"]


def test_a_pass_is_short_and_the_suites_that_wait_are_not_forgotten(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    for name in "ABCDE":
        wiki.pages.edit(f"Module:{name}", "return {}")
        wiki.pages.edit(f"Module:{name}/testcases", suite(f"Module:{name}"))
        wiki.scripts.while_it_runs(f"Module:{name}/testcases", *[lambda: clock.advance(14)] * 9)
    clock.advance(600)
    ran = watch(300)
    harvests = ran.events("harvest_finished")
    assert len(harvests) > 1
    assert all(event["ran"] < 6 for event in harvests)
    assert len(ran.events("state_changed")) == 6


def test_a_recheck_comes_when_it_is_due_and_not_before(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    watch(60, "--recheck-after", "0.1")
    ran_at = times(wiki, clock, action="parse")
    watch(3 * 3600, "--recheck-after", "0.1")
    first = min(ran_at)
    assert 0.05 * 86_400 - 120 <= first <= 0.1 * 86_400
    assert all(asked.parameters.get("title") for asked in wiki.questions(action="parse"))


def test_a_wiki_that_is_away_is_asked_less_and_less_often_and_told_of_once(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    clock.later(50, lambda: setattr(wiki, "fault", lambda _: Fault(status=400)))
    clock.later(900, lambda: setattr(wiki, "fault", lambda _: None))
    clock.later(500, lambda: wiki.pages.edit(FOO, "broken"))
    asked = times(wiki, clock)
    ran = watch(1600, "--retries", "0")
    assert len(ran.events("connection_lost")) == len(ran.events("connection_restored")) == 1
    assert 800 <= ran.events("connection_restored")[0]["after_seconds"] <= 1200
    tries = [at for at in asked if 60 < at < 900]
    pauses = [b - a for a, b in pairwise(tries) if b - a > 1]
    assert len(pauses) < 12
    assert max(pauses) > 100
    assert [event["new"] for event in ran.events("state_changed")] == ["good", "fail"]


def test_a_suite_without_an_answer_is_tried_again_later_and_later_and_told_of_once(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.fault = lambda asked: Fault(status=400) if asked.action == "parse" else None
    clock.later(600, lambda: setattr(wiki, "fault", lambda _: None))
    ran = watch(1500, "--retries", "0")
    (event,) = ran.events("suites_inconclusive")
    assert (event["suites"], event["first"]) == (1, TESTS)
    assert len(wiki.questions(action="parse")) < 15
    assert len(ran.events("state_changed")) == 1


def test_what_could_not_be_recorded_is_tried_again_without_a_harvest_and_told_of_once(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    wiki.fault = lambda asked: Fault(code="readonly") if asked.action in ("tag", "edit") else None
    clock.later(300, lambda: setattr(wiki, "fault", lambda _: None))
    ran = watch(900)
    assert {event["recorder"] for event in ran.events("recording_failed")} == {"tags", "data", "categories", "log"}
    assert len(ran.events("recording_failed")) == 4
    assert wiki.pages.tags_of(FOO) == ("pickle-good",)
    assert len(ran.events("harvest_finished")) == 1


def test_a_login_that_the_wiki_refuses_later_is_told_and_tried_again(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    def shut() -> None:
        wiki.log_all_out()
        wiki.api.passwords["Bot"] = "another"
        wiki.pages.edit(FOO, "broken")

    clock.later(50, shut)
    clock.later(200, lambda: wiki.api.passwords.update(Bot="secret"))
    ran = watch(900)
    assert [event["recorder"] for event in ran.events("recording_failed")] == ["login"]
    assert wiki.pages.tags_of(FOO) == ("pickle-fail",)


def test_a_new_release_of_the_wiki_is_noticed_within_ten_minutes(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    watch(20)
    wiki.scripts.outputs(TESTS, tap(0, 1))
    clock.later(30, lambda: setattr(wiki.api, "software", "MediaWiki 1.44.0"))
    asked = times(wiki, clock, meta="siteinfo")
    ran = watch(700)
    assert [event["version"] for event in ran.events("software_changed")] == ["1.44.0"]
    assert 590 <= asked[1] <= 610
    assert [event["new"] for event in ran.events("state_changed")] == ["fail"]


def test_a_watch_without_recording_leaves_the_wiki_alone(watch: Watch, wiki: ScriptedWiki) -> None:
    ran = watch(60, "--no-record")
    assert len(ran.events("state_changed")) == 1
    assert wiki.writes() == []
    assert wiki.questions(action="login") == []


def test_a_wiki_that_another_holds_is_stood_by_for(watch: Watch, bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    store = Database(f"sqlite:///{bot.store}")
    with Store(store, "//127.0.0.1#scripted", timedelta(hours=1)) as held, lease(held):
        clock.later(100, lambda: signal.raise_signal(signal.SIGTERM))
        ran = bot.run("watch", "--format", "json", "--stream", "off", "--interval", "5")
    assert len(ran.events("watch_waiting")) == 1
    assert ran.events("watch_started") == []
    assert wiki.scripts.runs == []
    assert len(watch(30).events("watch_started")) == 1


def test_all_pages_are_listed_once_a_day_whatever_was_harvested_in_between(
    watch: Watch, wiki: ScriptedWiki, clock: Clock
) -> None:
    listed = times(wiki, clock, generator="allpages", gapnamespace="828")
    clock.later(10 * 3600, lambda: wiki.pages.edit(FOO, "-- changed"))
    watch(21 * 3600, "--no-record", "--interval", "600")
    assert [round(at / 3600) for at in listed] == [0, 20]


def test_suites_for_which_a_harvest_had_no_time_run_at_once(watch: Watch, wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.add_modules(*(f"M{n}" for n in range(12)))
    runs: list[float] = []

    def slow(asked: Asked) -> None:
        if asked.action == "parse":
            clock.advance(30)
            runs.append(clock.read())

    wiki.meanwhile = slow
    ran = watch(2000, "--interval", "900")
    assert len(ran.events("state_changed")) == 13
    assert len(ran.events("harvest_finished")) > 1
    assert all(later - earlier < 300 for earlier, later in pairwise(runs))
