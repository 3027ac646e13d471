"""Many testers are asked for their functions together, and none is taken for a neighbour's work."""

from __future__ import annotations

import random

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

GOOD = "local p = {} function p.tap() return '1..1\\nok 1' end return p"
SHARES = "local p = require('Module:Hand made') function p.{entry}() return '1..1\\nok 1' end return p"
TESTERS = {
    "Broken": "error('not today')",
    "Empty": "return {}",
    "A string": "return 'text'",
    "Meddler": "require = nil pairs = nil print = nil table.concat = nil " + GOOD,
    "Inherits": "return setmetatable({}, { __index = { tap = function () return '1..1\\nok 1' end } })",
    "A number": "return 5",
    "Nothing": "local p = {} function p.tap() return '1..1\\nok 1' end",
    "Not written yet": "-- to do",
    "Meddles with loading": "package.loaded['Module:Good 1/testcases'] = { run_tests = function () end }"
    " package.preload['Module:Good 2/testcases'] = function () return { run_tests = function () end } end " + GOOD,
    "Shares 1": SHARES.format(entry="tap"),
    "Shares 2": SHARES.format(entry="run"),
    "Shares 3": SHARES.format(entry="tap"),
    "Asks no metatable": "return setmetatable({ tap = function () return '1..1\\nok 1' end },"
    " { __pairs = function () error('no') end })",
    "Noisy": "mw.log(string.rep('picklebot:run\\n', 1000)) " + GOOD,
    **{f"Good {n}": GOOD for n in range(30)},
}
NO_TABLE = ("A string", "A number", "Nothing")  # of which the wiki says so where a page calls it
WANTED = {"Broken": "fail", "Empty": "pending", "Not written yet": "pending", **dict.fromkeys(NO_TABLE, "fail")}


def test_each_tester_is_known_by_what_it_offers_itself(bot: Bot, small: LiveWiki) -> None:
    titles = list(TESTERS)
    random.Random(small.url).shuffle(titles)  # noqa: S311
    for title in titles:
        small.post(action="edit", title=f"Module:{title}/testcases", text=TESTERS[title], contentmodel="Scribunto")
    small.post(action="edit", title="Module:Hand made", text="return {}", contentmodel="Scribunto")
    before = small.requests()
    suites = bot.as_(None).harvest("--no-record").document["suites"]
    states = {suite["tester"].removeprefix("Module:"): suite["state"] for suite in suites}
    asked = small.requests() - before
    assert {title: states[f"{title}/testcases"] for title in TESTERS} == {
        title: WANTED.get(title, "good") for title in TESTERS
    }
    assert asked < 2 * len(TESTERS)
