"""A month of an ordinary wiki: 200 modules, a harvest an hour, 300 edits by people, 60 changes of state.

Two days of it, unless MONTH_HOURS=720 asks for all, which takes some minutes (``make month``).
"""

from __future__ import annotations

import os
import random
from collections import Counter

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.wiki import ScriptedWiki

HOURS = int(os.environ.get("MONTH_HOURS", "48"))
EDITS, TRANSITIONS = 300 * HOURS // 720, 60 * HOURS // 720
NAMES = [f"M{number:03}" for number in range(199)]


def kind(title: str) -> str:
    """The kind of page that an edit was of."""
    return "data" if title.startswith("User:Bot/Tests/") else "log" if title.startswith("User:Bot/Log/") else title


def test_a_month_has_no_more_edits_than_promised_and_none_of_other_pages(
    bot: Bot, wiki: ScriptedWiki, clock: Clock
) -> None:
    bot.show, bot.edits_per_minute, bot.edits_per_harvest = "messages", 6, 50
    wiki.add_modules(*NAMES)
    bot.harvest()
    assert len(wiki.questions(action="edit")) <= 10
    assert {kind(asked.parameters["title"]) for asked in wiki.questions(action="edit")} == {"data", "log"}

    chance = random.Random(7)  # noqa: S311 (the same in every run, and no secret)
    edited = sorted(chance.sample(range(HOURS * 10), EDITS))
    turning = set(chance.sample(edited, TRANSITIONS))
    broken: set[str] = set()
    by_kind: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    found = tags = 0
    for hour in range(HOURS):
        for slot in [slot for slot in edited if slot // 10 == hour]:
            name = chance.choice(NAMES)
            if slot in turning:
                broken ^= {name}
            wiki.pages.edit(f"Module:{name}", f"{'broken' if name in broken else 'return {}'} -- {slot}")
        clock.advance(3600)
        wiki.asked.clear()
        changed = len(bot.harvest().transitions)
        titles = [asked.parameters["title"] for asked in wiki.questions(action="edit")]
        assert max(Counter(titles).values(), default=0) <= 1, "an edit for each page"
        assert sum(kind(title) == "log" for title in titles) <= bool(changed)
        entries = len(wiki.questions(action="tag"))
        assert entries <= changed
        by_kind.update(map(kind, titles))
        pages.update(titles)
        found += changed
        tags += entries
    assert TRANSITIONS - 5 <= found <= TRANSITIONS
    assert by_kind["data"], "people's edits change tested revisions"
    assert by_kind.keys() <= {"data", "log"}, "nothing but the bot's own pages"
    assert by_kind["log"] <= found
    assert by_kind["data"] <= EDITS
    assert tags <= found
    assert all(title.startswith("User:Bot/") for title in pages)
