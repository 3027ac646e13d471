"""Which module a tester tests, and how it may be run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from picklebot.discovery import suites
from picklebot.discovery.testees import deciding_titles, named_modules
from picklebot.discovery.testees import testee_of as find_testee
from picklebot.model import Call, Candidate, Note, NoteCode, Offer, Origin, Page, Suite
from picklebot.plugins.manager import load_plugins
from picklebot.standing import counting, standing_alone
from picklebot.strategy import Strategies, load_strategies
from picklebot.strategy.calls import offered
from picklebot.strategy.selection import Kinship
from tests.factories import TESTS, a_page
from tests.unit.sites import ENGLISH


@pytest.fixture(scope="module")
def strategies() -> Strategies:
    return load_strategies(load_plugins())


def wiki_of(*names: str) -> dict[str, Page]:
    return {f"Module:{name}": a_page(name, number, number * 10) for number, name in enumerate(names, 1)}


@pytest.mark.parametrize(
    ("source", "pages", "testee"),
    [
        ("require('Module:Tier')", ("Tier",), "Tier"),
        ("return {}", ("Tier",), "Tier"),
        ("require('Module:Tier')  require('Module:Tier/Utils')", ("Tier", "Tier/Utils"), "Tier"),
        ("require('Module:Tier/sandbox')", ("Tier", "Tier/sandbox"), "Tier"),
        ("require('Module:Tier/Utils')", ("Tier", "Tier/Utils"), "Tier/Utils"),
        ("require('Module:Tier/Utils')", ("Tier/Utils",), "Tier/Utils"),
        ("require('Module:Other')", ("Tier", "Other"), "Tier"),
        ("require('Module:One') require('Module:Two')", ("Tier", "One", "Two"), "Tier"),
        ("return {}", ("Tier", "Other"), "Tier"),
        ("require('Module:Other')", ("Other",), "Other"),
        ("require('Module:ScribuntoUnit') require('Module:Other')", ("Other", "ScribuntoUnit"), "Other"),
        ("require('Module:Tiers') require('Module:Unlike')", ("Tiers", "Unlike"), "Tiers"),
        ("require('Module:Tier/testcases/data') require('Module:Tier')", ("Tier", "Tier/testcases/data"), "Tier"),
        ("-- require('Module:Tier/Utils')", ("Tier", "Tier/Utils"), "Tier"),
        ("require('Module:Tier/config')", ("Tier", "Tier/config"), "Tier"),
        ("require('Module:Tier/data')", ("Tier", "Tier/data"), "Tier"),
        ("require('Module:' .. name) require('Module:Tier/Utils')", ("Tier", "Tier/Utils"), "Tier"),
        ("require( title.baseText .. '/Core' ) require('Module:Tier/Utils')", ("Tier", "Tier/Utils"), "Tier"),
    ],
)
def test_the_module_under_test_is_found(
    strategies: Strategies, source: str, pages: tuple[str, ...], testee: str
) -> None:
    page, why = find_testee(source, "Module:Tier/testcases", "Module:Tier", wiki_of(*pages), ENGLISH, strategies)
    assert page.title == f"Module:{testee}"
    assert page.exists
    assert why


@pytest.mark.parametrize(
    ("source", "pages"),
    [
        ("return {}", ()),
        ("require('Module:Gone')", ()),
        ("require('strict')", ()),
        ("require('Module:Tier') require('Module:Library')", ("Library",)),
        ("require('Module:Tier') require('Module:Tier/Utils')", ("Tier/Utils",)),
        ("require('Module:First') require('Module:Second')", ("First", "Second")),
    ],
)
def test_a_tester_without_a_module_keeps_its_parents_title(
    strategies: Strategies, source: str, pages: tuple[str, ...]
) -> None:
    page, why = find_testee(source, "Module:Tier/testcases", "Module:Tier", wiki_of(*pages), ENGLISH, strategies)
    assert page == a_page("Tier")
    assert not page.exists
    assert {note.code for note in why} <= {NoteCode.TESTEE_MISSING, NoteCode.TESTEE_UNCLEAR}


def test_short_titles_are_not_alike_for_their_namespace(strategies: Strategies) -> None:
    source = "local a, b = require('Module:UI'), require('Module:HTML')"
    page, _ = find_testee(source, "Module:IP/testcases", "Module:IP", wiki_of("UI", "HTML"), ENGLISH, strategies)
    assert page == a_page("IP")


def suite_of(
    strategies: Strategies,
    source: str,
    *,
    functions: frozenset[str] | None = frozenset(),
    kinship: Kinship = Kinship.TESTER,
    call: Call | None = None,
    below: bool = False,
    documented: bool = True,
) -> Suite | None:
    tester = suites.Tester(TESTS, source, "Module:Foo", kinship, call, below, documented=documented)
    return suites.make_suite(
        tester, wiki_of("Foo"), ENGLISH, strategies, lambda _: None if functions is None else Offer(functions)
    )


def test_the_kind_is_told_by_the_source_and_no_page_is_loaded(strategies: Strategies) -> None:
    def probe(_: str) -> Offer | None:
        raise AssertionError("nobody had to ask")

    tester = suites.Tester(TESTS, "require('Module:ScribuntoUnit')", "Module:Foo", Kinship.TESTER)
    suite = suites.make_suite(tester, wiki_of("Foo"), ENGLISH, strategies, probe)
    assert suite is not None
    assert suite.candidates[0].strategy == "scribuntounit"
    assert suite.candidates[0].call.function == "run"
    assert suite.functions is None


def test_else_by_the_function_that_editors_call(strategies: Strategies) -> None:
    call = Call("main", ("long",), found_on="Module:Foo/doc")
    suite = suite_of(strategies, "return {}", functions=frozenset({"main", "help"}), call=call)
    assert suite is not None
    (candidate,) = suite.candidates
    assert (candidate.strategy, candidate.call.function, candidate.call.arguments) == ("tap", "main", ("long",))
    assert candidate.origin is Origin.DOCUMENTATION
    assert Note(NoteCode.CALL_FOUND, ("Module:Foo/doc",)) in suite.why


def calls_of(suite: Suite | None) -> list[tuple[str, tuple[str, ...], Origin]]:
    assert suite is not None
    found = [(each.call.function, each.call.arguments, each.origin) for each in suite.candidates]
    return list(dict.fromkeys(found))


SCRIBUNTO_UNIT = "require('Module:ScribuntoUnit')"


def test_the_strategys_own_call_comes_before_the_one_that_editors_wrote(strategies: Strategies) -> None:
    call = Call("run", ("x=1",), found_on="Module:Foo/doc")
    assert calls_of(suite_of(strategies, SCRIBUNTO_UNIT, call=call)) == [
        ("run", (), Origin.STRATEGY),
        ("run", ("x=1",), Origin.DOCUMENTATION),
    ]
    talk = suite_of(strategies, SCRIBUNTO_UNIT, call=call, documented=False)
    assert calls_of(talk)[1] == ("run", ("x=1",), Origin.TALK)


def test_the_same_call_is_made_once_and_its_page_is_remembered(strategies: Strategies) -> None:
    suite = suite_of(strategies, SCRIBUNTO_UNIT, call=Call("run", ("", " "), found_on="Module:Foo/doc"))
    assert calls_of(suite) == [("run", (), Origin.STRATEGY)]
    assert suite is not None
    assert suite.candidates[0].call.found_on == "Module:Foo/doc"


@pytest.mark.parametrize("source", [SCRIBUNTO_UNIT, "return {}"])
def test_a_function_that_is_not_offered_is_never_called(strategies: Strategies, source: str) -> None:
    call = Call("nosuch", found_on="Module:Foo/doc")
    suite = suite_of(strategies, source, functions=frozenset({"run"}), call=call)
    assert {function for function, _, _ in calls_of(suite)} == {"run"}
    assert suite is not None
    assert NoteCode.CALL_WITHOUT_FUNCTION in {note.code for note in suite.why}


def test_what_an_aside_calls_makes_no_suite_of_a_driver(strategies: Strategies) -> None:
    source = UNIT_TESTS + "function tests:load() end return tests"
    call = Call("run_tests", found_on="Module talk:Foo/testcases")
    assert suite_of(strategies, source, functions=RUNS, below=True, call=call, documented=False) is None


def test_data_that_no_page_runs_has_no_call(strategies: Strategies) -> None:
    tester = suites.Tester(TESTS, "return { a = {} }", "Module:Foo", Kinship.TESTER)
    usable = strategies.at_hand(())
    suite = suites.make_suite(tester, wiki_of("Foo"), ENGLISH, usable, lambda _: Offer(data=True))
    assert suite is not None
    assert (suite.candidates, suite.functions, suite.data) == ((), frozenset(), True)


@pytest.mark.parametrize(("functions", "function"), [({"tap", "run"}, "tap"), ({"run", "other"}, "run")])
def test_else_by_the_functions_that_it_offers(strategies: Strategies, functions: frozenset[str], function: str) -> None:
    suite = suite_of(strategies, "return {}", functions=functions)
    assert suite is not None
    assert {candidate.call.function for candidate in suite.candidates if candidate.strategy == "tap"} == {function}
    assert suite.functions == functions


FRAMEWORKS = "local tests = require('Module:UnitTests')\nlocal unit = require('Module:ScribuntoUnit')\nreturn tests"


@pytest.mark.parametrize(
    ("functions", "call", "first"),
    [
        ({"run", "run_tests", "equals"}, None, "unittests-enwiki"),
        ({"run", "displayResultsAsTable"}, None, "scribuntounit"),
        (None, Call("run_tests"), "unittests-enwiki"),
        (None, Call("run"), "scribuntounit"),
        (None, None, "scribuntounit"),
    ],
)
def test_of_several_kinds_that_the_source_names_it_is_the_one_that_it_offers(
    strategies: Strategies, functions: set[str] | None, call: Call | None, first: str
) -> None:
    """A suite may test one framework with another."""
    suite = suite_of(strategies, FRAMEWORKS, functions=frozenset(functions) if functions else None, call=call)
    assert suite is not None
    assert suite.candidates[0].strategy == first
    assert all(candidate.declared_in_source for candidate in suite.candidates)


@pytest.mark.parametrize(
    "source",
    [
        "--[[\nFormerly:\nlocal p = require('Module:UnitTests')\n]]\nreturn {}",
        "--[==[\nlocal p = require('Module:ScribuntoUnit')\n]==]\nreturn {}",
        "local doc = [[\nrequire('Module:UnitTests')\n]]\nreturn {}",
    ],
)
def test_a_framework_that_is_only_talked_of_tells_no_kind(strategies: Strategies, source: str) -> None:
    suite = suite_of(strategies, source, functions=frozenset({"run"}))
    assert suite is not None
    assert suite.candidates[0].strategy == "tap"
    assert suite_of(strategies, source, kinship=Kinship.CANDIDATE) is None


def test_a_framework_in_long_brackets_is_required(strategies: Strategies) -> None:
    suite = suite_of(strategies, "local s = 'x' --[[ y ]] local unit = require[[Module:ScribuntoUnit]]")
    assert suite is not None
    assert suite.candidates[0].strategy == "scribuntounit"


def test_what_lies_below_a_tester_and_offers_nothing_to_run_is_no_suite(strategies: Strategies) -> None:
    assert suite_of(strategies, "return { a = 1 }", below=True) is None
    assert suite_of(strategies, "return {}", functions=frozenset({"helper"}), below=True) is None
    assert suite_of(strategies, "return {}", functions=frozenset({"tap"}), below=True) is not None
    assert suite_of(strategies, "syntax error", functions=None, below=True) is not None


UNIT_TESTS = "local tests = require( 'Module:UnitTests' ) "
RUNS = frozenset({"run", "run_tests", "load"})


@pytest.mark.parametrize(
    ("source", "functions", "is_one"),
    [
        (UNIT_TESTS + "function tests:load( what ) return what.test( 1 ) end return tests", RUNS, False),
        (UNIT_TESTS + "function tests:load() end return tests", RUNS | {"test_all"}, True),
        (UNIT_TESTS + "function tests:load() end function tests:test_a() end return tests", RUNS, True),
        (UNIT_TESTS + "function tests:load() end tests.test_a = tests.load return tests", RUNS, True),
        (UNIT_TESTS + "function tests:load() end tests['test' .. 1] = tests.load return tests", RUNS, True),
        (UNIT_TESTS + "function tests:load() end tests[name] = function() end return tests", RUNS, True),
        (UNIT_TESTS + "function tests:load() end return tests", None, True),  # its error is worth telling
        (
            UNIT_TESTS + "function tests:load() end for n, case in pairs(cases) do tests[n] = case end return tests",
            RUNS,
            True,
        ),
        (UNIT_TESTS + "local function load() end return tests", RUNS, True),
        ("describe( 'x', function () it( 'y' ) end ) function p:load() end return p", RUNS | {"tap"}, True),
        (UNIT_TESTS + "return tests", RUNS, True),  # nobody has written the first test yet
    ],
)
def test_a_driver_of_the_tests_below_it_is_no_suite(
    strategies: Strategies, source: str, functions: frozenset[str] | None, *, is_one: bool
) -> None:
    assert (suite_of(strategies, source, functions=functions, below=True) is not None) is is_one
    assert suite_of(strategies, source, functions=functions) is not None, "at the place of the tests themselves"
    assert suite_of(strategies, source, functions=functions, below=True, call=Call("run_tests")) is not None


def test_a_tester_that_offers_nothing_to_run_is_a_suite_without_a_way_to_run_it(strategies: Strategies) -> None:
    suite = suite_of(strategies, "return {}")
    assert suite is not None
    assert suite.candidates == ()


def test_a_tester_that_cannot_be_loaded_is_run_all_the_same_for_its_error(strategies: Strategies) -> None:
    suite = suite_of(strategies, "syntax error", functions=None)
    assert suite is not None
    assert suite.candidates


def test_a_page_that_only_its_title_made_look_like_a_tester_is_none(strategies: Strategies) -> None:
    assert suite_of(strategies, "return {}", functions=frozenset({"tap"}), kinship=Kinship.CANDIDATE) is None
    assert suite_of(strategies, "require('Module:ScribuntoUnit')", kinship=Kinship.CANDIDATE) is not None


@pytest.mark.parametrize(
    ("source", "functions", "is_one"),
    [
        ("return { dill = { weight = 5 } }", frozenset(), False),
        ("return {}", frozenset(), False),
        ("local p = {} function p.main() end return p", frozenset({"main"}), False),
        ("local p = {} function p.tap() end return p", frozenset({"tap"}), True),
        ("describe( 'food', function () end )", frozenset({"tap"}), True),
        ("require('Module:ScribuntoUnit')", None, True),
        ("require('Module:Food/broken') local p = {} function p.tap() end return p", None, True),
        ("return { tap = require('Module:Food/broken').tests }", None, True),
        ("return { dill = require('Module:Food/broken').weight }", None, False),
    ],
)
def test_a_page_that_its_title_makes_likely_must_show_that_it_holds_tests(
    strategies: Strategies, source: str, functions: frozenset[str] | None, *, is_one: bool
) -> None:
    suite = suite_of(strategies, source, functions=functions, kinship=Kinship.LIKELY)
    assert (suite is not None) is is_one


@pytest.mark.parametrize(
    "source",
    ["local context = {}\ncontext['salt'] = 3\nreturn context", 'local context = {}\ncontext [ "salt" ] = 3'],
)
def test_a_field_of_a_table_is_no_word_of_a_spec(strategies: Strategies, source: str) -> None:
    assert suite_of(strategies, source, kinship=Kinship.LIKELY) is None


@pytest.mark.parametrize("spec", ["describe[[food]]", "describe [==[food]==]", "context 'food'"])
def test_the_words_of_a_spec_take_any_string(strategies: Strategies, spec: str) -> None:
    assert suite_of(strategies, spec, kinship=Kinship.LIKELY) is not None


def test_of_functions_named_after_tests_one_that_runs_all_is_the_only_choice(strategies: Strategies) -> None:
    first = [Candidate("scribuntounit", Call("run"), declared_in_source=True)]

    def chosen(*names: str) -> list[str]:
        return [each.call.function for each in offered(first, strategies, names)]

    assert chosen("test") == ["test"]
    assert chosen("testAll", "testFoo", "_helper") == ["testAll"]
    assert chosen("main", "tests") == ["main"]
    assert chosen("test", "tests") == []
    assert chosen("testFoo") == []


def test_a_tester_without_a_page_above_stands_elsewhere_even_beside_its_module(strategies: Strategies) -> None:
    tester = suites.Tester(TESTS, "require('Module:Foo/core')", "Module:Foo", Kinship.TESTER)
    suite = suites.make_suite(tester, wiki_of("Foo/core"), ENGLISH, strategies, lambda _: Offer(frozenset({"run"})))
    assert suite is not None
    assert suite.testee.title == "Module:Foo/core"
    assert suite.elsewhere


def test_a_tester_below_a_redirect_stands_elsewhere_than_the_module_that_this_leads_to(strategies: Strategies) -> None:
    pages = {"Module:Foo": a_page("Victim", 1, 10)}
    tester = suites.Tester(TESTS, "return {}", "Module:Foo", Kinship.TESTER)
    suite = suites.make_suite(tester, pages, ENGLISH, strategies, lambda _: Offer(frozenset({"tap"})))
    assert suite is not None
    assert suite.testee.title == "Module:Victim"
    assert suite.elsewhere
    own = replace(suite, tester=a_page("Victim/testcases", 3, 30), elsewhere=False)
    count = counting([], ENGLISH)
    assert standing_alone([suite, own], count) == {2}
    assert standing_alone([suite], count) == set()


def test_a_suite_runs_under_its_own_testers_title(strategies: Strategies) -> None:
    suite = suite_of(strategies, "return {}", functions=frozenset({"tap"}))
    assert suite is not None
    assert suite.candidates[0].call.title == "Module:Foo/testcases"
    assert suite.testee.title == "Module:Foo"
    assert not suite.elsewhere


TIER = "Module:Tier/testcases"


@pytest.mark.parametrize(
    ("source", "looked_up"),
    [
        ("require('Module:Tier') require('Module:Other')", ["Module:Tier"]),
        ("require('Module:Other') local title = 'Module:Tier'", ["Module:Tier"]),
        ("require('Module:Other')", ["Module:Tier", "Module:Other"]),
        ("mw.loadData('Module:Data') local title = 'Module:Named'", ["Module:Tier"]),
        ("require('Module:ScribuntoUnit')", ["Module:Tier"]),
    ],
)
def test_only_what_may_be_the_testee_is_looked_up(source: str, looked_up: list[str], strategies: Strategies) -> None:
    assert deciding_titles(source, TIER, "Module:Tier", ENGLISH, strategies) == looked_up


@pytest.mark.parametrize(
    "line", ["require('Module:M{}')", "mw.loadData('Module:M{}')", "require('Module:M{}/testcases')"]
)
def test_of_very_many_modules_that_a_source_names_few_are_looked_up(line: str, strategies: Strategies) -> None:
    source = "\n".join(map(line.format, range(60_000)))
    assert len(deciding_titles(source, TIER, "Module:Tier", ENGLISH, strategies)) <= 51
    assert sum(1 for _ in named_modules(source, TIER, ENGLISH, strategies)) <= 1000
    _, why = find_testee(source, TIER, "Module:Tier", {}, ENGLISH, strategies)
    assert (Note(NoteCode.MODULES_CONSIDERED, (50,)) in why) == (line == "require('Module:M{}')")
