"""SIGTERM and Ctrl-C end a harvest in good order: its results are kept, and the next harvest does the rest."""

from __future__ import annotations

import json
import signal

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import suite
from tests.flow.wiki import Asked, Fault, ScriptedWiki

FOO, BAR = "Module:Foo", "Module:Bar"


@pytest.fixture(autouse=True)
def two_suites(wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.pages.edit(BAR, "return {}")
    wiki.pages.edit(f"{BAR}/testcases", suite(BAR))
    clock.advance(600)


def signalled(wiki: ScriptedWiki, number: int = signal.SIGTERM, **parameters: str) -> None:
    """Send a signal with the first request of a kind."""
    sent: list[Asked] = []

    def send(asked: Asked) -> None:
        if not sent and asked.has(**parameters):
            sent.append(asked)
            signal.raise_signal(number)

    wiki.meanwhile = send


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_further_suite_begins_and_nothing_is_written(bot: Bot, wiki: ScriptedWiki, number: int) -> None:
    signalled(wiki, number, action="parse")
    ran = bot.harvest()
    assert ran.document["ended"] == "terminated"
    assert ran.states == {"Bar": "good"}
    assert "event=harvest_terminated suites_waiting=1" in ran.err
    assert not wiki.pages.tags_of(BAR)
    again = bot.harvest()
    assert (again.document["ended"], again.states) == ("complete", {"Bar": "good", "Foo": "good"})
    assert wiki.pages.tags_of(BAR) == wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_while_the_wiki_is_read_the_document_is_empty_and_says_so(bot: Bot, wiki: ScriptedWiki) -> None:
    bot.unrecorded()
    signalled(wiki, action="query")
    wiki.fault = lambda _: Fault(status=503)
    ran = bot.harvest()
    assert json.loads(ran.out) == {"suites": [], "modules": [], "transitions": [], "ended": "terminated"}
    assert "event=harvest_terminated reason=" in ran.err


def test_recording_ends_after_the_write_that_has_begun_and_goes_on_next_time(bot: Bot, wiki: ScriptedWiki) -> None:
    signalled(wiki, action="tag")
    ran = bot.harvest()
    assert ran.document["ended"] == "terminated"
    assert [bool(wiki.pages.tags_of(title)) for title in (BAR, FOO)].count(True) == 1
    bot.harvest()
    assert wiki.pages.tags_of(BAR) == wiki.pages.tags_of(FOO) == ("pickle-good",)


def test_a_deadline_is_told_apart(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    wiki.meanwhile = lambda asked: clock.advance(50) if asked.action == "parse" else None
    ran = bot.harvest("--no-record", "--deadline", "60")
    assert ran.document["ended"] == "deadline"


def test_handlers_of_signals_are_given_back(bot: Bot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    bot.harvest()
    assert signal.getsignal(signal.SIGTERM) == before
