"""Suites that are confirmed many in a request: what one of them does is never taken for another's doing."""

from __future__ import annotations

import pytest

from tests.flow.bot import Bot
from tests.flow.clock import Clock
from tests.flow.scripts import Printed, error, suite, tap
from tests.flow.wiki import Asked, Fault, ScriptedWiki

NAMES = "ABCD"
TESTERS = [f"Module:{name}/testcases" for name in NAMES]
TIMEOUT = "The time allocated for running scripts has expired."
PAGED = """
schema = 1
name = "paged"
about = "Reports that a page shows"
order = 5
[recognise]
source = ["PAGED"]
[invoke]
functions = ["tap"]
output = "page"
[report]
formats = ["patterns"]
[[report.points]]
pattern = 'PASS (?P<name>\\w+)'
ok = true
"""


@pytest.fixture
def paged(bot: Bot, wiki: ScriptedWiki) -> tuple[str, ...]:
    """Four suites whose reports a page shows, and the options for their strategy; all passed."""
    for page in ("Module:Foo", "Module:Foo/testcases"):
        wiki.pages.delete(page)
    (bot.folder / "more").mkdir()
    (bot.folder / "more" / "paged.toml").write_text(PAGED, encoding="utf-8")
    for name, tester in zip(NAMES, TESTERS, strict=True):
        wiki.pages.edit(f"Module:{name}", "return {}")
        wiki.pages.edit(tester, "local kind = 'PAGED'\n" + suite(f"Module:{name}"))
        wiki.scripts.outputs(tester, "<p>PASS one</p>")
    options = ("--strategies", str(bot.folder / "more"))
    assert bot.unrecorded(*options).states == dict.fromkeys(NAMES, "good")
    wiki.scripts.runs.clear()
    return options


def ran(wiki: ScriptedWiki) -> list[tuple[str, int]]:
    """Calls in their order: which suite, and how many others were in the request."""
    return [(run.tester[7], run.beside) for run in wiki.scripts.runs]


def test_four_suites_that_stand_take_one_request(bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]) -> None:
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert sorted(ran(wiki)) == [(name, 3) for name in NAMES]


def test_a_suite_that_breaks_out_of_its_place_runs_alone_and_those_behind_it_in_another_request(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.says["Module:B/testcases"] = lambda run: "<p>PASS one</p>" + ("" if run.alone else "<div>")
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert ran(wiki)[:6] == [*((name, 3) for name in NAMES), ("C", 1), ("D", 1)]
    assert {name for name, others in ran(wiki) if others == 0} == {"B"}


def test_the_last_suite_may_break_out_too(bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]) -> None:
    wiki.scripts.says["Module:D/testcases"] = lambda run: "<p>PASS one</p>" + ("" if run.alone else "</div><p>x</p>")
    assert bot.unrecorded("--full", *paged).transitions == []
    assert {name for name, others in ran(wiki) if others == 0} == {"D"}


