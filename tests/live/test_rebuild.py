"""A store that was lost is rebuilt from the wiki, and nothing is recorded anew."""

from __future__ import annotations

from typing import Any

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

BROKEN = "return { square = function ( side ) return side + side end }"
MENDED = "return { square = function ( side ) return side * side end }"


def lose(bot: Bot) -> None:
    for file in (bot.folder / "data").glob("picklebot.sqlite*"):
        file.unlink()


def rebuild(bot: Bot, *arguments: str) -> Ran:
    run = bot.as_(None).run("rebuild", *arguments)
    assert run.status == 0, run.err
    return run


def written(wiki: LiveWiki) -> tuple[list[Any], list[Any]]:
    """All that the observer ever wrote."""
    return wiki.recent_changes(rcuser="PickleBot"), wiki.log("tag", leuser="PickleBot")


def test_what_is_as_it_was_is_not_recorded_again(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    small.edit("Module:Area", BROKEN)
    bot.harvest()
    small.edit("Module:Area", MENDED)
    bot.harvest()
    small.edit("Module:Area", f"{MENDED} -- as good as before")
    states = bot.harvest().states
    story = bot.run("history", "Area", "--format", "json").document
    before = written(small)

    lose(bot)
    assert "3 suites; 3 modules have a recorded state, from 5 transitions" in rebuild(bot).out
    assert written(small) == before
    again = bot.run("history", "Area", "--format", "json").document
    assert (again["state"], again["previous_state"]) == ("good", "fail")
    told = [
        (each["token"], each["old"], each["new"], each["revision"], each["summary"]) for each in story["transitions"]
    ]
    assert told == [
        (each["token"], each["old"], each["new"], each["revision"], each["summary"]) for each in again["transitions"]
    ]
    assert not any(each["waits_for"] for each in again["transitions"])

    run = bot.harvest()
    assert (run.states, run.transitions) == (states, [])
    assert sum(suite["ran"] for suite in run.document["suites"]) == 3
    assert written(small) == before
    assert not any(suite["ran"] for suite in bot.harvest().document["suites"])


def test_what_changed_meanwhile_is_one_transition_with_its_cause(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    good = small.revision("Module:Area")
    lose(bot)
    broken = small.edit("Module:Area", BROKEN)
    rebuild(bot)
    changes, tags = written(small)
    run = bot.harvest()
    assert run.transitions == [("Area", "good", "fail")]
    (page,) = run.document["transitions"][0]["cause"]["pages"]
    assert (page["title"], page["old"], page["new"]) == ("Module:Area", good, broken)
    now, tagged = written(small)
    page, log_page, data_page = sorted(change["title"] for change in now if change not in changes)
    assert (page, data_page) == ("Module:Area/doc", "User:PickleBot/Tests/0.json")
    assert log_page.startswith("User:PickleBot/Log/")
    assert len(tagged) == len(tags) + 1
    assert small.tags("Module:Area") == ["pickle-fail"]
    assert "Module:Area" in small.members("Modules with failing tests")
    assert bot.harvest().transitions == []
    assert written(small) == (now, tagged)


def test_tests_that_went_meanwhile_and_pages_that_moved(bot: Bot, small: LiveWiki) -> None:
    bot.harvest()
    lose(bot)
    small.move("Module:Area", "Module:Surface")
    small.move("Module:Area/testcases", "Module:Surface/testcases")
    small.move("Module:Area/doc", "Module:Surface/doc")
    tester = small.text("Module:Surface/testcases")
    small.edit("Module:Surface/testcases", tester.replace("Module:Area", "Module:Surface"))
    small.delete("Module:Greeting/testcases")
    small.edit("Module:Lost", "return {}")
    out = rebuild(bot).out
    assert "to be recorded: Module:Greeting: fail → missing" in out
    assert "to be recorded: Module:Lost/testcases: good → no longer followed" in out
    assert "Surface" not in out
    run = bot.harvest()
    assert run.transitions == [("Lost", None, "good")]
    assert run.states == {"Greeting": "missing", "Lost": "good", "Surface": "good"}
    assert small.tags("Module:Greeting") == ["pickle-missing"]
    assert small.members("Modules without test page") == {"Module:Greeting"}
    before = written(small)

    lose(bot)
    assert "to be recorded" not in rebuild(bot).out
    assert bot.harvest().transitions == []
    assert written(small) == before


def test_the_same_change_at_the_same_revision_after_a_rebuild_is_recorded_once_more(bot: Bot, small: LiveWiki) -> None:
    """Its token must differ from the one that stands in the log already."""
    tester = small.text("Module:Area/testcases")
    bot.harvest()
    small.edit("Module:Area/testcases", tester.replace("== 9", "== 10"))
    bot.harvest()
    small.edit("Module:Area/testcases", tester)
    bot.harvest()
    lose(bot)
    rebuild(bot)
    small.edit("Module:Area/testcases", tester.replace("== 9", "== 10"))
    assert bot.harvest().transitions == [("Area", "good", "fail")]
    tokens = [each["token"] for each in bot.run("history", "Area", "--format", "json").document["transitions"]]
    assert len(set(tokens)) == len(tokens) == 4
    pages = small.get(action="query", list="allpages", apnamespace=2, apprefix="PickleBot/Log/")["query"]["allpages"]
    lines = [line for page in pages for line in small.text(page["title"]).splitlines()]
    assert [sum(token in line for line in lines) for token in tokens] == [1] * 4


def test_a_store_that_was_not_lost_is_left_alone(bot: Bot) -> None:
    bot.as_(None).harvest("--no-record")
    run = bot.run("rebuild")
    assert run.status == 2
    assert "--force" in run.err
    assert "0 modules have a recorded state" in rebuild(bot, "--force").out
    assert bot.run("status", "--format", "json").document["outbox"]["tags"]["waiting"] == 0


def test_a_wiki_on_which_nothing_was_recorded(bot: Bot, small: LiveWiki) -> None:
    assert "3 suites; 0 modules have a recorded state, from 0 transitions" in rebuild(bot).out
    assert len(bot.harvest().transitions) == 3
    assert small.tags("Module:Area") == ["pickle-good"]
