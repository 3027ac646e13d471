"""Exactly the suites run whose answer could have changed, and unchanged ones cost next to nothing."""

from __future__ import annotations

import json
import sqlite3
import struct
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from picklebot.sandbox.pages import SeedPage, dump
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy
from tests.ran import Ran

EVERY = {"Area", "Greeting", "Lost"}


@pytest.fixture
def far(bot: Bot, proxy: Proxy) -> Bot:
    """picklebot for somebody without an account, so that its cost is its reading."""
    return bot.by_way_of(proxy.api).as_(None)


def harvest(bot: Bot, *arguments: str) -> Ran:
    return bot.harvest("--no-record", *arguments)


def ran(run: Ran) -> set[str]:
    """The suites that ran, by the name of their testee."""
    return {suite["testee"].removeprefix("Module:") for suite in run.document["suites"] if suite["ran"]}


def suite(run: Ran, testee: str) -> dict[str, object]:
    (found,) = [each for each in run.document["suites"] if each["testee"] == f"Module:{testee}"]
    return dict(found)


def runs(proxy: Proxy) -> list[str]:
    """The requests that ran Lua since the last look, by the titles that they ran under; then forget all requests."""
    asked, proxy.asked = proxy.asked, []
    return [each.parameters["title"] for each in asked if each.action in ("parse", "scribunto-console")]


def a_tester(*points: str, load: str = "") -> str:
    """Lua of a hand-made suite: a point for each expression."""
    lines = " .. ".join(f"( ( {point} ) and 'ok' or 'not ok' ) .. ' {n}\\n'" for n, point in enumerate(points, 1))
    return f"{load}\nreturn {{ tap = function ( frame ) return '1..{len(points)}\\n' .. {lines} end }}"


def put(wiki: LiveWiki, pages: dict[str, str]) -> None:
    """Many pages at once, as an import that leaves no trace in recent changes."""
    seeds = [
        SeedPage(title, "Scribunto" if title.startswith("Module:") else "wikitext", text, Path())
        for title, text in pages.items()
    ]
    wiki.sandbox.maintenance("importDump", "--quiet", stdin=dump(seeds, "Admin"))


def a_day_passes(bot: Bot) -> None:
    """All pages were listed some time ago, as far as the store knows."""
    with sqlite3.connect(bot.folder / "data" / "picklebot.sqlite") as store:
        store.execute("update wiki set swept_at = datetime('now', '-20 hours')")


