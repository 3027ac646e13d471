"""A harvest that is killed, at any instant: the next one records its findings, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from picklebot.failpoints import POINTS
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_harvest import BROKEN, log_lines

MODULES = ("Module:Area", "Module:Greeting", "Module:Lost/testcases")
POLITE = "return { hello = function () return 'Hello' end }"


def killed(bot: Bot, *points: str) -> None:
    """A harvest that dies at each of these, one after the other."""
    for point in points:
        assert bot.run("harvest", PICKLEBOT_FAULT=point).status == -9, f"it never came to {point}"


def recorded(wiki: LiveWiki) -> dict[str, list[str]]:
    """The record of each module on the wiki: states in the tags' log and in ours; the edits of its category."""
    tags = [(entry["title"], entry["comment"]) for entry in wiki.log("tag", leuser="PickleBot")]
    lines = [(title, line) for line in log_lines(wiki) for title in MODULES if f" [[:{title}]] (" in line]
    edits = [change["title"] for change in wiki.recent_changes(rcuser="PickleBot")]
    comments = "\n".join(comment for _, comment in tags)
    tokens = Counter(re.findall(r"\[([0-9a-f]{10})(?: [^\]]*)?\]$", comments, re.MULTILINE))
    tokens += Counter(re.findall(r"<small>([0-9a-f]{10})</small>$", "\n".join(log_lines(wiki)), re.MULTILINE))
    assert set(tokens.values()) == {2}, "each is in one entry of the log of tags, and in one line of ours"
    return {
        title: [
            *sorted(f"tag: {comment.partition(' (')[0]}" for of, comment in tags if of == title),
            *sorted(f"line: {line.partition(']]): ')[2].partition(': ')[0]}" for of, line in lines if of == title),
            *(["category"] * edits.count(f"{title}/doc")),
        ]
        for title in MODULES
    }


def first(state: str) -> list[str]:
    return [f"tag: first seen → {state}", f"line: first seen → '''{state}'''", "category"]


def then(old: str, new: str, more: str) -> list[str]:
    return [
        *sorted([f"tag: first seen → {old}", f"tag: {old} → {new}"]),
        *sorted([f"line: first seen → '''{old}'''", f"line: {old} → '''{new}'''"]),
        *(["category"] * len(more)),
    ]


EXPECTED = dict(zip(MODULES, map(first, ("good", "fail", "good")), strict=True))


def test_a_harvest_that_dies_at_every_boundary_records_all_and_nothing_twice(bot: Bot, small: LiveWiki) -> None:
    killed(bot, *POINTS)
    bot.harvest()
    assert recorded(small) == EXPECTED
    assert bot.harvest().transitions == []

    small.edit("Module:Area", BROKEN)
    small.edit("Module:Greeting", POLITE)
    killed(bot, "in-results-commit", "after-tags:2", "after-log", "before-categories:2", "after-categories")
    bot.harvest()
    assert recorded(small) == {
        "Module:Area": then("good", "fail", "12"),
        "Module:Greeting": then("fail", "good", "12"),
        "Module:Lost/testcases": first("good"),
    }
    assert small.tags("Module:Area") == ["pickle-fail"]
    assert small.members("Modules with passed tests") == {"Module:Greeting", "Module:Lost/testcases"}


@pytest.mark.parametrize("point", ["after-tags:2", "after-log"])
def test_what_the_wiki_has_and_the_store_does_not_know_is_recognised(bot: Bot, small: LiveWiki, point: str) -> None:
    killed(bot, point)
    bot.harvest()
    assert recorded(small) == EXPECTED