def test_a_suite_that_shows_another_report_in_a_batch_is_not_confirmed_by_its_neighbours(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:C/testcases", "<p>PASS one</p><p>PASS two</p>")
    again = bot.unrecorded("--full", *paged)
    assert again.suite("Module:C/testcases")["points"]["passed"] == 2
    assert {name for name, others in ran(wiki) if others == 0} == {"C"}


def test_a_batch_that_the_wiki_does_not_answer_leaves_each_suite_its_own_tries(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    def together(asked: Asked) -> Fault | None:
        return Fault(status=400) if asked.parameters.get("text", "").count("#invoke") > 1 else None

    wiki.fault = together
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert ran(wiki) == [(name, 0) for name in NAMES]


LOOPS = Printed(error(TIMEOUT), lua_seconds=7.0)


def test_a_suite_that_ran_out_of_time_as_before_is_confirmed_behind_all_others(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:B/testcases", LOOPS)
    assert bot.unrecorded("--full", *paged).states["B"] == "fail"
    wiki.scripts.runs.clear()
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert len(ran(wiki)) == 4
    assert ran(wiki)[-1] == ("B", 3)


def test_a_suite_that_runs_out_of_time_no_more_is_not_taken_for_one_that_does(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:B/testcases", LOOPS)
    bot.unrecorded("--full", *paged)
    wiki.scripts.outputs("Module:B/testcases", "<p>PASS one</p>")
    assert bot.unrecorded("--full", *paged).transitions == [("B", "fail", "good")]


def test_where_a_neighbour_runs_out_of_time_the_suites_behind_it_are_tried_again_without_it(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    for name in "AC":
        wiki.scripts.outputs(f"Module:{name}/testcases", LOOPS)
    assert bot.unrecorded("--full", *paged).transitions == [("A", "good", "fail"), ("C", "good", "fail")]
    assert ran(wiki)[:7] == [*((name, 3) for name in NAMES), *((name, 2) for name in "BCD")]
    assert sorted(name for name, others in ran(wiki)[7:] if others == 0) == ["A", "C", "D"]


def test_where_a_neighbour_runs_out_of_time_a_suite_that_did_so_before_is_not_confirmed_by_that(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:D/testcases", LOOPS)
    bot.unrecorded("--full", *paged)
    # A loops now, and so nothing behind it gets any time: alone, D passes again.
    wiki.scripts.outputs("Module:A/testcases", LOOPS)
    wiki.scripts.says["Module:D/testcases"] = lambda run: LOOPS if run.beside == 3 else "<p>PASS one</p>"
    assert bot.unrecorded("--full", *paged).transitions == [("A", "good", "fail"), ("D", "fail", "good")]


def test_where_memory_was_touched_and_nobody_was_ended_by_it_all_but_the_last_share_another_request(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:C/testcases", Printed("<p>PASS one</p>", memory=50_000_000))
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert [(name, others) for name, others in ran(wiki) if others] == [
        *((name, 3) for name in "ABCD"),
        *((name, 2) for name in "ABC"),
        *((name, 1) for name in "AB"),
    ]
    assert [name for name, others in ran(wiki) if not others] == ["D", "C"]


def test_suites_that_are_disturbed_again_and_again_run_alone_in_the_end(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    for tester in TESTERS:
        wiki.scripts.says[tester] = lambda run: "<p>PASS one</p>" if run.alone else LOOPS
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (4, [])
    assert [name for name, others in ran(wiki) if others] == ["A", "B", "C", "D", "B", "C", "D", "C", "D"]


@pytest.fixture
def logging(bot: Bot, wiki: ScriptedWiki) -> ScriptedWiki:
    """Two suites, of which one shows nothing but in its log."""
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.scripts.outputs("Module:Foo/testcases", Printed("", log=tap(2, 1)))
    assert bot.unrecorded().states == {"Bar": "good", "Foo": "fail"}
    wiki.asked.clear()
    return wiki


def test_the_limit_report_tells_of_the_only_suite_of_a_batch_that_just_logs(bot: Bot, logging: ScriptedWiki) -> None:
    assert bot.unrecorded("--full").transitions == []
    assert not logging.questions(action="scribunto-console")


def test_where_its_neighbours_log_too_the_console_is_asked(bot: Bot, logging: ScriptedWiki) -> None:
    logging.scripts.outputs("Module:Bar/testcases", Printed(tap(), log="not ok 2"))
    assert bot.unrecorded("--full").transitions == []
    assert len(logging.questions(action="scribunto-console")) == 1
    assert len(logging.questions(action="parse")) == 1


def test_where_time_was_over_a_report_without_a_log_says_nothing(bot: Bot, logging: ScriptedWiki) -> None:
    logging.scripts.outputs("Module:Foo/testcases", "")
    logging.scripts.outputs("Module:Bar/testcases", LOOPS)
    assert bot.unrecorded("--full").states == {"Bar": "fail", "Foo": "unknown"}
    logging.scripts.outputs("Module:Foo/testcases", Printed("", log=tap()))
    assert bot.unrecorded("--full").states == {"Bar": "fail", "Foo": "good"}


def test_a_suite_that_offers_nothing_to_run_costs_no_request_as_long_as_nothing_changes(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.pages.edit("Module:E", "return {}")
    wiki.pages.edit("Module:E/testcases", "return 1")
    assert bot.unrecorded(*paged).states["E"] == "pending"
    before = len(wiki.asked)
    again = bot.unrecorded("--full", *paged)
    assert (len(again.ran), again.transitions) == (5, [])
    asked = wiki.asked[before:]
    assert [each.action for each in asked if each.action != "query"] == ["parse"]
    assert not [each for each in asked if "Module:E" in each.parameters.get("titles", "")]


def test_a_suite_that_ran_out_of_time_beside_others_and_alone_has_been_seen_twice(
    bot: Bot, wiki: ScriptedWiki, paged: tuple[str, ...]
) -> None:
    wiki.scripts.outputs("Module:A/testcases", Printed(error(TIMEOUT), lua_seconds=7.0))
    again = bot.unrecorded("--full", *paged)
    assert again.transitions == [("A", "good", "fail")]
    assert ran(wiki).count(("A", 0)) == 1


def test_a_suite_whose_title_matters_is_confirmed_under_it(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    tests = "Module:Foo/testcases"
    wiki.scripts.says[tests] = lambda run: tap() if run.under == tests else tap(0, 1)
    assert bot.unrecorded().suite(tests)["title_dependent"] is True
    wiki.scripts.runs.clear()
    again = bot.unrecorded("--full")
    assert (len(again.ran), again.transitions) == (2, [])
    assert {run.under for run in wiki.scripts.runs if not run.alone} <= {tests}


def test_at_the_deadline_no_further_batch_begins(bot: Bot, wiki: ScriptedWiki, clock: Clock) -> None:
    for n in range(45):
        wiki.pages.edit(f"Module:M{n:02}", "return {}")
        wiki.pages.edit(f"Module:M{n:02}/testcases", suite(f"Module:M{n:02}"))
    bot.unrecorded()
    requests = len(wiki.questions(action="parse"))
    wiki.meanwhile = lambda asked: clock.advance(50) if asked.action == "parse" else None
    again = bot.unrecorded("--full", "--deadline", "60")
    assert 0 < len(again.ran) < 46
    assert len(wiki.questions(action="parse")) == requests + 1


def test_a_suite_that_a_limit_ended_is_confirmed_by_one_run_alone(bot: Bot, wiki: ScriptedWiki) -> None:
    tests = "Module:Foo/testcases"
    wiki.scripts.outputs(tests, Printed(error("not enough memory")))
    bot.unrecorded()
    wiki.scripts.runs.clear()
    again = bot.unrecorded("--full")
    assert (again.ran, again.transitions) == ([tests], [])
    assert ran(wiki) == [("F", 0)]


def test_what_a_first_harvest_probes_under_another_title_is_light_and_has_no_reason_to_run_alone(
    bot: Bot, wiki: ScriptedWiki
) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.scripts.outputs("Module:Bar/testcases", Printed(tap(), lua_seconds=0.101))
    first = bot.unrecorded()
    assert first.suite("Module:Bar/testcases")["title_dependent"] is None
    assert first.suite("Module:Foo/testcases")["title_dependent"] is False
    assert [run.tester for run in wiki.scripts.runs if run.under != run.tester] == ["Module:Foo/testcases"]


def test_a_probe_that_the_wiki_does_not_answer_runs_nothing_again(bot: Bot, wiki: ScriptedWiki) -> None:
    wiki.pages.edit("Module:Bar", "return {}")
    wiki.pages.edit("Module:Bar/testcases", suite("Module:Bar"))
    wiki.fault = lambda a: Fault(status=400) if a.parameters.get("text", "").count("#invoke") > 1 else None
    first = bot.unrecorded()
    assert first.states == {"Bar": "good", "Foo": "good"}
    assert ran(wiki) == [("B", 0), ("F", 0)]