def a_picture(width: int) -> bytes:
    """A PNG of one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pages_of_the_family() -> dict[str, str]:
    pages = {"Module:Lib": "return { one = function () return 1 end }", "Template:Data": "7", "Template:Idle": "x"}
    for n in range(1, 6):
        pages[f"Module:N{n}"] = "return {}"
        pages[f"Module:N{n}/testcases"] = a_tester("lib.one() == 1", load="local lib = require( 'Module:Lib' )")
    pages["Module:Fed"] = "return {}"
    pages["Module:Fed/testcases"] = a_tester("frame:preprocess( '{{Data}}' ) == '7'")
    pages["Module:Asks"] = "return {}"
    pages["Module:Asks/testcases"] = a_tester("not mw.title.new( 'Talk:Nowhere' ).exists")
    return pages


FAMILY = {f"N{n}" for n in range(1, 6)}


def test_a_change_runs_the_suites_that_depend_on_it_and_no_others(far: Bot, proxy: Proxy, small: LiveWiki) -> None:
    put(small, pages_of_the_family())
    run = harvest(far)
    assert ran(run) == {*EVERY, *FAMILY, "Fed", "Asks"}
    assert {run.states[name] for name in (*FAMILY, "Fed", "Asks")} == {"good"}

    proxy.asked.clear()
    assert ran(harvest(far)) == set()
    assert len(proxy.asked) <= 8
    assert runs(proxy) == []

    small.edit("Module:Untested", "return { nobody = 'needs this' }")
    small.edit("Template:Idle", "y")
    assert ran(harvest(far)) == set()
    assert runs(proxy) == []

    small.edit("Module:Lib", "return { one = function () return 2 end }")
    run = harvest(far)
    assert ran(run) == FAMILY
    assert {transition[1:] for transition in run.transitions} == {("good", "fail")}
    (cause,) = {json.dumps(each["cause"]["pages"]) for each in run.document["transitions"]}
    (page,) = json.loads(cause)
    assert (page["title"], page["user"], page["new"]) == ("Module:Lib", "Admin", small.revision("Module:Lib"))
    assert page["old"] < page["new"]

    small.edit("Template:Data", "8")
    small.edit("Talk:Nowhere", "Here now.")
    run = harvest(far)
    assert ran(run) == {"Fed", "Asks"}
    assert run.transitions == [("Asks", "good", "fail"), ("Fed", "good", "fail")]

    small.delete("Template:Data")
    small.delete("Talk:Nowhere")
    run = harvest(far)
    assert run.transitions == [("Asks", "fail", "good")]
    assert ran(run) == {"Fed", "Asks"}
    small.post(action="undelete", title="Template:Data", reason="a test")
    small.edit("Template:Data", "7")
    small.move("Module:Lib", "Module:Library")
    run = harvest(far)
    assert ran(run) == {"Fed", *FAMILY}
    assert run.states["N1"] == "fail"
    assert suite(run, "N1")["error"]
    assert run.states["Fed"] == "good"
    small.move("Module:Library", "Module:Lib")
    small.edit("Module:Lib", "return { one = function () return 1 end }")
    run = harvest(far)
    assert ran(run) == FAMILY
    assert run.states["N1"] == "good"
    assert ran(harvest(far)) == set()


def test_what_leaves_only_a_log_entry_or_no_trace_at_all_is_found(far: Bot, small: LiveWiki) -> None:
    put(small, pages_of_the_family())
    harvest(far)

    good = small.text("Module:Area")
    page = SeedPage("Module:Area", "Scribunto", "return { square = function ( side ) return side end }", Path())
    small.login(small.sandbox.admin)
    upload = {"action": "import", "token": small.token, "format": "json", "interwikiprefix": "x"}
    small.session.post(small.api, data=upload, files={"xml": ("dump.xml", dump([page], "Admin"))}, timeout=60)
    assert "return side end" in small.text("Module:Area")
    run = harvest(far)
    assert (ran(run), run.transitions) == ({"Area"}, [("Area", "good", "fail")])

    small.post(action="protect", title="Module:Greeting", protections="edit=sysop", reason="a test")
    small.edit("Module:Area", good)
    small.post(action="changecontentmodel", title="Module:N1/testcases", model="text", summary="a test")
    run = harvest(far)
    assert {"Area"} <= ran(run) <= {"Area", "Greeting"}
    assert run.transitions == [("Area", "fail", "good"), ("N1", "good", "missing")]
    small.post(action="changecontentmodel", title="Module:N1/testcases", model="Scribunto", summary="a test")
    assert harvest(far).transitions == [("N1", "missing", "good")]

    put(small, {"Talk:Nowhere": "Here now.", "Module:Area/testcases2": a_tester("true")})
    assert ran(harvest(far)) == set(), "recent changes say nothing of this import"
    a_day_passes(far)
    run = harvest(far)
    assert ran(run) == {"Asks", "Area"}, "once a day all pages are listed, without being told to"
    assert run.transitions == [("Asks", "good", "fail")]
    put(small, {"Module:Area/testcases3": a_tester("true")})
    assert ran(harvest(far)) == set()
    assert ran(harvest(far, "--sweep")) == {"Area"}


def test_files_that_a_suite_asks_about_are_pages_that_it_depends_on(
    far: Bot, small: LiveWiki, change: Callable[..., None]
) -> None:
    change(wgEnableUploads=True, wgFileExtensions=["png"])
    small.upload("Cat one.png", a_picture(1))
    asks = {
        "Exists": "mw.title.new( 'File:cat_one.png' ).file.exists",
        "Width": "mw.title.new( 'Media:Cat one.png' ).file.width == 1",
        "Page": "not mw.title.new( 'File:Dog.png' ).exists",
    }
    for name, point in asks.items():
        small.edit(f"Module:{name}", "return {}")
        small.edit(f"Module:{name}/testcases", a_tester(point))
    run = harvest(far)
    assert {run.states[name] for name in asks} == {"good"}
    assert ran(harvest(far)) == set()

    small.upload("Cat one.png", a_picture(2))
    run = harvest(far)
    assert (ran(run), run.transitions) == ({"Exists", "Width"}, [("Width", "good", "fail")])
    small.delete("File:Cat one.png")
    small.upload("Dog.png", a_picture(1))
    run = harvest(far)
    assert (ran(run), run.transitions) == (set(asks), [("Exists", "good", "fail"), ("Page", "good", "fail")])


def test_what_is_expected_to_stand_is_confirmed_in_one_request(
    far: Bot, proxy: Proxy, small: LiveWiki, change: Callable[..., None]
) -> None:
    put(small, pages_of_the_family())
    steady = {*FAMILY, "Fed", "Asks", "Area", "Lost", "Greeting"}  # Greeting fails, and that stands, too
    harvest(far)
    runs(proxy)

    change(wgExtensionCredits={"other": [{"name": "Sham", "version": "1"}]})
    run = harvest(far)
    assert ran(run) == steady
    assert run.transitions == []
    assert len(runs(proxy)) == 1, "one for all that are expected to stand"
    assert ran(harvest(far)) == set()
    assert runs(proxy) == []

    assert ran(harvest(far, "--full")) == steady
    assert len(runs(proxy)) == 1

    run = harvest(far, "--full", "--only", "N*")
    assert ran(run) == FAMILY
    assert len(runs(proxy)) == 1

    small.edit("Module:Lib", "return { one = function () return 1.0 end }")
    assert ran(harvest(far, "--only", "N1")) == {"N1"}
    planned = far.run("plan", "--format", "json")
    assert {each["tester"] for each in json.loads(planned.out)["suites"]} == {
        f"Module:{name}/testcases" for name in FAMILY - {"N1"}
    }
    assert ran(harvest(far)) == FAMILY - {"N1"}
    runs(proxy)

    age(far, {"Fed", "Lost"}, timedelta(days=8))
    assert ran(harvest(far)) == {"Fed", "Lost"}
    assert len(runs(proxy)) == 1
    assert ran(harvest(far)) == set()


def age(bot: Bot, testees: set[str], by: timedelta) -> None:
    """Let the last runs of suites have been longer ago."""
    (store,) = (bot.folder / "data").glob("*.sqlite")
    with sqlite3.connect(store) as database:
        for name in testees:
            then = (datetime.now(UTC) - by).strftime("%Y-%m-%d %H:%M:%S.000000")
            done = database.execute("update suite set ran_at = ? where testee_title = ?", (then, f"Module:{name}"))
            assert done.rowcount == 1
    database.close()


def test_a_page_that_changes_while_suites_run_is_not_missed_and_its_own_revision_is_recorded(
    bot: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    """It changes after its suite ran, and before the harvest looks at the run's dependencies."""
    far = bot.by_way_of(proxy.api)
    far.harvest()
    small.edit("Module:Greeting", "return { hello = function () return 'hello!' end }")
    small.edit("Module:Area", small.text("Module:Area") + "-- the same")
    broken: list[int] = []

    def disturb(asked: Asked) -> Fault | None:
        if asked.action == "parse" and "Greeting" in asked.parameters["title"] and not broken:
            broken.append(small.edit("Module:Area", "return { square = function ( side ) return side end }"))
        return None

    proxy.fault = disturb
    run = far.harvest()
    assert run.transitions == [("Area", "good", "fail")]
    assert suite(run, "Area")["revision"] == broken[0]
    assert small.tags("Module:Area") == ["pickle-fail"]
    assert ran(far.harvest()) == set()


