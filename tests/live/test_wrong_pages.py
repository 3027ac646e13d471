"""The page that is saved is the page that was meant: no redirect is followed, no page of another kind written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy

GOOD = "Modules with passed tests"
DOC = "Module:Area/doc"
DATA = "User:PickleBot/Tests/0.json"


def edited(wiki: LiveWiki) -> set[str]:
    """The observer's edits."""
    return {change["title"] for change in wiki.recent_changes(rcuser="PickleBot", rctype="edit|new")}


def this_months_log() -> str:
    return f"User:PickleBot/Log/{datetime.now(UTC):%Y-%m}"


TARGETS = ["Main Page", "User:Admin", "User:Admin/common.js", "Talk:Main Page", "Module:Greeting/doc", "Nowhere yet"]


def test_no_redirect_of_a_documentation_page_is_followed_wherever_it_leads(bot: Bot, small: LiveWiki) -> None:
    for title in ("Main Page", "User:Admin", "Talk:Main Page"):
        small.edit(title, "What stood here.")
    for target in TARGETS:
        small.edit(DOC, f"#REDIRECT [[{target}]]")
        small.edit("Module:Area/testcases", f"{small.text('Module:Area/testcases')}\n-- {target}")
        run = bot.harvest("--full")
        assert f'recording_failed recorder=categories reason="Module:Area: {DOC} is a redirect' in run.err, target
        assert small.text(DOC) == f"#REDIRECT [[{target}]]"
    own = {this_months_log(), DATA, "Module:Greeting/doc", "Module:Lost/testcases/doc"}
    assert edited(small) == own
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]
    small.edit(DOC, "It squares.")
    assert "recording_failed" not in bot.harvest().err
    assert small.members(GOOD) == {"Module:Area", "Module:Lost/testcases"}


@pytest.mark.parametrize("target", ["Talk:Main Page", "User:Admin", "User:PickleBot/Nowhere yet"])
def test_no_redirect_of_a_log_page_is_followed(bot: Bot, small: LiveWiki, target: str) -> None:
    small.edit(this_months_log(), f"#REDIRECT [[{target}]]")
    run = bot.harvest()
    assert f'recording_failed recorder=log reason="{this_months_log()} is a redirect' in run.err
    assert edited(small) == {DOC, DATA, "Module:Greeting/doc", "Module:Lost/testcases/doc"}
    assert small.text(this_months_log()) == f"#REDIRECT [[{target}]]"
    small.edit(this_months_log(), "The log.")
    assert "recording_failed" not in bot.harvest().err
    assert len(small.text(this_months_log()).splitlines()) == 4


def test_a_message_that_leads_documentation_elsewhere_is_told_of_once_and_nothing_written_there(
    bot: Bot, small: LiveWiki
) -> None:
    for name, words in (("Main Page", "one page for all modules"), ("User:$1", "in User"), ("$1", "in the main")):
        small.edit("MediaWiki:Scribunto-doc-page-name", name)
        problem = bot.harvest().err.partition('recording_failed recorder=categories reason="')[2]
        assert words in problem
        assert problem.count("Scribunto-doc-page-name") == 1
        assert edited(small) == {this_months_log(), DATA}
    assert small.tags("Module:Area") == ["pickle-good"]


def test_a_page_of_another_content_model_is_left_alone(bot: Bot, small: LiveWiki) -> None:
    small.edit(DOC, "{}")
    small.post(action="changecontentmodel", title=DOC, model="json", summary="a test")
    run = bot.harvest()
    assert f"Module:Area: {DOC} has the content model json" in run.err
    assert small.text(DOC) == "{}"
    assert small.members(GOOD) == {"Module:Lost/testcases"}


def become_a_redirect(wiki: LiveWiki) -> None:
    wiki.edit(DOC, "#REDIRECT [[Talk:Main Page]]")


def become_a_redirect_that_can_be_merged(wiki: LiveWiki) -> None:
    wiki.edit(DOC, f"#REDIRECT [[Talk:Main Page]]\n\n{wiki.text(DOC)}")


def go_away(wiki: LiveWiki) -> None:
    wiki.delete(DOC)


def move_away(wiki: LiveWiki) -> None:
    wiki.move(DOC, "User:Admin/Elsewhere")


def move_away_and_leave_a_redirect(wiki: LiveWiki) -> None:
    wiki.move(DOC, "User:Admin/Elsewhere", redirect=True)


def be_made_anew(wiki: LiveWiki) -> None:
    wiki.delete(DOC)
    wiki.edit(DOC, "Another page.")


def give_way_to_another(wiki: LiveWiki) -> None:
    wiki.edit("User:Admin/Draft", "A draft.")
    wiki.move(DOC, "User:Admin/Elsewhere")
    wiki.move("User:Admin/Draft", DOC)


@pytest.mark.parametrize(
    "happen",
    [
        become_a_redirect,
        become_a_redirect_that_can_be_merged,
        go_away,
        move_away,
        move_away_and_leave_a_redirect,
        be_made_anew,
        give_way_to_another,
    ],
)
def test_what_happens_to_a_page_between_its_reading_and_its_saving_keeps_the_edit_from_it(
    bot: Bot, small: LiveWiki, proxy: Proxy, happen: Callable[[LiveWiki], None]
) -> None:
    text = "It squares.\n\nIt has been doing so for years.\n\nAnd it will go on."
    small.edit(DOC, text)
    raced: list[str] = []
    after: dict[str, str] = {}

    def race(asked: Asked) -> Fault | None:
        if asked.action == "edit" and asked.parameters["title"] == DOC and not raced:
            raced.append(DOC)
            happen(small)
            after.update({title: small.text(title) for title in (DOC, "User:Admin/Elsewhere") if small.exists(title)})
        return None

    proxy.fault = race
    run = bot.by_way_of(proxy.api).harvest()
    assert raced
    assert 'recording_failed recorder=categories reason="Module:Area: ' in run.err
    assert {title: small.text(title) for title in after} == after
    assert small.exists(DOC) == (DOC in after)
    assert not small.exists("Talk:Main Page")
    assert small.members(GOOD) == {"Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]


def test_a_page_that_somebody_makes_while_it_is_made_is_read_anew(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    made: list[int] = []

    def race(asked: Asked) -> Fault | None:
        if asked.action == "edit" and asked.parameters["title"] == DOC and not made:
            made.append(small.edit(DOC, "#REDIRECT [[User:Admin]]"))
        return None

    proxy.fault = race
    run = bot.by_way_of(proxy.api).harvest()
    assert made
    assert f"{DOC} is a redirect" in run.err
    assert small.text(DOC) == "#REDIRECT [[User:Admin]]"
    assert not small.exists("User:Admin")


def test_a_module_that_was_moved_since_it_was_tested_leaves_its_old_title_alone(bot: Bot, small: LiveWiki) -> None:
    bot.as_(None).harvest("--no-record")
    small.delete("Module:Lost/testcases")
    small.move("Module:Area", "Module:Field")
    small.move("Module:Area/testcases", "Module:Field/testcases")
    before = small.text(DOC)
    assert "recording_failed" not in bot.harvest().err
    assert small.text(DOC) == before
    assert not small.exists("Module:Lost/testcases/doc")
    assert small.members(GOOD) | small.members("Modules with failing tests") >= {"Module:Field"}
