"""The sandbox itself: its contents at the start, after a reset, and after its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from picklebot.errors import UsageError
from picklebot.sandbox import Home, Sandbox
from picklebot.sandbox.pages import SEEDS, read_pages
from picklebot.sandbox.server import processes
from tests.live.livewiki import LiveWiki


def picklebot(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PICKLEBOT_DATA": str(home.root)}
    command = [sys.executable, "-m", "picklebot", "sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def own(home: Home, tmp_path: Path) -> Iterator[Sandbox]:
    """A second sandbox, with a page and a setting of its own."""
    (tmp_path / "Module%3A数字%2Ftestcases.lua").write_text("return {}\n", encoding="utf-8")
    (tmp_path / "Module%3ABroken.lua").write_text("return {", encoding="utf-8")
    settings = tmp_path / "settings.php"
    settings.write_text("<?php\n$wgSitename = 'Another';\n", encoding="utf-8")
    arguments = ("--name", "own", "--no-seeds", "--settings", str(settings))
    pages = tmp_path / "pages"
    pages.mkdir()
    for file in tmp_path.glob("*.lua"):
        file.rename(pages / file.name)
    made = picklebot(home, "up", *arguments, "--pages", str(pages))
    assert made.returncode == 0, made.stderr
    sandbox = Sandbox.find("own", home=home)
    yield sandbox
    sandbox.down(delete=True)


def test_it_starts_with_every_seed_in_its_content_model(wiki: LiveWiki) -> None:
    seeds = read_pages(SEEDS)
    for page in seeds:
        found = wiki.page(page.title, prop="info|revisions", rvprop="user|content", rvslots="main")
        revision = found["revisions"][0]
        assert found["contentmodel"] == page.model, page.title
        assert revision["slots"]["main"]["content"] == page.text
        assert revision["user"] == "Seed editor"


def test_lua_runs_within_limits(wiki: LiveWiki) -> None:
    text = "{{#invoke:String trim/testcases|tap}}"
    answer = wiki.post(action="expandtemplates", text=text, prop="wikitext")["expandtemplates"]
    assert answer["wikitext"].startswith("TAP version 13\nok 1")
    engine = wiki.get(action="query", meta="siteinfo", siprop="extensions")["query"]["extensions"]
    assert {"Scribunto", "ParserFunctions"} <= {extension["name"] for extension in engine}


def test_the_accounts_can_do_their_work(wiki: LiveWiki) -> None:
    wiki.login(wiki.sandbox.admin)
    admin = wiki.get(action="query", meta="userinfo", uiprop="groups|rights")["query"]["userinfo"]
    assert "managechangetags" in admin["rights"]
    wiki.login(wiki.sandbox.observer)
    observer = wiki.get(action="query", meta="userinfo", uiprop="groups|rights")["query"]["userinfo"]
    assert observer["name"] == "PickleBot"
    assert "bot" in observer["groups"]
    assert {"applychangetags", "changetags", "createpage", "edit", "bot", "apihighlimits"} <= set(observer["rights"])


def test_reset_brings_back_the_pristine_wiki_under_a_new_id(wiki: LiveWiki) -> None:
    before = wiki.sandbox.wiki_id
    wiki.edit("Module:String trim", "return 'changed'")
    wiki.delete("Module:Plural")
    wiki.edit("Module:New", "return {}")
    wiki.sandbox.reset()
    after = LiveWiki(wiki.sandbox)
    assert "function p.trim" in after.text("Module:String trim")
    assert after.exists("Module:Plural")
    assert not after.exists("Module:New")
    assert wiki.sandbox.wiki_id != before
    wikiid = after.get(action="query", meta="siteinfo")["query"]["general"]["wikiid"]
    assert wikiid == wiki.sandbox.wiki_id


def test_a_session_does_not_outlive_a_reset(wiki: LiveWiki) -> None:
    wiki.login(wiki.sandbox.admin)
    wiki.sandbox.reset()
    assert "anon" in wiki.get(action="query", meta="userinfo")["query"]["userinfo"]


def test_writers_at_the_same_time_wait_for_each_other(wiki: LiveWiki) -> None:
    wiki.login(wiki.sandbox.admin)
    with ThreadPoolExecutor(6) as pool:
        revisions = list(pool.map(lambda n: wiki.edit(f"Module:Busy {n}", "return {}"), range(18)))
    assert len(set(revisions)) == 18


def test_two_side_by_side_are_two_wikis(home: Home, own: Sandbox, served: Sandbox) -> None:
    one, other = LiveWiki(served), LiveWiki(own)
    assert own.wiki_id != served.wiki_id
    assert other.text("Module:数字/testcases") == "return {}"
    assert other.text("Module:Broken") == "return {"
    assert not other.exists("Module:String trim")
    assert not one.exists("Module:Broken")
    assert other.get(action="query", meta="siteinfo")["query"]["general"]["sitename"] == "Another"
    listed = picklebot(home, "status").stdout
    assert own.api in listed
    assert served.api in listed


def test_up_again_changes_nothing_and_another_wish_is_refused(home: Home, own: Sandbox) -> None:
    before = own.wiki_id
    LiveWiki(own).edit("Module:Mine", "return 1")
    again = picklebot(home, "up", "--name", "own")
    assert again.returncode == 0
    assert "running already" in again.stderr
    assert own.api in again.stdout
    assert own.wiki_id == before
    refused = picklebot(home, "up", "--name", "own", "--pages", str(SEEDS))
    assert refused.returncode == 2
    assert "with other pages" in refused.stderr
    assert LiveWiki(own).exists("Module:Mine")


def test_a_port_that_another_sandbox_has_is_refused(home: Home, own: Sandbox) -> None:
    port = own.url.rpartition(":")[2].strip("/")
    run = picklebot(home, "up", "--name", "guest", "--port", port, "--no-seeds")
    assert run.returncode == 3
    assert "in use" in run.stderr
    assert "sandbox: ready" not in run.stderr


def test_down_leaves_no_process_and_up_keep_finds_it_as_it_was(home: Home, own: Sandbox) -> None:
    command = own._command(own._state)
    LiveWiki(own).edit("Module:Mine", "return 1")
    assert len(processes(command)) > 1
    assert picklebot(home, "down", "own").stdout == "own: stopped\n"
    assert processes(command) == ()
    with pytest.raises(requests.ConnectionError):
        requests.get(own.api, timeout=5)
    assert picklebot(home, "down", "own").stdout == "own: was not running\n"
    assert picklebot(home, "up", "--name", "own", "--keep").returncode == 0
    assert LiveWiki(own).exists("Module:Mine")


@pytest.mark.release("1.39")
def test_an_upgrade_keeps_the_wiki_and_its_port_and_resets_come_back_to_the_new_release(
    home: Home, tmp_path: Path
) -> None:
    (tmp_path / "Module%3AOld.lua").write_text("return {}\n", encoding="utf-8")
    made = picklebot(home, "up", "--name", "old", "--no-seeds", "--pages", str(tmp_path))
    assert made.returncode == 0, made.stderr
    sandbox = Sandbox.find("old", home=home)
    try:
        LiveWiki(sandbox).edit("Module:Mine", "return 1")
        before = (sandbox.wiki_id, sandbox.url)
        refused = picklebot(home, "up", "--name", "old", "--keep", "--release", "1.43")
        assert refused.returncode == 2
        assert "picklebot sandbox upgrade old --release 1.43" in refused.stderr

        upgraded = picklebot(home, "upgrade", "old", "--release", "1.43")
        assert upgraded.returncode == 0, upgraded.stderr
        wiki = LiveWiki(sandbox)
        general = wiki.get(action="query", meta="siteinfo")["query"]["general"]
        assert general["generator"].startswith("MediaWiki 1.43.")
        assert (sandbox.wiki_id, sandbox.url) == before == (general["wikiid"], sandbox.url)
        assert wiki.text("Module:Mine") == "return 1"
        assert wiki.edit("Module:Mine", "return 2")
        assert "is MediaWiki 1.43" in picklebot(home, "upgrade", "old", "--release", "1.43").stderr

        sandbox.reset()
        fresh = LiveWiki(sandbox)
        assert not fresh.exists("Module:Mine")
        assert fresh.text("Module:Old") == "return {}"
        assert fresh.edit("Module:Old", "return 3")
    finally:
        sandbox.down(delete=True)


@pytest.mark.release("1.39")
def test_an_upgrade_that_fails_leaves_a_stopped_wiki_as_it_was(home: Home, own: Sandbox, tmp_path: Path) -> None:
    LiveWiki(own).edit("Module:Mine", "return 1")
    assert picklebot(home, "down", "own").returncode == 0
    broken = tmp_path / "broken"
    (broken / "extensions" / "Scribunto").mkdir(parents=True)
    (broken / "extensions" / "Scribunto" / "extension.json").touch()
    (broken / "includes").mkdir()
    (broken / "includes" / "Defines.php").write_text("define( 'MW_VERSION', '1.99.0' );", encoding="utf-8")
    failed = picklebot(home, "upgrade", "own", "--mediawiki", str(broken))
    assert failed.returncode == 3
    assert own.version.startswith("1.39.")
    assert picklebot(home, "up", "--name", "own", "--keep").returncode == 0
    assert LiveWiki(own).text("Module:Mine") == "return 1"


def test_a_page_that_the_wiki_does_not_take_is_named(home: Home, tmp_path: Path) -> None:
    (tmp_path / "Special%3AFoo.wiki").write_text("no such page", encoding="utf-8")
    with pytest.raises(UsageError, match="Special:Foo"):
        Sandbox.up("refused", pages=[tmp_path], seeds=False, home=home)
    assert "refused" not in {sandbox.name for sandbox in Sandbox.all(home=home)}
