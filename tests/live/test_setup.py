"""``picklebot setup``, run by a sysop once, and a harvest without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from picklebot.account.pages import PageTarget
from picklebot.recording.installed import InstalledPage
from picklebot.sandbox import Sandbox
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

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
    created = {line.removeprefix("created: ") for line in said.out.splitlines() if line.startswith("created: ")}
    assert {f"tag pickle-{state}" for state in STATES} | {f"Category:{name}" for name in CATEGORIES} <= created


def test_a_second_time_changes_nothing(fresh: Bot, wiki: LiveWiki) -> None:
    fresh.setup()
    wiki.edit("Category:Modules with failing tests", "Described by an editor.")
    changes, log = wiki.recent_changes(), wiki.log("managetags")
    said = fresh.setup()
    assert wiki.recent_changes() == changes
    assert wiki.log("managetags") == log
    assert wiki.text("Category:Modules with failing tests") == "Described by an editor."
    told = [line for line in said.out.splitlines() if not line.startswith(("is there: ", "records: "))]
    assert [line.partition(" (")[0] for line in told] == ["was changed here: Category:Modules with failing tests"]


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


MODULE, SHOW, MISSING = (
    "Module:Test status",
    "MediaWiki:Scribunto-doc-page-show",
    "MediaWiki:Scribunto-doc-page-does-not-exist",
)
CALL = "{{#invoke:Test status|box}}"


def setup(bot: Bot, *arguments: str) -> Ran:
    run = bot.as_(Sandbox.admin).run("setup", *arguments)
    assert run.status == 0, run.err
    return run


def test_it_installs_the_module_and_puts_its_call_above_the_text_that_module_pages_show(
    fresh: Bot, wiki: LiveWiki
) -> None:
    run = setup(fresh, "--show", "messages")
    assert wiki.text(SHOW) == f"{CALL}\n{{{{$1}}}}\n<hr />"
    assert wiki.text(MISSING) == f"{CALL}\n''Documentation for this module may be created at [[$1]]''"
    assert "after a harvest" in run.out
    assert "data_page" in wiki.text("Module:Test status/config.json")
    assert "picklebot" in wiki.text(MODULE).splitlines()[0]
    assert wiki.exists("Help:Module tests")
    page = wiki.get(action="parse", page="Module:String trim", prop="text")["parse"]["text"]
    assert "scribunto-error" not in page

    wiki.edit(
        "User:PickleBot/Tests/0.json",
        '{"version": 1, "shards": 1, "testers": {}, "modules": {"Module:String trim": {"state": "good"}}}',
    )
    assert "Module:String trim shows its state" in setup(fresh, "--show", "messages").out


def test_a_text_of_the_wikis_own_in_its_messages_stays_and_the_line_to_paste_is_told(
    fresh: Bot, wiki: LiveWiki
) -> None:
    wiki.edit(SHOW, "{{Our box|$1}}")
    wiki.edit(
        "User:PickleBot/Tests/0.json",
        '{"version": 1, "shards": 1, "testers": {}, "modules": {"Module:String trim": {"state": "good"}}}',
    )
    for more in ((), ("--force",)):
        run = setup(fresh, "--show", "messages", *more)
        assert wiki.text(SHOW) == "{{Our box|$1}}"
        (told,) = [line for line in run.out.splitlines() if SHOW in line]
        assert told.endswith(f"paste this line above it: {CALL}")
    assert "Module:String trim does not show its state" in run.out
    wiki.edit(SHOW, CALL + "{{Our box|$1}}")
    run = setup(fresh, "--show", "messages")
    assert f"is there: {SHOW}" in run.out
    assert "Module:String trim shows its state" in run.out


def test_a_page_that_somebody_changed_stays_until_it_is_forced_and_an_older_one_is_updated(
    fresh: Bot, wiki: LiveWiki
) -> None:
    setup(fresh)
    ours, template = wiki.text(MODULE), wiki.text("Template:Test status")
    wiki.edit(MODULE, ours + "\n-- mine")
    older = InstalledPage(PageTarget("Template:Test status", frozenset({10})), "As another version had it.")
    wiki.edit("Template:Test status", older.text)
    changes = wiki.recent_changes()
    diff = setup(fresh, "--diff").out
    assert "--- mine" in diff.splitlines()
    assert "-As another version had it." in diff
    assert wiki.recent_changes() == changes

    run = setup(fresh)
    assert f"was changed here: {MODULE}" in run.out
    assert "updated: Template:Test status" in run.out
    assert wiki.text(MODULE) == ours + "\n-- mine"
    assert wiki.text("Template:Test status") == template
    assert f"updated: {MODULE}" in setup(fresh, "--force").out
    assert wiki.text(MODULE) == ours


def make_bot(wiki: LiveWiki, user: str) -> None:
    wiki.login(wiki.sandbox.admin)
    wiki.token = wiki.get(action="query", meta="tokens", type="userrights")["query"]["tokens"]["userrightstoken"]
    wiki.post(action="userrights", user=user, add="bot")
    wiki.token = ""


def test_which_account_records_is_said_where_the_wiki_has_several_bots(fresh: Bot, wiki: LiveWiki) -> None:
    make_bot(wiki, "Admin")
    run = fresh.as_(Sandbox.admin).run("setup")
    assert run.status == 2
    assert "--observer NAME" in run.err
    assert not wiki.exists(MODULE)
    setup(fresh, "--observer", "pickleBot")
    assert '"observer": "PickleBot"' in wiki.text("Module:Test status/config.json")
    assert "records: PickleBot" in setup(fresh).out


def test_without_an_account_the_differences_are_shown(fresh: Bot, wiki: LiveWiki) -> None:
    run = fresh.as_(None).run("setup", "--diff")
    assert run.status == 0
    assert "would define: tag pickle-fail" in run.out
    assert "+++ Module:Test status" in run.out
    assert tags(wiki) == {}


def test_where_it_was_not_run_tags_wait_and_all_else_is_recorded(fresh: Bot, wiki: LiveWiki) -> None:
    run = fresh.harvest("--only", "String trim")
    assert "recording_failed recorder=tags " in run.err
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
    assert "recording_failed" not in run.err
    assert wiki.tags("Module:String trim") == ["pickle-good"]
    (entry,) = wiki.log("tag")
    assert entry["user"] == "PickleBot"
    assert entry["comment"].startswith("first seen → good (5 of 5 passed)")
    assert wiki.recent_changes(rcuser="PickleBot") == edits