@pytest.mark.parametrize("what", ["deleted", "moved", "restored"])
def test_a_page_that_comes_or_goes_while_suites_run_is_not_missed(
    far: Bot, proxy: Proxy, small: LiveWiki, what: str
) -> None:
    """None of this leaves a revision whose time would tell."""
    area = a_tester("pcall( require, 'Module:Lib' )", load="require( 'Module:Area' )")
    put(small, {"Module:Lib": "return 1", "Module:Area/testcases": area})
    if what == "restored":
        small.edit("Module:Lib", "return 1")
        small.delete("Module:Lib")
    before = harvest(far).states["Area"]
    small.edit("Module:Greeting", "return { hello = function () return 'hello!' end }")
    small.edit("Module:Area", small.text("Module:Area") + "-- the same")
    done: list[bool] = []

    def disturb(asked: Asked) -> Fault | None:
        if asked.action == "parse" and "Greeting" in asked.parameters["title"] and not done:
            done.append(True)
            if what == "deleted":
                small.delete("Module:Lib")
            elif what == "moved":
                small.move("Module:Lib", "Module:Elsewhere")
            else:
                small.post(action="undelete", title="Module:Lib", reason="a test")
        return None

    proxy.fault = disturb
    states = {harvest(far).states["Area"], harvest(far).states["Area"]}
    assert done
    assert before == ("fail" if what == "restored" else "good")
    assert harvest(far).states["Area"] == ("good" if what == "restored" else "fail"), states


