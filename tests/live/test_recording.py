"""Recording: as the observer or not at all, within the limits of pages, rights and editors."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from picklebot.app import App
from picklebot.config import Settings
from picklebot.errors import RecordingError
from picklebot.model import Counts, Page, State, Transition
from picklebot.recording import record
from picklebot.sandbox import Sandbox, SandboxAccount
from picklebot.store.store import StoreUpdate
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy

GOOD = "Modules with passed tests"
Change = Callable[..., None]


def edits(wiki: LiveWiki) -> list[str]:
    return [change["title"] for change in wiki.recent_changes(rcuser="PickleBot")]


def test_a_page_that_keeps_bots_out_is_left_alone_and_named_and_all_else_recorded(bot: Bot, small: LiveWiki) -> None:
    text = "Keep out.\n{{nobots}}"
    small.edit("Module:Area/doc", text)
    run = bot.harvest()
    assert small.text("Module:Area/doc") == text
    assert 'recording_failed recorder=categories reason="Module:Area: ' in run.err
    assert "Module:Area/doc" in run.err
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]
    assert any("/Log/" in title for title in edits(small))

    before = edits(small)
    assert "Module:Area" not in bot.harvest().err, "it was told of"
    assert edits(small) == before

    small.edit("Module:Area/doc", "Come in.")
    run = bot.harvest()
    assert "recording_failed" not in run.err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


@pytest.mark.both_releases
@pytest.mark.parametrize("before", ["What an editor wrote.", None])
def test_who_edits_a_page_while_the_bot_does_loses_nothing(
    bot: Bot, small: LiveWiki, proxy: Proxy, before: str | None
) -> None:
    """Between its reading of the page and its saving, somebody else saves."""
    title, after = "Module:Area/doc", "What another editor wrote."
    if before:
        small.edit(title, before)
    quicker: list[int] = []

    def someone(asked: Asked) -> Fault | None:
        if asked.action == "edit" and asked.parameters["title"] == title and not quicker:
            quicker.append(small.edit(title, after))
        return None

    proxy.fault = someone
    run = bot.by_way_of(proxy.api).harvest()
    assert quicker
    assert "recording_failed" not in run.err
    assert small.text(title).startswith(f"{after}\n")
    assert "picklebot: begin" in small.text(title)
    assert "Module:Area" in small.members(GOOD)


def test_a_page_without_room_for_documentation_keeps_the_others_from_nothing(bot: Bot, small: LiveWiki) -> None:
    long = f"Module:{'L' * 242}/testcases"
    small.edit(long, "return { tap = function () return '1..1\\nok 1' end }")
    run = bot.harvest()
    assert f'recording_failed recorder=categories reason="{long}: ' in run.err
    assert "no longer than 255 bytes" in run.err
    assert small.tags(long) == ["pickle-good"]
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert f"[[:{long}]]" in small.text(f"User:PickleBot/Log/{datetime.now(UTC):%Y-%m}")


def test_a_documentation_that_hides_the_category_is_told_of_until_it_is_mended(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Area/doc", "It squares. <noinclude>And more.")
    for _ in range(2):
        run = bot.harvest()
        assert (
            'recording_failed recorder=categories reason="Module:Area: Module:Area/doc puts it into the category'
            in run.err
        )
        assert small.members(GOOD) == {"Module:Lost/testcases"}
    mended = small.text("Module:Area/doc").replace("more.", "more.</noinclude>")
    small.edit("Module:Area/doc", mended)
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


@pytest.mark.both_releases
def test_bots_that_are_kept_out_by_name_and_those_let_in_by_name(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Area/doc", "{{bots|deny=PickleBot}}")
    small.edit("Module:Greeting/doc", "{{bots|deny=OtherBot}}")
    bot.harvest()
    assert small.text("Module:Area/doc") == "{{bots|deny=PickleBot}}"
    assert small.members("Modules with failing tests") == {"Module:Greeting"}


@pytest.mark.parametrize(
    ("around", "words"),
    [
        ("{{{{nobots}}}} {hostile}", "keeps bots out"),
        (
            "<!-- picklebot: begin. Written by a bot, changes in here are overwritten. -->{hostile}",
            "is left alone, it takes more than 2 s",
        ),
    ],
)
def test_a_page_that_takes_minutes_to_parse_is_left_alone_and_keeps_the_others_from_nothing(
    bot: Bot, small: LiveWiki, around: str, words: str
) -> None:
    text = around.format(hostile="{{a|" * 5000)
    small.edit("Module:Area/doc", text)
    began = time.monotonic()
    run = bot.harvest()
    assert time.monotonic() - began < 30
    assert f'recording_failed recorder=categories reason="Module:Area: Module:Area/doc {words}' in run.err
    assert small.text("Module:Area/doc") == text
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]


@pytest.mark.both_releases
def test_a_page_that_takes_minutes_to_parse_gets_its_category_where_nobody_has_to_parse_it(
    bot: Bot, small: LiveWiki
) -> None:
    text = "<!-- not closed: " + "{{a|" * 5000 + " -->"
    small.edit("Module:Area/doc", text)
    began = time.monotonic()
    assert "recording_failed" not in bot.harvest().err
    assert time.monotonic() - began < 30
    assert small.text("Module:Area/doc").startswith(text)
    assert "Module:Area" in small.members(GOOD)


@pytest.mark.both_releases
def test_a_protected_documentation_page_is_named_and_the_rest_recorded(bot: Bot, small: LiveWiki) -> None:
    small.post(action="protect", title="Module:Area/doc", protections="edit=sysop", reason="a test")
    run = bot.harvest()
    assert 'recording_failed recorder=categories reason="Module:Area: Module:Area/doc cannot be saved: ' in run.err
    assert "protectedpage" in run.err
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]

    small.post(action="protect", title="Module:Area/doc", protections="edit=all", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert len(small.log("tag", letitle="Module:Area")) == 1


def test_a_protected_log_page_keeps_tags_and_categories_from_nothing(bot: Bot, small: LiveWiki) -> None:
    (bot.work / "picklebot.toml").write_text('log_page = "User:{user}/Log"\n', encoding="utf-8")
    small.post(action="protect", title="User:PickleBot/Log", protections="create=sysop", reason="a test")
    run = bot.harvest()
    assert 'recording_failed recorder=log reason="User:PickleBot/Log cannot be saved: ' in run.err
    assert not small.exists("User:PickleBot/Log")
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]

    small.post(action="protect", title="User:PickleBot/Log", protections="create=all", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert len(small.text("User:PickleBot/Log").splitlines()) == 3


@pytest.mark.both_releases
def test_a_blocked_observer_records_nothing_and_the_harvest_says_so_with_3(bot: Bot, small: LiveWiki) -> None:
    small.post(action="block", user="PickleBot", reason="a test")
    run = bot.run("harvest", "--format", "json")
    assert run.status == 3
    assert "blocked" in run.err
    assert edits(small) == []
    assert small.log("tag") == []

    small.post(action="unblock", user="PickleBot", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


@pytest.mark.both_releases
def test_rights_that_the_bot_password_does_not_grant_are_named(bot: Bot, small: LiveWiki) -> None:
    password = "0" * 32
    arguments = ("--appid=reader", "--grants=basic", "PickleBot", password)
    small.sandbox.maintenance("createBotPassword", *arguments)
    run = bot.as_(SandboxAccount("PickleBot@reader", password)).run("harvest")
    assert run.status == 3
    assert "changetags" in run.err
    assert edits(small) == []
    assert small.log("tag") == []


def test_a_user_who_is_not_the_observer_of_the_session_is_not_recorded_as(
    bot: Bot, small: LiveWiki, proxy: Proxy
) -> None:
    """Another account's cookies come to the wiki with every write: all of them have to be refused."""
    small.login(small.sandbox.admin)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in small.session.cookies)

    def as_admin(asked: Asked) -> Fault | None:
        return Fault(cookies=cookies) if asked.action in ("tag", "edit", "purge") else None

    proxy.fault = as_admin
    before = small.recent_changes()
    run = bot.by_way_of(proxy.api).run("harvest", "--only", "Area")
    assert {"tag", "edit"} & {asked.action for asked in proxy.asked}
    assert run.status == 3
    assert small.recent_changes() == before
    assert small.log("tag") == []
    assert "recording_failed recorder=tags " in run.err


