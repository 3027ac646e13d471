"""A first and a second harvest of the sandbox's seed pages, and the wiki after them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from picklebot.sandbox import Sandbox
from picklebot.sandbox.pages import SEEDS, read_pages
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

OBSERVER = "PickleBot"
CATEGORIES = {
    "good": "Modules with passed tests",
    "pending": "Modules with pending tests",
    "todo-good": "Modules with incomplete tests",
    "todo-fail": "Modules with incomplete tests",
    "skip-good": "Modules with skipped tests",
    "skip-fail": "Modules with skipped tests",
    "fail": "Modules with failing tests",
    "unknown": "Modules with unknown tests",
    "missing": "Modules without test page",
}


def promised_states() -> dict[str, str]:
    """The state that each seed's tester says it shows, by the page that it is recorded on."""
    pages = {page.title: page for page in read_pages(SEEDS)}
    states = {"Module:Lost and found/testcases": "fail"}
    for title, page in pages.items():
        said = re.search(r"^-- .*\bState: ([a-z-]+)", page.text, re.MULTILINE)
        if said and page.model == "Scribunto":
            states[title.rpartition("/")[0]] = said[1]
    assert len(states) >= 20
    return states


STATES = promised_states()


@dataclass(frozen=True)
class Snapshot:
    """All of a wiki that a bot could have changed."""

    edits: int
    pages: int
    recent_changes: list[dict[str, Any]]
    log: list[dict[str, Any]]

    @classmethod
    def of(cls, wiki: LiveWiki) -> Snapshot:
        numbers = wiki.get(action="query", meta="siteinfo", siprop="statistics")["query"]["statistics"]
        log = wiki.get(action="query", list="logevents", lelimit="max")["query"]["logevents"]
        return cls(numbers["edits"], numbers["pages"], wiki.recent_changes(), log)


@dataclass(frozen=True)
class Harvested:
    """The seeds after two harvests."""

    wiki: LiveWiki
    bot: Bot
    first: Ran
    second: Ran
    before: Snapshot
    between: Snapshot
    after: Snapshot


