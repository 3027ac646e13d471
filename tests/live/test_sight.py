"""A verdict belongs to the text that ran, and to the page as readers see it."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from picklebot.sandbox import Sandbox
from picklebot.sandbox.installation import copy_databases
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Proxy
from tests.live.test_affected import put
from tests.live.wikis import Wikis

GOOD, BROKEN = "return { one = 1, two = 2 }", "return { one = 1, two = 3 }"
TESTS = """
local far = require( 'Module:Far' )
return { tap = function ( frame )
	return '1..1\\n' .. ( far.two == 2 and 'ok 1' or 'not ok 1' )
end }
"""
PREVIEWED = """
return { tap = function ( frame )
	local preview = frame:preprocess( '{{REVISIONID}}' ) == ''
	return '1..1\\n' .. ( preview and 'not ok 1 - seen in a preview' or 'ok 1 - seen on a page' )
end }
"""
LONE = "return { tap = function () return '1..1\\nok 1' end }"


@pytest.fixture(scope="module")
def replica_of() -> Iterator[dict[str, Sandbox]]:
    """A second server, by the release that it is for."""
    servers: dict[str, Sandbox] = {}
    yield servers
    for server in servers.values():
        server.down(delete=True)


@pytest.fixture
def replica(small: LiveWiki, wikis: Wikis, replica_of: dict[str, Sandbox]) -> Sandbox:
    """A server of the small wiki's release, of which `freeze` makes one of the small wiki."""
    release = ".".join(small.sandbox.version.split(".")[:2])
    if release not in replica_of:
        replica_of[release] = wikis.up(f"replica-{release}", "small", release)
    return replica_of[release]


def freeze(wiki: LiveWiki, replica: Sandbox) -> None:
    """Let the replica be as the wiki is now, and stay so."""
    (replica.folder / "changed.json").unlink(missing_ok=True)
    after = replica._state.renewed()
    source = wiki.sandbox
    copy_databases(source._data(source._state), replica._data(after), source_id=source.wiki_id, target_id=after.wiki_id)
    after.save(replica.folder)


def far(small: LiveWiki) -> None:
    put(small, {"Module:Near": "return {}", "Module:Near/testcases": TESTS, "Module:Far": GOOD})


@pytest.mark.parametrize("broken", ["Module:Far", "Module:Near/testcases"])
def test_what_ran_behind_a_lagging_server_gives_no_state_to_the_newest_text(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox, broken: str
) -> None:
    far(small)
    reader = bot.as_(None).by_way_of(proxy.api)
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"
    freeze(small, replica)
    small.edit(broken, BROKEN if broken == "Module:Far" else TESTS.replace("== 2", "== 4"))
    proxy.route = lambda asked: replica.api if asked.action == "parse" else None
    behind = reader.run("harvest", "--format", "json", "--no-record", "--only", "Near")
    assert behind.states["Near"] == "good", "it is not known otherwise"
    (suite,) = (each for each in behind.document["suites"] if each["testee"] == "Module:Near")
    assert suite["inconclusive"], "but it is known not to be known"
    proxy.route = lambda _: None
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "fail"


def test_a_server_that_catches_up_meanwhile_is_waited_for(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox
) -> None:
    far(small)
    reader = bot.as_(None).by_way_of(proxy.api)
    reader.harvest("--no-record", "--only", "Near")
    freeze(small, replica)
    small.edit("Module:Far", BROKEN)
    until = time.monotonic() + 2
    proxy.route = lambda asked: replica.api if asked.action == "parse" and time.monotonic() < until else None
    run = reader.harvest("--no-record", "--only", "Near")
    assert run.states["Near"] == "fail"
    assert not run.document["suites"][0]["flaky"]


def test_a_page_that_is_mended_during_a_run_is_seen_whatever_the_servers_clocks_say(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox
) -> None:
    far(small)
    small.edit("Module:Far", BROKEN)
    reader = bot.as_(None).by_way_of(proxy.api)
    freeze(small, replica)
    small.edit("Module:Far", GOOD)
    time.sleep(2)  # as the clock has it that the run is begun by, it was mended before
    first = threading.Event()

    def once(asked: Asked) -> str | None:
        if asked.action == "parse" and not first.is_set():
            first.set()
            return replica.api
        return None

    proxy.route = once
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"