def test_every_write_names_the_user_that_it_is_for(bot: Bot, proxy: Proxy) -> None:
    bot.by_way_of(proxy.api).harvest()
    writes = [asked for asked in proxy.asked if asked.action in ("tag", "edit", "purge")]
    assert {asked.action for asked in writes} == {"tag", "edit", "purge"}
    assert {asked.parameters.get("assertuser") for asked in writes} == {"PickleBot"}


def test_reading_is_anonymous(bot: Bot, proxy: Proxy) -> None:
    """Whoever is logged in may see more than readers do, and preferences of theirs would change what is seen."""
    bot.as_(None).by_way_of(proxy.api).harvest("--dry-run")
    assert {asked.action for asked in proxy.asked} <= {"query", "parse", "scribunto-console"}
    assert not any("lgname" in asked.parameters or "username" in asked.parameters for asked in proxy.asked)


@pytest.mark.both_releases
def test_a_session_that_has_ended_is_begun_anew(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    (jar,) = (bot.folder / "data").rglob("*.lwp")
    jar.write_text(
        "\n".join(line.replace("ession=", "ession=0") for line in jar.read_text().splitlines()) + "\n",
        encoding="utf-8",
    )
    small.edit("Module:Area", "return { square = function () return 0 end }")
    run = bot.harvest()
    assert "recording_failed" not in run.err
    assert small.tags("Module:Area") == ["pickle-fail"]
    assert small.log("tag")[0]["user"] == "PickleBot"


def test_documentation_in_another_namespace_is_written_where_a_setting_names_it(bot: Bot, small: LiveWiki) -> None:
    small.edit("MediaWiki:Scribunto-doc-page-name", "Project:Modules/$1")
    (bot.work / "picklebot.toml").write_text('doc_namespaces = ["Project"]\n', encoding="utf-8")
    bot.harvest()
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert small.members("Modules with failing tests") == {"Module:Greeting"}
    small.edit("Module:Area", "return { square = function () return 0 end }")
    bot.harvest()
    assert small.members("Modules with failing tests") == {"Module:Area", "Module:Greeting"}
    assert small.members(GOOD) == {"Module:Lost/testcases"}


def test_what_a_page_says_is_transcluded_only_holds_for_the_category_too(bot: Bot, small: LiveWiki) -> None:
    small.edit("Module:Area/doc", "Left out. <onlyinclude>Shown.</onlyinclude>")
    bot.harvest()
    assert "Module:Area" in small.members(GOOD)
    assert small.text("Module:Area/doc").startswith("Left out. <onlyinclude>Shown.</onlyinclude>")


@pytest.mark.both_releases
def test_without_parser_functions_the_guard_is_a_module_of_the_bots_own(
    bot: Bot, small: LiveWiki, change: Change
) -> None:
    change(extensions=["Scribunto"])
    assert "created: Module:Picklebot\n" in bot.setup().out
    bot.harvest()
    assert "{{#invoke:Picklebot|only|" in small.text("Module:Area/doc")
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    assert small.members("Modules with failing tests") == {"Module:Greeting"}
    small.edit("Module:Area", "return { square = function () return 0 end }")
    bot.harvest()
    assert small.members("Modules with failing tests") == {"Module:Area", "Module:Greeting"}


def test_without_parser_functions_and_without_setup_it_says_what_is_missing(
    bot: Bot, small: LiveWiki, change: Change
) -> None:
    change(extensions=["Scribunto"])
    before = small.text("Module:Area/doc")
    run = bot.harvest()
    assert 'recording_failed recorder=categories reason="' in run.err
    assert "Module:Picklebot is not there" in run.err
    assert "picklebot setup" in run.err
    assert small.text("Module:Area/doc") == before
    bot.setup()
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


def test_a_wiki_that_limits_how_many_tags_are_set_gets_the_rest_at_the_next_harvest(
    bot: Bot, small: LiveWiki, change: Change
) -> None:
    limit = {"user": [2, 3600]}
    limits = {"changetag": limit, "changetags": limit}  # 1.39 and 1.43
    change(wgRateLimits=limits, wgRevokePermissions={"bot": {"noratelimit": True}})
    run = bot.harvest()
    assert 'recording_failed recorder=tags reason="' in run.err
    assert "limits how many tags" in run.err
    assert len(small.log("tag")) == 2
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}
    change()
    assert "recording_failed" not in bot.harvest().err
    assert sorted(entry["title"] for entry in small.log("tag")) == [
        "Module:Area",
        "Module:Greeting",
        "Module:Lost/testcases",
    ]


