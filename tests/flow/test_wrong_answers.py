"""Answers that are none, in place of each kind of request: nothing is believed or lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.flow.bot import Bot
from tests.flow.pages import namespace
from tests.flow.scripts import suite
from tests.flow.wiki import Asked, Fault, ScriptedWiki
from tests.ran import Ran

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"
END = {"batchcomplete": True}
# tests/unit/test_shape.py has more of them; tests/live/test_wrong_answers.py asks a real connection.
WRONG: dict[str, Any] = {
    "object": {},
    "lists for objects": {**END, "query": [], "parse": [], "expandtemplates": [], "type": []},
    "texts": {**END, "query": "x", "parse": "x", "type": "normal", "print": 1},
}


def kind(asked: Asked) -> str:
    """Which question a request asks."""
    parts = (asked.parameters.get(name, "") for name in ("action", "generator", "list", "meta", "prop", "rvprop"))
    return " ".join(filter(None, parts))


def wrong(asked_for: str, name: str) -> Callable[[Asked], Fault | None]:
    """A wrong answer to each request of a kind."""
    return lambda asked: Fault(answer=WRONG[name]) if kind(asked) == asked_for else None


def kinds(wiki: ScriptedWiki) -> list[str]:
    return list(dict.fromkeys(map(kind, wiki.asked)))


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("options", [(), ("--sweep",)], ids=["following", "listing"])
def test_no_wrong_answer_is_believed_and_what_changed_is_seen_after_it(
    bot: Bot, wiki: ScriptedWiki, options: tuple[str, ...], name: str
) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    before = bot.unrecorded().states
    wiki.pages.edit(FOO, "broken")
    kept = shutil.copy(bot.store, bot.folder / "kept.sqlite")

    def harvest() -> Ran:
        shutil.copy(kept, bot.store)
        return bot.run("harvest", "--no-record", "--format", "json", "--retries", "0", *options)

    wiki.asked.clear()
    after = {**before, "Foo": "fail"}
    assert harvest().states == after
    for each in [each for each in kinds(wiki) if not options or "allpages" in each]:
        wiki.fault = wrong(each, name)
        ran = harvest()
        wiki.fault = lambda _: None
        assert ran.status in (0, 3), each
        if ran.status == 0:
            assert ran.states in (before, after), each
        assert bot.unrecorded().states == after, each


@pytest.mark.parametrize("name", ["object", "texts"])
def test_no_wrong_answer_to_a_recorder_ends_it_in_a_traceback_or_loses_a_transition(
    bot: Bot, wiki: ScriptedWiki, name: str
) -> None:
    """Every kind of request that only a harvest makes which records, the login included."""
    bot.harvest("--dry-run")
    reading = set(kinds(wiki))
    wiki.asked.clear()
    bot.harvest()
    asked_for = [each for each in kinds(wiki) if each not in reading]
    assert any("login" in each for each in asked_for)
    assert any("edit" in each for each in asked_for)
    for number, each in enumerate(asked_for):
        wiki.pages.edit(FOO, "broken" if number % 2 == 0 else "return {}")
        wiki.log_all_out()
        wiki.fault = wrong(each, name)
        assert bot.run("harvest").status in (0, 3), each
        wiki.fault = lambda _: None
    ran = bot.harvest()
    assert "recording_failed" not in ran.err
    state = "fail" if len(asked_for) % 2 else "good"
    assert ran.states == {"Foo": state}
    assert wiki.pages.tags_of(FOO) == (f"pickle-{state}",)
    assert wiki.pages.pages[FOO].categories
    assert all(namespace(name) != 0 for name in wiki.pages.pages if name != "Main Page"), "written nowhere else"
