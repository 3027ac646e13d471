"""Many testers are asked together what they offer, and none is taken for what a neighbour made of it."""

from __future__ import annotations

import random

from bot import Bot
from livewiki import LiveWiki

GOOD = "local p = {} function p.tap() return '1..1\\nok 1' end return p"
TESTERS = {
    "Broken": "error('not today')",
    "Empty": "return {}",
    "A string": "return 'text'",
    "Meddler": "require = nil pairs = nil print = nil table.concat = nil " + GOOD,
    "Inherits": "return setmetatable({}, { __index = { tap = function () return '1..1\\nok 1' end } })",
    "Noisy": "mw.log(string.rep('picklebot:run\\n', 1000)) " + GOOD,
    **{f"Good {n}": GOOD for n in range(30)},
}
WANTED = {"Broken": "fail", "Empty": "pending", "A string": "pending"}


def test_each_tester_is_known_by_what_it_offers_itself(bot: Bot, small: LiveWiki) -> None:
    titles = list(TESTERS)
    random.Random(small.url).shuffle(titles)  # noqa: S311
    for title in titles:
        small.post(action="edit", title=f"Module:{title}/testcases", text=TESTERS[title], contentmodel="Scribunto")
    before = small.requests()
    states = bot.as_(None).harvest("--no-record").states
    asked = small.requests() - before
    assert {title: states[f"{title}/testcases"] for title in TESTERS} == {
        title: WANTED.get(title, "good") for title in TESTERS
    }
    assert asked < 2 * len(TESTERS)