def test_a_page_that_the_observer_is_blocked_from_is_not_taken_as_tagged(bot: Bot, small: LiveWiki) -> None:
    only = {"partial": 1, "pagerestrictions": "Module:Area", "allowusertalk": 1}
    small.post(action="block", user="PickleBot", reason="a test", **only)
    run = bot.harvest()
    assert 'recording_failed recorder=tags reason="' in run.err
    assert "blocked" in run.err
    assert small.tags("Module:Area") == []
    small.post(action="unblock", user="PickleBot", reason="a test")
    assert "recording_failed" not in bot.harvest().err
    assert small.tags("Module:Area") == ["pickle-good"]


def test_titles_and_names_that_look_like_wikitext_break_nothing(bot: Bot, small: LiveWiki) -> None:
    tester = (
        "return { tap = function () return '1..1\\nnot ok 1 - ]] }} </pre> {{x}} [[Category:Pwned]] --> <!--' end }"
    )
    small.edit("Module:It's (100%) & so on", "return {}")
    small.edit("Module:It's (100%) & so on/testcases", tester)
    bot.harvest()
    assert "Module:It's (100%) & so on" in small.members("Modules with failing tests")
    assert small.members("Pwned") == set()


def test_a_log_page_that_editors_have_written_on_is_continued(bot: Bot, small: LiveWiki) -> None:
    (bot.work / "picklebot.toml").write_text('log_page = "User:{user}/Log"\n', encoding="utf-8")
    small.edit("User:PickleBot/Log", "== Thanks ==\nFor all the fish.")
    bot.harvest()
    lines = small.text("User:PickleBot/Log").splitlines()
    assert lines[:2] == ["== Thanks ==", "For all the fish."]
    assert len(lines) == 5
    assert len(small.revisions("User:PickleBot/Log")) == 2