@pytest.fixture(scope="module")
def harvested(served: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    served.reset()
    wiki = LiveWiki(served)
    bot = Bot.of(wiki, tmp_path_factory.mktemp("operator"))
    bot.setup()
    before = Snapshot.of(wiki)
    first = bot.harvest()
    between = Snapshot.of(wiki)
    second = bot.harvest()
    return Harvested(wiki, bot, first, second, before, between, Snapshot.of(wiki))


def test_every_seed_comes_to_the_state_that_it_shows(harvested: Harvested) -> None:
    assert {module["title"]: module["state"] for module in harvested.first.document["modules"]} == STATES


def test_the_latest_revision_of_each_module_carries_the_tag_of_its_state_and_no_other(harvested: Harvested) -> None:
    for title, state in STATES.items():
        assert harvested.wiki.tags(title) == [f"pickle-{state}"], title


def test_no_other_page_is_tagged(harvested: Harvested) -> None:
    tagged = {
        change["title"]
        for tag in harvested.wiki.get(action="query", list="tags", tglimit="max", tgprop="hitcount")["query"]["tags"]
        if tag["name"].startswith("pickle-")
        for change in harvested.wiki.recent_changes(rctag=tag["name"])
    }
    hits = harvested.wiki.get(action="query", list="tags", tglimit="max", tgprop="hitcount")["query"]["tags"]
    assert tagged <= set(STATES)
    assert sum(tag["hitcount"] for tag in hits if tag["name"].startswith("pickle-")) == len(STATES)


def test_the_tag_log_has_one_entry_a_transition_by_the_observer_with_states_and_counts(harvested: Harvested) -> None:
    entries = harvested.wiki.log("tag")
    assert {entry["user"] for entry in entries} == {OBSERVER}
    assert sorted(entry["title"] for entry in entries) == sorted(STATES)
    reasons = {entry["title"]: entry["comment"] for entry in entries}
    for title, state in STATES.items():
        assert reasons[title].startswith(f"first seen → {state} (")
    assert reasons["Module:Roman numeral"].startswith("first seen → fail (4 of 5 passed, 1 failed) [")
    assert reasons["Module:Sort key"].startswith("first seen → skip-good (2 of 3 passed, 1 skipped) [")
    assert reasons["Module:Ordinal"].startswith("first seen → todo-good (2 of 3 passed, 1 todo) [")
    assert "bail-out" in reasons["Module:Currency"]
    assert "time" in reasons["Module:Fibonacci"]


@pytest.mark.parametrize("category", sorted(set(CATEGORIES.values())))
def test_a_category_holds_the_modules_of_its_states_and_nothing_else(harvested: Harvested, category: str) -> None:
    expected = {title for title, state in STATES.items() if CATEGORIES[state] == category}
    assert harvested.wiki.members(category) == expected


def test_a_page_that_merely_shares_the_documentation_is_in_no_category(harvested: Harvested) -> None:
    for title in ("Module:String trim/sandbox", "Module:String trim/testcases", "Module:String trim/doc"):
        page = harvested.wiki.page(title, prop="categories")
        assert "categories" not in page, title
    assert "String trim" in harvested.wiki.text("Module:String trim/sandbox/doc")


def test_what_editors_wrote_on_a_documentation_page_stays_as_it_was(harvested: Harvested) -> None:
    seeds = {page.title: page.text for page in read_pages(SEEDS)}
    for title in ("Module:String trim/doc", "Module:Calendar/doc"):
        latest, seed = harvested.wiki.revisions(title)
        assert (latest["user"], seed["user"]) == (OBSERVER, "Seed editor")
        text = harvested.wiki.text(title)
        assert text.startswith(seeds[title].rstrip())
        assert re.fullmatch(r"\s*<!-- picklebot: begin.*picklebot: end -->", text.removeprefix(seeds[title].rstrip()))


def test_a_documentation_page_is_created_where_there_was_none(harvested: Harvested) -> None:
    (only,) = harvested.wiki.revisions("Module:Roman numeral/doc")
    assert only["user"] == OBSERVER
    assert "fail (4 of 5 passed, 1 failed)" in only["comment"]
    assert "Modules with failing tests" in harvested.wiki.text("Module:Roman numeral/doc")


def test_the_log_page_has_a_line_a_transition_with_links_to_module_tester_and_revision(harvested: Harvested) -> None:
    (title,) = {change["title"] for change in harvested.after.recent_changes if "/Log/" in change["title"]}
    assert re.fullmatch(r"User:PickleBot/Log/\d{4}-\d{2}", title)
    lines = harvested.wiki.text(title).splitlines()
    assert len(lines) == len(STATES)
    for module, state in STATES.items():
        (line,) = [line for line in lines if f"[[:{module}]] (" in line]
        revision = harvested.wiki.revision(module)
        assert f"[[Special:PermanentLink/{revision}|" in line
        assert f"first seen → '''{state}'''" in line
        tester = module if module.endswith("/testcases") else f"{module}/testcases"
        assert f"[[:{tester}]]" in line.rpartition(", by ")[2]


def test_nothing_else_was_edited_and_nobody_else_edited(harvested: Harvested) -> None:
    new = {change["revid"] for change in harvested.before.recent_changes}
    edits = [change for change in harvested.after.recent_changes if change["revid"] not in new]
    assert {edit["user"] for edit in edits} == {OBSERVER}
    assert all(edit["bot"] for edit in edits)
    docs = {f"{title}/doc" for title in STATES}
    assert {edit["title"] for edit in edits if "/Log/" not in edit["title"]} <= {*docs, "User:PickleBot/Tests/0.json"}
    assert len(edits) == len(STATES) + 2, "one on each page"


def test_a_second_harvest_makes_no_edit_no_tag_and_no_log_entry(harvested: Harvested) -> None:
    assert harvested.after == harvested.between
    assert harvested.between != harvested.before
    assert harvested.second.transitions == []
    assert harvested.second.states == harvested.first.states


def test_nothing_lands_in_the_working_folder_or_in_the_home(harvested: Harvested) -> None:
    assert list(harvested.bot.work.rglob("*")) == []
    assert list(harvested.bot.home.rglob("*")) == []


def test_secrets_are_for_the_user_alone(harvested: Harvested) -> None:
    jars = list((harvested.bot.folder / "data").rglob("*.lwp"))
    assert jars, "the session is kept"
    for jar in jars:
        assert jar.stat().st_mode & 0o077 == 0 or any(
            folder.stat().st_mode & 0o077 == 0 for folder in jar.parents if folder.is_relative_to(harvested.bot.folder)
        )
    for run in (harvested.first, harvested.second):
        assert harvested.wiki.sandbox.observer.password not in run.out + run.err


def test_the_document_has_the_keys_that_the_manual_promises(harvested: Harvested) -> None:
    document = harvested.first.document
    assert {"suites", "modules", "transitions"} <= set(document)
    for suite in document["suites"]:
        assert {"testee", "tester", "strategy", "state", "points", "failing", "error", "inconclusive"} <= set(suite)
        assert {"ran", "revision", "duration_ms"} <= set(suite)
        assert set(suite["points"]) == {"total", "passed", "failed", "skipped", "todo"}
        assert suite["ran"] is True
        assert suite["inconclusive"] is None
        assert suite["error"] is None or set(suite["error"]) == {"kind", "message", "code"}
    for module in document["modules"]:
        assert {"title", "page_id", "state", "previous_state", "revision"} <= set(module)
        assert module["previous_state"] is None
        assert module["page_id"] == harvested.wiki.page(module["title"])["pageid"]
        assert module["revision"] == harvested.wiki.revision(module["title"])


def test_the_document_tells_points_and_errors(harvested: Harvested) -> None:
    suites = {suite["tester"].removeprefix("Module:"): suite for suite in harvested.first.document["suites"]}
    roman = suites["Roman numeral/testcases"]
    assert roman["points"] == {"total": 5, "passed": 4, "failed": 1, "skipped": 0, "todo": 0}
    (point,) = roman["failing"]
    assert (point["number"], point["description"]) == (3, "nine is one before ten")
    assert (point["expected"], point["actual"]) == ("IX", "VIV")
    kinds = {tester: suite["error"]["kind"] for tester, suite in suites.items() if suite["error"]}
    assert (
        kinds.items()
        >= {
            "Currency/testcases": "bail-out",
            "Fibonacci/testcases": "time",
            "Hex color/testcases": "script",
            "Word count/testcases": "plan",
        }.items()
    )
    assert "toRGB" in suites["Hex color/testcases"]["error"]["message"]


def test_on_no_terminal_progress_is_plain_lines_on_stderr(harvested: Harvested) -> None:
    assert f"event=harvest_progressed done=0 suites={len(STATES)} " in harvested.first.err
    assert "\x1b" not in harvested.first.err


def test_the_table_names_every_module_its_state_and_what_failed(harvested: Harvested) -> None:
    table = harvested.bot.as_(None).run("harvest", "--dry-run", "--only", "Roman numeral").out
    assert re.search(r"^Module:Roman numeral\s+/testcases\s+fail\s+4/5", table, re.MULTILINE)
    assert re.search(
        r"^Module:Roman numeral/testcases\n  not ok 3 nine is one before ten\n    expected: IX\n    actual: VIV$",
        table,
        re.MULTILINE,
    )
    assert str(Path(harvested.bot.folder)) not in table