def later(wiki: LiveWiki, seconds: int) -> None:
    """Let the edits of a wiki have been saved so much earlier: its servers are behind by more than that."""
    source = wiki.sandbox
    at = "strftime('%Y%m%d%H%M%S', substr({0},1,4)||'-'||substr({0},5,2)||'-'||substr({0},7,2)||' '||substr({0},9,2)"
    at += "||':'||substr({0},11,2)||':'||substr({0},13,2), '-{1} seconds')"
    (path,) = (source._data(source._state)).glob(f"{source.wiki_id}.sqlite")
    with sqlite3.connect(path, timeout=10) as database:
        for table, column in (("revision", "rev_timestamp"), ("recentchanges", "rc_timestamp")):
            database.execute(f"update {table} set {column} = {at.format(column, seconds)}")  # noqa: S608 (ours)
    database.close()


# The same test, which no page shows.
LOGS = """
local far = require( 'Module:Far' )
return { tap = function ( frame )
	mw.log( '1..1\\n' .. ( far.two == 2 and 'ok 1' or 'not ok 1' ) )
end }
"""


@pytest.mark.parametrize(
    ("tests", "behind", "others"),
    [(TESTS, "parse", 60), (LOGS, "parse scribunto-console", 0), (LOGS, "scribunto-console", 60)],
)
def test_the_first_run_of_a_suite_behind_a_lagging_server_gives_no_state_to_the_newest_text(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox, tests: str, behind: str, others: int
) -> None:
    put(small, {"Module:Near": "return {}", "Module:Near/testcases": tests, "Module:Far": GOOD})
    freeze(small, replica)
    small.edit("Module:Far", BROKEN)
    for n in range(others):
        small.edit(f"Talk:Another {n}", "Nothing that matters.")
    later(small, 300)
    reader = bot.as_(None).by_way_of(proxy.api)
    proxy.route = lambda asked: replica.api if asked.action in behind else None
    assert unsettled(reader)
    proxy.route = lambda _: None
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "fail"


def unsettled(reader: Bot) -> bool:
    """Whether a harvest of one suite comes to know that it does not know its state."""
    run = reader.run("harvest", "--format", "json", "--no-record", "--only", "Near")
    (suite,) = (each for each in run.document["suites"] if each["testee"] == "Module:Near")
    return suite["inconclusive"] is not None


@pytest.mark.parametrize("setting", [{"wgMiserMode": True}, {"wgExpensiveParserFunctionLimit": 0}])
def test_so_it_is_on_wikis_that_tell_less_and_for_pages_that_a_suite_begins_to_load(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox, change: Callable[..., None], setting: dict[str, object]
) -> None:
    change(**setting)
    alone = "return { tap = function () return '1..1\\nok 1' end }"
    put(small, {"Module:Near": "return {}", "Module:Near/testcases": alone, "Module:Far": GOOD})
    reader = bot.as_(None).by_way_of(proxy.api)
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"
    small.edit("Module:Near/testcases", TESTS)
    freeze(small, replica)
    (replica.folder / "changed.json").write_text(json.dumps(setting), encoding="utf-8")
    small.edit("Module:Far", BROKEN)
    small.edit("Talk:Another", "Nothing that matters.")
    later(small, 300)
    proxy.route = lambda asked: replica.api if asked.action == "parse" else None
    assert unsettled(reader)
    proxy.route = lambda _: None
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "fail"


def test_a_server_that_lacks_only_what_no_suite_depends_on_is_as_good_as_any(
    small: LiveWiki, proxy: Proxy, bot: Bot, replica: Sandbox
) -> None:
    far(small)
    small.edit("Talk:Another", "Nothing that matters.")
    later(small, 300)
    freeze(small, replica)
    small.edit("Talk:Yet another", "Nothing that matters.")
    reader = bot.as_(None).by_way_of(proxy.api)
    proxy.route = lambda asked: replica.api if asked.action == "parse" else None
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"
    assert runs_of(proxy, "Near") == 1


def runs_of(proxy: Proxy, name: str) -> int:
    """How often a suite ran alone."""
    call = f"{{{{#invoke:{name}/testcases|tap}}}}"
    texts = [asked.parameters.get("text", "") for asked in proxy.asked if asked.action == "parse"]
    return sum("REVISIONID" in text and call in text for text in texts)