def test_a_suite_that_disagrees_with_itself_is_marked_and_keeps_its_state(
    bot: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    """Its answer is an interface message, of which a run leaves no trace, and which changes whenever it runs."""
    forecast(small, "fair")
    fair = "mw.message.new( 'pickle-weather' ):plain() == 'fair'"
    small.edit("Module:Area/testcases", a_tester(fair, load="require( 'Module:Area' )"))
    far = bot.by_way_of(proxy.api)
    assert far.harvest().states["Area"] == "good"
    history, log = small.revisions("Module:Area"), small.log("tag")
    weather = ["fair"]

    def turn(asked: Asked) -> Fault | None:
        if asked.action == "parse" and "Area" in asked.parameters["title"]:
            weather.append("foul" if weather[-1] == "fair" else "fair")
            forecast(small, weather[-1])
        return None

    small.edit("Module:Area", small.text("Module:Area") + "-- the same")
    time.sleep(1.1)  # a change in the second of a run has it repeated once more
    proxy.fault = turn
    run = far.harvest()
    assert run.transitions == []
    assert (suite(run, "Area")["state"], suite(run, "Area")["flaky"]) == ("good", True)
    table = far.run("harvest").out
    assert "flaky" in table, "still listed by a harvest in which it did not run"
    assert small.revisions("Module:Area")[1:] == history
    assert small.log("tag") == log

    proxy.fault = lambda _: None
    forecast(small, "foul")
    run = far.harvest("--full", "--only", "Area")
    assert run.transitions == [("Area", "good", "fail")]
    assert suite(run, "Area")["flaky"] is False
    (transition,) = run.document["transitions"]
    assert [page["title"] for page in transition["cause"]["pages"]] == ["Module:Area"], "changed since it was good"
    forecast(small, "fair")
    (transition,) = far.harvest("--full", "--only", "Area").document["transitions"]
    assert (transition["new"], transition["cause"]["pages"]) == ("good", [])


def forecast(wiki: LiveWiki, weather: str) -> None:
    """Change the interface message, and wait until the wiki's cache of messages has it."""
    wiki.edit("MediaWiki:Pickle-weather", weather)
    ends = monotonic() + 30
    while monotonic() < ends:
        shown = wiki.get(action="expandtemplates", text="{{int:pickle-weather}}", prop="wikitext")["expandtemplates"]
        if shown["wikitext"] == weather:
            return
    raise AssertionError(f"the wiki did not come to say {weather}")


REFUSALS = [
    Fault(status=429, headers={"Retry-After": "1"}),
    Fault(status=429, headers={"Retry-After": "3600"}),
    Fault(status=503),
    Fault(status=200),
    Fault(truncate=True),
    Fault(drop=True),
]


def test_what_gets_no_answer_keeps_its_state_and_runs_at_the_next_harvest(
    far: Bot, proxy: Proxy, small: LiveWiki
) -> None:
    """Alone and in batches, whatever it is that stands in the way."""
    first = harvest(far)
    small.edit("Module:Area", "return { square = function ( side ) return side end }")
    for fault in REFUSALS:

        def refused(asked: Asked, fault: Fault = fault) -> Fault | None:
            return fault if asked.action == "parse" else None

        proxy.fault = refused
        run = far.run("harvest", "--format", "json", "--no-record", "--retries", "0", "--full")
        assert run.status == 3, "there was something to run, and nothing came of it"
        assert run.states == first.states, fault
        assert run.transitions == []
        assert {suite["testee"] for suite in run.document["suites"] if suite["inconclusive"]} == {
            "Module:Area",
            "Module:Greeting",
            "Module:Lost",
        }
        assert ran(run) == set()
    proxy.fault = lambda _: None
    run = harvest(far)
    assert ran(run) == EVERY
    assert run.transitions == [("Area", "good", "fail")]
    (found,) = run.document["transitions"]
    assert [page["title"] for page in found["cause"]["pages"]] == ["Module:Area"], "the cause is not forgotten"
