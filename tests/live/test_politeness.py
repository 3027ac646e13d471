"""How a wiki is asked: many suites at once where it is one's own, and an end in good order when the time is over."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.resources import files

from picklebot.invocation.environment import invocations_isolated
from picklebot.wiki import Wiki, read_site
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Fault, proxy_before


def test_suites_that_run_at_once_come_to_the_same(bot: Bot) -> None:
    one_by_one = bot.as_(None).harvest("--dry-run").states
    assert bot.as_(None).harvest("--dry-run", "--concurrency", "4").states == one_by_one
    run = bot.run("harvest", "--dry-run", "--concurrency", "0")
    assert run.status == 2
    assert "--concurrency" in run.err


def test_invocations_that_are_apart_are_seen_to_be(small: LiveWiki) -> None:
    wiki = Wiki(small.api)
    site = replace(read_site(wiki), software={"MediaWiki": "1.46.0"})
    assert not invocations_isolated(wiki, site)
    small.edit("Module:Picklebot", (files("picklebot") / "onwiki" / "Picklebot.lua").read_text(encoding="utf-8"))
    assert invocations_isolated(wiki, site)


def test_recording_ends_at_the_deadline_and_goes_on_with_the_next_harvest(bot: Bot, small: LiveWiki) -> None:
    bot.as_(None).harvest("--no-record")
    run = bot.run("harvest", "--deadline", "6", "--write-interval", "3")
    assert run.status == 0, run.err
    assert 'recording_failed recorder=tags reason="' in run.err
    assert "transitions wait: the deadline has come" in run.err
    assert 1 <= len(small.log("tag")) < 3
    assert "recording_failed" not in bot.harvest().err
    assert len(small.log("tag")) == 3
    tagged = {entry["title"] for entry in small.log("tag")}
    assert tagged == {"Module:Area", "Module:Greeting", "Module:Lost/testcases"}
    before = small.recent_changes()
    bot.harvest()
    assert small.recent_changes() == before


def test_what_the_wiki_refuses_is_not_repeated_after_the_deadline(bot: Bot, small: LiveWiki) -> None:
    bot.as_(None).harvest("--no-record")
    with proxy_before(small.api) as proxy:
        proxy.fault = lambda asked: Fault(status=503) if asked.action == "tag" else None
        started = time.monotonic()
        run = bot.by_way_of(proxy.api).run("harvest", "--deadline", "10")  # time enough to come as far as that
        assert time.monotonic() - started < 60  # all repetitions would take two minutes
    assert run.status == 0, run.err
    assert 'recording_failed recorder=tags reason="' in run.err
    assert small.log("tag") == []
    assert "recording_failed" not in bot.harvest().err
    assert len(small.log("tag")) == 3
