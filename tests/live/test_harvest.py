"""Harvests of a wiki that changes: each change is one transition, recorded once in each place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

GOOD = "Modules with passed tests"
FAILING = "Modules with failing tests"
MISSING = "Modules without test page"
BROKEN = "return { square = function ( side ) return side + side end }"
MENDED = "return { square = function ( side ) return side * side end }"
DATA = "User:PickleBot/Tests/0.json"


def log_lines(wiki: LiveWiki) -> list[str]:
    """The observer's log of this month, a line a transition."""
    found = wiki.get(action="query", list="allpages", apnamespace=2, apprefix="PickleBot/Log/")["query"]["allpages"]
    return [line for page in found for line in wiki.text(page["title"]).splitlines()]


def edits(wiki: LiveWiki) -> list[str]:
    """Titles of the observer's edits, the latest first."""
    return [change["title"] for change in wiki.recent_changes(rcuser="PickleBot")]


def contributions(wiki: LiveWiki) -> tuple[int, int]:
    """How many edits and how many log entries the observer has made."""
    return len(edits(wiki)), len(wiki.log("tag", leuser="PickleBot"))


def data(wiki: LiveWiki) -> dict[str, Any]:
    """The entries of the data page, by titles of modules."""
    entries: dict[str, Any] = json.loads(wiki.text(DATA))["modules"]
    return entries