def test_no_suite_runs_twice_because_a_page_was_edited_a_moment_before_the_first_harvest(
    small: LiveWiki, proxy: Proxy, bot: Bot
) -> None:
    names = [f"Near {n}" for n in range(12)]
    for name in names:
        put(small, {f"Module:{name}": "return {}", f"Module:{name}/testcases": TESTS})
    small.edit("Module:Far", GOOD)
    reader = bot.as_(None).by_way_of(proxy.api)
    states = reader.harvest("--no-record").states
    assert {states[name] for name in names} == {"good"}
    assert [runs_of(proxy, name) for name in names] == [1] * len(names)


@pytest.mark.both_releases
def test_to_tell_which_revisions_it_saw_changes_nothing_of_a_run(small: LiveWiki, proxy: Proxy, bot: Bot) -> None:
    dear = """
return { tap = function ()
	local fine = pcall( function () for n = 1, 100 do local _ = mw.title.new( 'A' .. n ).exists end end )
	local more = pcall( function () return mw.title.new( 'B' ).exists end )
	return '1..2\\n' .. ( fine and 'ok 1' or 'not ok 1' ) .. '\\n' .. ( more and 'not ok 2' or 'ok 2' )
end }
"""
    put(small, {"Module:Dear": "return {}", "Module:Dear/testcases": dear})
    put(small, {"Module:Lone": "return {}", "Module:Lone/testcases": LONE})
    reader = bot.as_(None).by_way_of(proxy.api)
    for _ in range(2):
        states = reader.harvest("--no-record", "--full").states
        assert (states["Dear"], states["Lone"]) == ("good", "good")
    (store,) = (bot.folder / "data").glob("*.sqlite")
    database = sqlite3.connect(store)
    titles = database.execute(
        "select dependency.title from dependency join suite using ( tester_id )"
        " where tester_title = 'Module:Lone/testcases' and kind = 'run'"
    ).fetchall()
    database.close()
    assert titles == [("Module:Lone/testcases",)], "what is only asked about is nothing that it depends on"


def test_a_restored_backup_that_gives_ids_of_revisions_again_is_noticed(
    small: LiveWiki, bot: Bot, tmp_path: Path, change: Callable[..., None]
) -> None:
    change(wgMainCacheType=0, wgParserCacheType=0)
    far(small)
    small.edit("Module:Far", "return { one = 1, two = 2, three = 3 }")
    reader = bot.as_(None)
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"
    source, id_ = small.sandbox, small.sandbox.wiki_id
    data = source._data(source._state)
    copy_databases(data, tmp_path / "backup", source_id=id_, target_id=id_)
    lost = small.edit("Module:Far", BROKEN)
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "fail"
    time.sleep(1.1)  # a second later, as backups are
    copy_databases(tmp_path / "backup", data, source_id=id_, target_id=id_)
    assert small.edit("Module:Far", "return { one = 1, two = 2, four = 4 }") == lost, "the same id, and another text"
    assert reader.harvest("--no-record", "--only", "Near").states["Near"] == "good"
    assert not reader.harvest("--no-record", "--only", "Near").document["suites"][0]["ran"]


@pytest.mark.both_releases
def test_suites_run_as_on_a_page_and_not_as_in_a_preview(small: LiveWiki, proxy: Proxy, bot: Bot) -> None:
    put(small, {"Module:Shown": "return {}", "Module:Shown/testcases": PREVIEWED, "Module:Lone": "return {}"})
    put(small, {"Module:Lone/testcases": LONE})
    for title in ("Module:Shown/testcases/doc", "Module talk:Shown/testcases", "A page of tests"):
        small.edit(title, "{{#invoke:Shown/testcases|tap}}")
        page = small.session.get(small.api.replace("api.php", "index.php"), params={"title": title}).text
        assert "seen on a page" in page
        assert "seen in a preview" not in page
    reader = bot.as_(None).by_way_of(proxy.api)
    for options in ((), ("--full",), ("--full",)):
        run = reader.harvest("--no-record", *options)
        assert (run.states["Shown"], run.states["Lone"]) == ("good", "good")
        (suite,) = (each for each in run.document["suites"] if each["testee"] == "Module:Shown")
        assert suite["title_dependent"] is False
        assert suite["inconclusive"] is None
