"""Bad days: the network and the server fail, and a state never depends on it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy

FIRST = {"Area": "good", "Greeting": "fail", "Lost/testcases": "good"}


@pytest.fixture
def far(bot: Bot, proxy: Proxy) -> Bot:
    """The observer's picklebot, with a network between it and the wiki."""
    return bot.by_way_of(proxy.api)


def first(count: int, fault: Fault, *, action: str = "") -> Callable[[Asked], Fault | None]:
    """The first requests fail (those of an action), all others pass."""
    left = [count]

    def decide(asked: Asked) -> Fault | None:
        if left[0] and action in ("", asked.action):
            left[0] -= 1
            return fault
        return None

    return decide


def runs_of(title: str) -> Callable[[Asked], bool]:
    """Whether a request runs a tester."""
    return lambda asked: asked.action in ("parse", "expandtemplates") and title in asked.parameters.get("title", "")


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(status=429), Fault(drop=True)])
def test_a_request_that_fails_once_is_repeated(far: Bot, proxy: Proxy, fault: Fault) -> None:
    for action in ("query", "parse"):
        proxy.fault = first(1, fault, action=action)
        assert far.as_(None).harvest("--dry-run", "--only", "Area").states == {"Area": "good"}


def test_it_waits_as_long_as_the_wiki_asks_it_to(far: Bot, proxy: Proxy) -> None:
    proxy.fault = first(1, Fault(status=503, headers={"Retry-After": "2"}), action="parse")
    started = monotonic()
    assert far.as_(None).harvest("--dry-run", "--only", "Area").states == {"Area": "good"}
    assert monotonic() - started >= 2


def test_a_slow_answer_is_waited_for_and_one_that_is_too_slow_is_none(far: Bot, proxy: Proxy) -> None:
    slow = runs_of("Area")
    proxy.fault = lambda asked: Fault(delay=1.5) if slow(asked) else None
    reader = far.as_(None)
    assert reader.harvest("--dry-run", "--only", "Area").states == {"Area": "good"}
    run = reader.run("harvest", "--dry-run", "--only", "Area", "--timeout", "0.5", "--retries", "0")
    assert run.status == 3
    assert "inconclusive" in run.out
    assert "timed out" in run.out


@pytest.mark.parametrize("fault", [Fault(truncate=True), Fault(status=503)])
def test_a_suite_that_gets_no_answer_is_inconclusive_and_keeps_its_state(
    far: Bot, proxy: Proxy, small: LiveWiki, fault: Fault
) -> None:
    far.harvest()
    history, log = small.revisions("Module:Area"), small.log("tag")
    small.edit("Module:Area/testcases", small.text("Module:Area/testcases").replace("== 9", "== 10"))
    small.edit("Module:Greeting", "return { hello = function () return 'Hi' end }")
    asked_for = runs_of("Area")
    proxy.fault = lambda asked: fault if asked_for(asked) else None
    run = far.harvest("--retries", "0")
    assert run.states == FIRST
    assert run.transitions == []
    suites = {suite["testee"].removeprefix("Module:"): suite for suite in run.document["suites"]}
    assert suites["Area"]["inconclusive"]
    assert (suites["Area"]["state"], suites["Area"]["ran"]) == ("good", False)
    assert suites["Greeting"]["inconclusive"] is None
    assert small.revisions("Module:Area") == history
    assert small.log("tag") == log

    proxy.fault = lambda _: None
    assert far.harvest().transitions == [("Area", "good", "fail")]


def test_a_wiki_that_dies_while_suites_run_leaves_every_state_as_it_was(
    far: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    far.harvest()
    small.edit("Module:Area", "return { square = function () return 0 end }")
    before = small.recent_changes(), small.log("tag")
    dead: list[Asked] = []

    def die(asked: Asked) -> Fault | None:
        if asked.action in ("parse", "expandtemplates"):
            dead.append(asked)
        return Fault(drop=True) if dead else None

    proxy.fault = die
    run = far.run("harvest", "--format", "json", "--retries", "0")
    assert run.status == 3
    assert run.states == FIRST
    suites = {suite["testee"]: suite for suite in run.document["suites"]}
    assert suites["Module:Area"]["inconclusive"]
    assert not any(suite["ran"] for suite in suites.values())
    assert (small.recent_changes(), small.log("tag")) == before

    proxy.fault = lambda _: None
    assert far.harvest().transitions == [("Area", "good", "fail")]


def test_a_wiki_that_cannot_be_listed_ends_it_with_3_and_nothing_is_missing(
    far: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    far.harvest()
    before = small.recent_changes(), small.log("tag")

    for lists, options in (("allpages", ("--sweep",)), ("recentchanges", ())):

        def cut(asked: Asked, lists: str = lists) -> Fault | None:
            return Fault(truncate=True) if lists in asked.parameters.values() else None

        proxy.fault = cut
        run = far.run("harvest", "--format", "json", "--retries", "0", *options)
        assert run.status == 3, lists
        assert run.out == ""
    proxy.fault = lambda _: None
    assert far.harvest().transitions == []
    assert (small.recent_changes(), small.log("tag")) == before


def test_what_was_found_before_a_wiki_died_is_recorded_by_the_next_harvest_and_once(
    far: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    """The wiki takes the second tag, but its answer is lost; the next harvest finds the tag there."""
    tags: list[Asked] = []

    def lose(asked: Asked) -> Fault | None:
        if asked.action == "tag":
            tags.append(asked)
        return Fault(status=403) if len(tags) >= 2 and asked.action in ("tag", "edit", "purge") else None

    proxy.fault = lose
    run = far.run("harvest", "--format", "json")
    assert run.status == 3
    assert "recording_failed recorder=tags " in run.err
    assert run.states == FIRST
    assert len(small.log("tag")) == 1

    proxy.fault = lambda _: None
    run = far.harvest()
    assert run.transitions == []
    assert sorted(entry["title"] for entry in small.log("tag")) == [
        "Module:Area",
        "Module:Greeting",
        "Module:Lost/testcases",
    ]
    assert small.members("Modules with passed tests") == {"Module:Area", "Module:Lost/testcases"}
    (page,) = [change["title"] for change in small.recent_changes(rcuser="PickleBot") if "/Log/" in change["title"]]
    assert len(small.text(page).splitlines()) == 3


def test_a_wiki_that_is_read_only_is_harvested_and_recorded_on_later(
    bot: Bot, small: LiveWiki, change: Callable[..., None]
) -> None:
    assert bot.as_(None).harvest("--no-record").states == FIRST
    change(wgReadOnly="The house is being moved")
    run = bot.as_(None).harvest("--no-record")
    assert run.states == FIRST
    change()
    bot.harvest()
    assert len(small.log("tag")) == 3
