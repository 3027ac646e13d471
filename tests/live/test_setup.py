"""``picklebot setup``: what a sysop does once, and what a harvest does where nobody did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

STATES = ("fail", "unknown", "missing", "pending", "todo-fail", "todo-good", "skip-fail", "skip-good", "good")
CATEGORIES = {
    "Modules with passed tests",
    "Modules with pending tests",
    "Modules with incomplete tests",
    "Modules with skipped tests",
    "Modules with failing tests",
    "Modules with unknown tests",
    "Modules without test page",
}


@pytest.fixture
def fresh(wiki: LiveWiki, tmp_path: Path) -> Bot:
    """The observer's picklebot for a wiki of seeds on which nobody has run setup."""
    return Bot.of(wiki, tmp_path)


def tags(wiki: LiveWiki) -> dict[str, bool]:
    """Tags of picklebot's that are defined, and whether they can be set by hand."""
    found = wiki.get(action="query", list="tags", tgprop="source|active", tglimit="max")["query"]["tags"]
    return {tag["name"]: "manual" in tag["source"] for tag in found if tag["name"].startswith("pickle-")}


def test_it_defines_the_tags_and_creates_the_categories_with_a_description(fresh: Bot, wiki: LiveWiki) -> None:
    said = fresh.setup()
    assert tags(wiki) == {f"pickle-{state}": True for state in STATES}
    for category in CATEGORIES:
        text = wiki.text(f"Category:{category}")
        assert "picklebot" in text
        assert "<code>pickle-" in text
        assert wiki.revisions(f"Category:{category}")[0]["user"] == "Admin"
    assert "pickle-skip-fail</code>" in wiki.text("Category:Modules with skipped tests")
    assert sum(line.startswith("created: ") for line in said.out.splitlines()) == len(STATES) + len(CATEGORIES)


def test_a_second_time_changes_nothing(fresh: Bot, wiki: LiveWiki) -> None:
    fresh.setup()
    wiki.edit("Category:Modules with failing tests", "Described by an editor.")
    changes, log = wiki.recent_changes(), wiki.log("managetags")
    said = fresh.setup()
    assert wiki.recent_changes() == changes
    assert wiki.log("managetags") == log
    assert wiki.text("Category:Modules with failing tests") == "Described by an editor."
    assert all(line.startswith("is there: ") for line in said.out.splitlines())


def test_an_account_without_the_right_is_told_which_one_it_lacks(fresh: Bot, wiki: LiveWiki) -> None:
    run = fresh.run("setup")
    assert run.status == 3
    assert "PickleBot lacks the right managechangetags" in run.err
    assert "sysop" in run.err
    assert tags(wiki) == {}
    assert not wiki.exists("Category:Modules with failing tests")


def test_it_needs_an_account(fresh: Bot) -> None:
    run = fresh.as_(None).run("setup")
    assert run.status == 2
    assert "PICKLEBOT_USER" in run.err
    assert "sysop" in run.err


def test_categories_of_a_wikis_own_names_are_created_under_these(fresh: Bot, wiki: LiveWiki) -> None:
    (fresh.work / "picklebot.toml").write_text('[categories]\nfail = "Broken modules"\n', encoding="utf-8")
    fresh.setup()
    assert "failed" in wiki.text("Category:Broken modules")
    assert not wiki.exists("Category:Modules with failing tests")


def test_where_it_was_not_run_tags_wait_and_all_else_is_recorded(fresh: Bot, wiki: LiveWiki) -> None:
    run = fresh.harvest("--only", "String trim")
    assert "not_recorded recorder=tags " in run.err
    assert "`picklebot setup`" in run.err
    assert wiki.log("tag") == []
    assert wiki.members("Modules with passed tests") == {"Module:String trim"}
    (log,) = [change["title"] for change in wiki.recent_changes() if "/Log/" in change["title"]]
    assert "Module:String trim" in wiki.text(log)

    again = fresh.harvest("--only", "String trim")
    assert "`picklebot setup`" in again.err
    edits = wiki.recent_changes(rcuser="PickleBot")

    fresh.setup()
    run = fresh.harvest("--only", "String trim")
    assert "not_recorded" not in run.err
    assert wiki.tags("Module:String trim") == ["pickle-good"]
    (entry,) = wiki.log("tag")
    assert entry["user"] == "PickleBot"
    assert entry["comment"].startswith("first seen → good (5 of 5 passed)")
    assert wiki.recent_changes(rcuser="PickleBot") == edits
