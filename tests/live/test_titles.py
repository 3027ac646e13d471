"""A verdict that holds on one page only is marked, whatever the verdict is."""

from __future__ import annotations

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

# A suite of one point that compares the page it is on with {text}.
SUITE = """return {{ tap = function ()
	local here = mw.title.getCurrentTitle().prefixedText
	return '1..1\\n' .. ( {condition} and 'ok' or 'not ok' ) .. ' 1 - the page'
end }}"""
OWN_PAGE = "here == 'Module:{name}/testcases'"
ANY_PAGE = "here ~= ''"
OTHER_PAGE = "here == 'Module:Elsewhere'"


def put(wiki: LiveWiki, name: str, condition: str) -> None:
    if not wiki.exists(f"Module:{name}"):
        wiki.edit(f"Module:{name}", "return {}")
    wiki.edit(f"Module:{name}/testcases", SUITE.format(condition=condition.format(name=name)))


def marks(run: Ran) -> dict[str, tuple[str, bool | None]]:
    return {
        suite["testee"].removeprefix("Module:"): (suite["state"], suite["title_dependent"])
        for suite in run.document["suites"]
        if suite["testee"].startswith("Module:T")
    }


@pytest.mark.both_releases
def test_the_first_harvest_marks_what_depends_on_its_title(bot: Bot, small: LiveWiki) -> None:
    put(small, "T own", OWN_PAGE)
    put(small, "T own too", OWN_PAGE)
    put(small, "T any", ANY_PAGE)
    put(small, "T fails", "false")
    put(small, "T fails here", "here == 'Module:T fails here'")
    assert marks(bot.harvest()) == {
        "T own": ("good", True),
        "T own too": ("good", True),
        "T any": ("good", False),
        "T fails": ("fail", False),
        "T fails here": ("fail", True),
    }
    table = bot.run("harvest", "--no-record").out
    assert "good (depends on the title)" in next(line for line in table.splitlines() if "Module:T own " in line)
    assert "depends" not in next(line for line in table.splitlines() if "Module:T any" in line)


def test_a_suite_alone_on_its_wiki_is_marked_too(bot: Bot, small: LiveWiki) -> None:
    put(small, "T own", OWN_PAGE)
    assert marks(bot.harvest("--only", "Module:T own")) == {"T own": ("good", True)}


def test_a_suite_that_only_logs_is_marked_too(bot: Bot, small: LiveWiki) -> None:
    put(small, "T own", OWN_PAGE)
    put(small, "T any", ANY_PAGE)
    for name in ("T own", "T any"):
        shows = small.text(f"Module:{name}/testcases")
        small.edit(
            f"Module:{name}/testcases", shows.replace("return '1..1", "mw.log( '1..1").replace("page'", "page' )")
        )
    assert marks(bot.harvest()) == {"T own": ("good", True), "T any": ("good", False)}


@pytest.mark.parametrize(("before", "after", "mark"), [(OWN_PAGE, ANY_PAGE, False), (ANY_PAGE, OWN_PAGE, True)])
def test_a_mark_comes_and_goes_although_the_suite_passes_as_before(
    bot: Bot, small: LiveWiki, before: str, after: str, *, mark: bool
) -> None:
    put(small, "T own", before)
    bot.harvest()
    put(small, "T own", after)
    run = bot.harvest()
    assert marks(run) == {"T own": ("good", mark)}
    assert run.transitions == []


def test_what_passes_only_where_editors_run_it_is_marked(bot: Bot, small: LiveWiki) -> None:
    put(small, "T doc", "here == 'Module:T doc/testcases/doc'")
    put(small, "T talk", "here == 'Module talk:T talk/testcases'")
    small.edit("Module:T doc/testcases/doc", "{{#invoke:T doc/testcases|tap}}")
    small.edit("Module talk:T talk/testcases", "{{#invoke:T talk/testcases|tap}}")
    assert marks(bot.harvest()) == {"T doc": ("fail", True), "T talk": ("fail", True)}


def test_what_is_random_is_no_matter_of_titles(bot: Bot, small: LiveWiki) -> None:
    """Each suite passes, or fails, every other time; its output differs, its title never matters."""
    for number in range(8):
        put(small, f"T coin {number}", "math.floor( os.clock() * 1e6 ) % 2 == 0 and here ~= nil")
    runs = [bot.harvest(), bot.harvest("--full"), bot.harvest("--full")]
    told = [mark for run in runs for _, mark in marks(run).values()]
    assert told.count(True) <= len(told) // 4, "one in eight looks so by chance"


def test_a_terminal_without_the_letters_of_a_title_undoes_no_finished_work(bot: Bot, small: LiveWiki) -> None:
    put(small, "T 数字 🥒", "true")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    table = bot.as_module().run("harvest", **ascii_only)
    assert (table.status, "T \\u6570\\u5b57 \\ud83e\\udd52" in table.out) == (0, True), table
    assert "pickle-good" in small.tags("Module:T 数字 🥒")
    again = bot.as_module().run("harvest", "--format", "json", **ascii_only)
    assert again.out.isascii()
    assert again.states["T 数字 🥒"] == "good"