@pytest.mark.both_releases
def test_an_edit_that_breaks_a_module_and_one_that_mends_it_are_a_transition_each(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    first = small.revision("Module:Area")
    edited, tagged = contributions(small)

    broken = small.edit("Module:Area", BROKEN)
    assert bot.harvest().transitions == [("Area", "good", "fail")]
    assert contributions(small) == (edited + 3, tagged + 1)
    assert sorted(edits(small)[:3]) == sorted([DATA, log_page(small), "Module:Area/doc"])
    (entry,) = small.log("tag", letitle="Module:Area")[:1]
    assert entry["user"] == "PickleBot"
    assert entry["comment"].startswith("good → fail (1 of 2 passed, 1 failed); changed: Module:Area [")
    assert entry["params"]["revid"] == broken
    assert "Module:Area" in small.members(FAILING)
    assert "Module:Area" not in small.members(GOOD)
    assert f"|revision {broken}]]): good → '''fail''': 1 of 2 passed, 1 failed" in log_lines(small)[-1]

    mended = small.edit("Module:Area", MENDED)
    assert bot.harvest().transitions == [("Area", "fail", "good")]
    assert contributions(small) == (edited + 6, tagged + 2)
    assert "Module:Area" in small.members(GOOD)
    assert small.members(FAILING) == {"Module:Greeting"}
    assert "fail → '''good''': 2 of 2 passed" in log_lines(small)[-1]

    history = {revision["revid"]: revision["tags"] for revision in small.revisions("Module:Area")}
    assert history == {first: ["pickle-good"], broken: ["pickle-fail"], mended: ["pickle-good"]}


def log_page(wiki: LiveWiki) -> str:
    (page,) = {title for title in edits(wiki) if "/Log/" in title}
    return page


def test_the_same_revision_loses_its_old_tag_when_its_tester_changes(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    revision = small.revision("Module:Area")
    tester = small.text("Module:Area/testcases")
    small.edit("Module:Area/testcases", tester.replace("== 9", "== 10"))
    assert bot.harvest().transitions == [("Area", "good", "fail")]
    assert small.revision("Module:Area") == revision
    assert small.tags("Module:Area") == ["pickle-fail"]
    (entry,) = small.log("tag", letitle="Module:Area")[:1]
    assert (entry["params"]["tagsAdded"], entry["params"]["tagsRemoved"]) == (["pickle-fail"], ["pickle-good"])


def test_an_edit_that_changes_no_state_records_nothing_but_the_tested_revision_on_the_data_page(
    bot: Bot, small: LiveWiki
) -> None:
    bot.harvest()
    edited, tagged = contributions(small)
    small.edit("Module:Area", MENDED)
    run = bot.harvest()
    assert run.transitions == []
    assert contributions(small) == (edited + 1, tagged)
    assert edits(small)[0] == DATA
    (area,) = [module for module in run.document["modules"] if module["title"] == "Module:Area"]
    assert area["revision"] == small.revision("Module:Area") == data(small)["Module:Area"]["revision"]
    bot.harvest()
    assert contributions(small) == (edited + 1, tagged)


def test_an_edit_of_a_tester_that_changes_no_state_records_nothing(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    before = contributions(small)
    small.edit("Module:Area/testcases", small.text("Module:Area/testcases") + "\n-- as before")
    run = bot.harvest()
    assert [suite["tester"] for suite in run.document["suites"] if suite["ran"]] == ["Module:Area/testcases"]
    assert run.transitions == []
    assert contributions(small) == before


def test_an_edit_to_a_library_that_a_module_needs_is_seen_too(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Untested", "return { times = function ( a, b ) return a * b end }")
    small.edit(
        "Module:Area", "return { square = function ( a ) return require( 'Module:Untested' ).times( a, a ) end }"
    )
    assert bot.harvest().states["Area"] == "good"
    small.edit("Module:Untested", "return { times = function ( a, b ) return a + b end }")
    assert bot.harvest().transitions == [("Area", "good", "fail")]


@pytest.mark.both_releases
def test_a_module_whose_tester_is_deleted_is_missing_and_its_return_is_seen(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    tester = small.text("Module:Area/testcases")
    small.delete("Module:Area/testcases")
    run = bot.harvest()
    assert run.transitions == [("Area", "good", "missing")]
    assert run.states["Area"] == "missing"
    assert small.members(MISSING) == {"Module:Area"}
    assert "Module:Area" not in small.members(GOOD)
    assert small.tags("Module:Area") == ["pickle-missing"]
    line = "good → '''missing''': no test page; changed: [[:Module:Area/testcases]] (deleted or moved by [[User:Admin|"
    assert line in log_lines(small)[-1]
    before = contributions(small)
    assert bot.harvest().transitions == []
    assert contributions(small) == before

    small.edit("Module:Area/testcases", tester)
    assert bot.harvest().transitions == [("Area", "missing", "good")]
    assert small.members(MISSING) == set()
    assert "; changed: [[:Module:Area/testcases]] (created by [[User:Admin|Admin]])" in log_lines(small)[-1]


def test_a_module_that_never_had_a_tester_has_no_state_and_costs_nothing(bot: Bot, small: LiveWiki) -> None:
    run = bot.harvest()
    assert "Untested" not in run.states
    assert small.tags("Module:Untested") == []
    assert not small.exists("Module:Untested/doc")


def test_a_tester_without_a_module_is_a_suite_of_its_own_until_the_module_comes(bot: Bot, small: LiveWiki) -> None:
    run = bot.harvest()
    (suite,) = [suite for suite in run.document["suites"] if suite["tester"] == "Module:Lost/testcases"]
    assert (suite["testee"], suite["testee_exists"], suite["state"]) == ("Module:Lost", False, "good")
    assert small.tags("Module:Lost/testcases") == ["pickle-good"]
    assert "Module:Lost/testcases" in small.members(GOOD)

    small.edit("Module:Lost", "return {}")
    transitions = bot.harvest().transitions
    assert transitions == [("Lost", None, "good"), ("Lost/testcases", "good", None)]
    assert small.tags("Module:Lost") == ["pickle-good"]
    assert small.members(GOOD) == {"Module:Area", "Module:Lost"}
    assert "no longer followed" in "\n".join(log_lines(small)[-2:])
    before = contributions(small)
    assert bot.harvest().transitions == []
    assert contributions(small) == before


def test_a_deleted_module_leaves_its_tester_to_stand_alone(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    small.delete("Module:Area")
    run = bot.harvest()
    assert run.transitions == [("Area/testcases", None, "fail")]
    assert "Area" not in run.states
    assert small.members(FAILING) == {"Module:Area/testcases", "Module:Greeting"}
    assert bot.harvest().transitions == []


def test_a_module_deleted_with_its_tester_is_forgotten(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    before = contributions(small)
    small.delete("Module:Area")
    small.delete("Module:Area/testcases")
    run = bot.harvest()
    assert run.transitions == []
    assert "Area" not in run.states
    edited, tagged = before
    assert contributions(small) == (edited + 2, tagged)
    assert set(edits(small)[:2]) == {DATA, "Module:Area/doc"}
    assert "picklebot" not in small.text("Module:Area/doc"), "it is still there, and is cleaned up"
    assert set(data(small)) == {"Module:Greeting", "Module:Lost/testcases"}


@pytest.mark.both_releases
def test_a_moved_module_keeps_its_history(bot: Bot, small: LiveWiki) -> None:
    before = bot.harvest().document["modules"]
    for page in ("", "/testcases", "/doc"):
        small.move(f"Module:Area{page}", f"Module:Surface{page}")
    small.sandbox.maintenance("runJobs")  # moved before its documentation was, it is in no category until then
    tester = small.text("Module:Surface/testcases")
    small.edit("Module:Surface/testcases", tester.replace("Module:Area", "Module:Surface"))
    edited, tagged = contributions(small)
    run = bot.harvest()
    assert run.transitions == []
    assert contributions(small) == (edited + 1, tagged)
    assert edits(small)[0] == DATA
    assert set(data(small)) == {"Module:Greeting", "Module:Lost/testcases", "Module:Surface"}
    ids = {module["title"]: module["page_id"] for module in before}
    moved = {module["title"]: module for module in run.document["modules"]}["Module:Surface"]
    assert (moved["page_id"], moved["state"]) == (ids["Module:Area"], "good")
    assert "Module:Surface" in small.members(GOOD)


def test_a_module_that_moved_away_from_its_documentation_is_in_its_category_again(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    for page in ("", "/testcases"):
        small.move(f"Module:Area{page}", f"Module:Surface{page}")
    small.sandbox.maintenance("runJobs")
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    tester = small.text("Module:Surface/testcases")
    small.edit("Module:Surface/testcases", tester.replace("Module:Area", "Module:Surface"))
    lines = log_lines(small)
    assert bot.harvest().transitions == []
    assert small.members(GOOD) == {"Module:Lost/testcases", "Module:Surface"}
    assert log_lines(small) == lines
    count = contributions(small)
    assert bot.harvest().transitions == []
    assert contributions(small) == count


@pytest.mark.both_releases
def test_a_module_that_moved_with_all_its_pages_and_left_redirects_is_one_module(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    small.post(action="move", **{"from": "Module:Area"}, to="Module:Surface", movesubpages=1, reason="a test's move")
    if not small.exists("Module:Area"):  # MediaWiki 1.39 knows no redirects between modules
        tester = small.text("Module:Surface/testcases")
        small.edit("Module:Surface/testcases", tester.replace("Module:Area", "Module:Surface"))
    run = bot.harvest()
    assert "Area" not in run.states
    assert run.transitions == []
    assert small.members(GOOD) == {"Module:Lost/testcases", "Module:Surface"}
    small.edit("Module:Surface/testcases", "return { tap = function () return '1..1\\nnot ok 1' end }")
    assert bot.harvest().transitions == [("Surface", "good", "fail")]


@pytest.mark.release("1.43")  # MediaWiki 1.39 knows no redirects between modules
def test_tests_that_stay_behind_a_redirect_are_the_moved_modules(bot: Bot, small: LiveWiki) -> None:
    if small.sandbox.version.startswith("1.39"):
        pytest.skip("MediaWiki 1.39 knows no redirects between modules")
    bot.harvest()
    small.move("Module:Area", "Module:Surface", redirect=True)
    run = bot.harvest()
    assert run.transitions == []
    assert (run.states["Surface"], "Area" in run.states) == ("good", False)
    small.edit("Module:Surface", BROKEN)
    assert bot.harvest().transitions == [("Surface", "good", "fail")]


def test_the_worst_of_several_suites_is_the_state_of_a_module(bot: Bot, small: LiveWiki) -> None:
    failing = "return { tap = function () return '1..1\\nnot ok 1 - more' end }"
    small.edit("Module:Area/testcases2", failing)
    run = bot.harvest()
    states = {suite["tester"]: suite["state"] for suite in run.document["suites"]}
    assert (states["Module:Area/testcases"], states["Module:Area/testcases2"]) == ("good", "fail")
    assert run.states["Area"] == "fail"
    assert small.tags("Module:Area") == ["pickle-fail"]
    assert len(small.log("tag", letitle="Module:Area")) == 1
    (line,) = [line for line in log_lines(small) if "[[:Module:Area]]" in line]
    assert "[[:Module:Area/testcases]], [[:Module:Area/testcases2]]" in line

    small.delete("Module:Area/testcases2")
    assert bot.harvest().transitions == [("Area", "fail", "good")]


def test_a_dry_run_needs_no_account_and_changes_neither_the_wiki_nor_the_store(bot: Bot, small: LiveWiki) -> None:
    before = small.recent_changes()
    run = bot.as_(None).harvest("--dry-run")
    assert run.states == {"Area": "good", "Greeting": "fail", "Lost/testcases": "good"}
    assert len(run.transitions) == 3
    assert bot.as_(None).harvest("--dry-run").transitions == run.transitions
    assert small.recent_changes() == before
    assert small.log("tag") == []
    assert not (bot.folder / "data").exists()
    assert list(bot.work.iterdir()) == []


def test_a_dry_run_beside_a_store_reads_it_and_leaves_it_as_it_was(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    (store,) = (bot.folder / "data").glob("*.sqlite")
    content, before = store.read_bytes(), contributions(small)
    small.edit("Module:Area", BROKEN)
    assert bot.as_(None).harvest("--dry-run").transitions == [("Area", "good", "fail")]
    assert store.read_bytes() == content
    assert contributions(small) == before


def test_what_was_found_without_recording_is_recorded_by_the_next_harvest_that_records(
    bot: Bot, small: LiveWiki
) -> None:
    assert len(bot.as_(None).harvest("--no-record").transitions) == 3
    assert bot.as_(None).harvest("--no-record").transitions == []
    small.edit("Module:Area", BROKEN)
    assert bot.as_(None).harvest("--no-record").transitions == [("Area", "good", "fail")]
    assert contributions(small) == (0, 0)
    assert small.members(GOOD) == set()

    assert bot.harvest().transitions == []
    latest, tested_first = small.revisions("Module:Area")
    assert (latest["tags"], tested_first["tags"]) == (["pickle-fail"], ["pickle-good"])
    assert small.members(FAILING) == {"Module:Area", "Module:Greeting"}
    reasons = [entry["comment"] for entry in reversed(small.log("tag", letitle="Module:Area"))]
    assert [reason.partition(" (")[0] for reason in reasons] == ["first seen → good", "good → fail"]
    assert len(log_lines(small)) == 4
    assert len(small.revisions("Module:Area/doc")) == 2
    before = contributions(small)
    bot.harvest()
    assert contributions(small) == before


@pytest.mark.parametrize("pattern", ["Area", "Module:Area", "A*", "module:area/testcases"])
def test_only_narrows_to_the_modules_that_a_pattern_names(bot: Bot, pattern: str) -> None:
    run = bot.as_(None).harvest("--dry-run", "--only", pattern)
    assert run.states == {"Area": "good"}


def test_only_leaves_what_else_is_known_as_it_was(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    small.edit("Module:Area", BROKEN)
    small.edit("Module:Greeting", "return { hello = function () return 'Hello' end }")
    run = bot.harvest("--only", "Greeting")
    assert run.transitions == [("Greeting", "fail", "good")]
    assert run.states == {"Area": "good", "Greeting": "good", "Lost/testcases": "good"}
    assert {suite["testee"]: suite["ran"] for suite in run.document["suites"]} == {
        "Module:Area": False,
        "Module:Greeting": True,
        "Module:Lost": False,
    }
    assert bot.harvest().transitions == [("Area", "good", "fail")]


def test_settings_come_from_a_file_of_the_working_folder_and_another_store_knows_nothing(
    bot: Bot, small: LiveWiki, tmp_path: Path
) -> None:
    account = small.sandbox.observer
    (bot.work / "picklebot.toml").write_text(
        f'wiki = "{small.api}"\nuser = "{account.user}"\npassword = "{account.password}"\n'
        f'store = "sqlite:///{tmp_path}/own.sqlite"\nlog_page = "User:{{user}}/Journal"\n'
        '[categories]\ngood = "Fine modules"\n',
        encoding="utf-8",
    )
    unset = Bot(bot.folder, "")
    assert len(unset.harvest().transitions) == 3
    assert small.members("Fine modules") == {"Module:Area", "Module:Lost/testcases"}
    assert len(small.text("User:PickleBot/Journal").splitlines()) == 3
    assert (tmp_path / "own.sqlite").exists()
    assert unset.harvest().transitions == []
    assert len(unset.harvest("--dry-run", PICKLEBOT_STORE=f"sqlite:///{tmp_path}/other.sqlite").transitions) == 3


def test_sandboxes_of_testers_are_run_on_request_only(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Area/testcases/sandbox", small.text("Module:Area/testcases"))
    plain = bot.as_(None).harvest("--dry-run")
    assert "Module:Area/testcases/sandbox" not in {suite["tester"] for suite in plain.document["suites"]}