@pytest.mark.both_releases
def test_a_revision_that_was_deleted_since_it_was_tested_is_passed_over(bot: Bot, small: LiveWiki) -> None:
    bot.as_(None).harvest("--no-record")
    small.delete("Module:Area")
    small.delete("Module:Area/testcases")
    run = bot.harvest()
    assert "recording_failed" not in run.err
    assert small.tags("Module:Greeting") == ["pickle-fail"]
    assert not small.log("tag", letitle="Module:Area")


def test_recorders_can_be_driven_from_python(small: LiveWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path))
    account = Sandbox.observer
    settings = Settings(wiki=small.api, user=account.user, password=account.password, show="doc-pages")
    app = App(settings)
    observer = app.log_in()
    info = small.page("Module:Area", prop="info")
    page = Page("Module:Area", info["pageid"], info["lastrevid"])
    with app.store() as store:
        found = Transition(page, None, State.TODO_FAIL, Counts(1), testers=("Module:Area/testcases",))
        store.advance(StoreUpdate({}, transitions=[found]), datetime.now(UTC))
        writer, recorders = app.recording(store, lambda: observer).open()
        assert list(record(writer, recorders, store)) == []
        assert all(store.pending(recorder.name) == [] for recorder in recorders)
    assert small.tags("Module:Area") == ["pickle-todo-fail"]
    assert small.members("Modules with incomplete tests") == {"Module:Area"}
    with pytest.raises(RecordingError, match="badtags"):
        observer.write(action="tag", revid=page.revision, add="pickle-nonsense", reason="there is no such tag")


def test_a_module_that_holds_no_lua_any_more_fails_for_that_and_is_looked_for_in_no_category(
    bot: Bot, small: LiveWiki
) -> None:
    bot.harvest()
    small.post(action="changecontentmodel", title="Module:Area", model="wikitext", summary="a test")
    run = bot.harvest()
    assert run.transitions == [("Area", "good", "fail")]
    (area,) = [suite for suite in run.document["suites"] if suite["testee"] == "Module:Area"]
    assert area["error"]["message"] == "the content model of Module:Area is wikitext: it holds no Lua"
    assert "recording_failed" not in run.err
    assert "pickle-fail" in small.tags("Module:Area")
    assert bot.harvest("--full", "--sweep").transitions == []
    small.post(action="changecontentmodel", title="Module:Area", model="Scribunto", summary="a test")
    assert bot.harvest().transitions == [("Area", "fail", "good")]
    assert "Module:Area" in small.members(GOOD)
