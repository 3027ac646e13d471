"""How a wiki stands, for people and for programs; docs/operators.md, "How a wiki stands", names the keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from picklebot.model import Inconclusive, State
from picklebot.output.history import moment
from picklebot.store.history import Overview, PastHarvest
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import inconclusive_words, state_words

__all__ = ["Standing", "overview_document", "overview_lines"]

# Titles in one list of the text; the JSON document has all.
_MAX_TITLES_LISTED = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """The contents of the store, and their consequences now.

    :param due: how many suites would run now, as far as the store can tell
    """

    wiki: str
    overview: Overview
    due: int


def overview_document(standing: Standing) -> dict[str, Any]:
    """Values that JSON knows."""
    found = standing.overview
    return {
        "wiki": standing.wiki,
        "modules": {state: found.modules.get(state, 0) for state in State},
        "suites": len(found.suites),
        "due": standing.due,
        "flaky": [record.suite.tester.title for record in found.suites if record.baseline.flaky],
        "inconclusive": [_silent(title, why) for title, why in found.inconclusive.items()],
        "outbox": {
            name: {"waiting": waiting.transitions, "since": moment(waiting.since)}
            for name, waiting in found.outbox.items()
        },
        "last_harvest": _harvest(found.last) if found.last else None,
        "running": found.held,
    }


def overview_lines(standing: Standing, say: Messages = ENGLISH) -> Iterator[str]:
    """Lines of text."""
    found = standing.overview
    counts = say("comma").join(f"{number} {state_words(state, say)}" for state, number in found.modules.items())
    yield _row("modules", f"{sum(found.modules.values())}{f': {counts}' if counts else ''}", say)
    yield _row("suites", say("frame-suites-due", len(found.suites), standing.due), say)
    flaky = [plain(record.suite.tester.title) for record in found.suites if record.baseline.flaky]
    yield from _listed("flaky", flaky, say)
    why = {title: plain(inconclusive_words(each, say)) for title, each in found.inconclusive.items()}
    yield from _listed("inconclusive", [f"{plain(title)}: {words}" for title, words in why.items()], say)
    for name, waiting in found.outbox.items():
        since = f"{waiting.since:%Y-%m-%d %H:%M:%S}" if waiting.since else ""
        waits = say("frame-waiting-since", waiting.transitions, since) if since else ""
        yield _row("outbox", f"{name}: {waits or say('frame-waiting', waiting.transitions)}", say)
    yield _row("last-harvest", _last(found.last, say, held=found.held), say)


def _silent(title: str, why: Inconclusive) -> dict[str, str]:
    return {"tester": title, "reason": inconclusive_words(why), "code": why.code}


def _row(name: str, value: str, say: Messages) -> str:
    return f"{say.of('row', name):<13} {value}"


def _listed(name: str, titles: list[str], say: Messages) -> Iterator[str]:
    yield _row(name, str(len(titles)), say)
    yield from (f"  {title}" for title in titles[:_MAX_TITLES_LISTED])
    if len(titles) > _MAX_TITLES_LISTED:
        yield f"  {say('frame-more', len(titles) - _MAX_TITLES_LISTED)}"


def _last(harvest: PastHarvest | None, say: Messages, *, held: bool) -> str:
    if harvest is None:
        return say("frame-none-yet")
    began = f"{harvest.started:%Y-%m-%d %H:%M:%S}"
    if harvest.ended is None:
        return say("frame-not-ended" if held else "frame-broken-off", began)
    took = (harvest.ended - harvest.started).total_seconds()
    numbers = (harvest.requests, harvest.ran, harvest.inconclusive, harvest.changed)
    return say("frame-last-harvest", began, f"{took:.1f}", *numbers)


def _harvest(harvest: PastHarvest) -> dict[str, Any]:
    took = (harvest.ended - harvest.started).total_seconds() if harvest.ended else None
    return {
        "started": moment(harvest.started),
        "ended": moment(harvest.ended),
        "seconds": took,
        "requests": harvest.requests,
        "ran": harvest.ran,
        "inconclusive": harvest.inconclusive,
        "changed": harvest.changed,
    }
