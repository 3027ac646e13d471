"""Which titles are testers', by the patterns that come with picklebot."""

from __future__ import annotations

import pytest

from picklebot.plugins.manager import load_plugins
from picklebot.strategy import Strategies, load_strategies
from picklebot.strategy.selection import Kinship


@pytest.fixture(scope="module")
def strategies() -> Strategies:
    return load_strategies(load_plugins())


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("Foo/testcases", "Foo"),
        ("Foo/Testcases", "Foo"),
        ("Foo/testcases2", "Foo"),
        ("Foo/test cases", "Foo"),
        ("Foo/testcase", "Foo"),
        ("Foo/testspec", "Foo"),
        ("Foo/bar/testcases", "Foo/bar"),
        ("Foo/testcases/misc", "Foo"),
        ("Foo/data/testcases", "Foo/data"),
        ("Foo bar (baz)/testcases", "Foo bar (baz)"),
    ],
)
def test_a_tester_lies_below_its_module(strategies: Strategies, name: str, parent: str) -> None:
    match = strategies.match_title(name, "en")
    assert match is not None
    assert (match.parent, match.kinship, match.draft) == (parent, Kinship.TESTER, False)


@pytest.mark.parametrize(
    "name",
    [
        "Foo",
        "Testcases",
        "Foo testcases",
        "testcases/Foo",
        "Foo/testcases/doc",
        "Foo/testcases.doc",
        "Foo/testcases/x.doc",
        "Foo/testcases/data",
        "Foo/testcases/config",
        "Foo/testcases/conf",
        "Foo/testcases/i18n",
        "Foo/testcases/l10n",
        "Foo/testcases/driver",
        "Foo/testcases/tester",
        "Foo/testcases/styles.css",
        "Foo/contests",
        "Foo/latest",
    ],
)
def test_what_only_looks_like_one_is_none(strategies: Strategies, name: str) -> None:
    assert strategies.match_title(name, "en") is None


@pytest.mark.parametrize("name", ["Foo/test", "Foo/tests", "Foo/spec"])
def test_a_short_word_needs_the_source_to_confirm_it(strategies: Strategies, name: str) -> None:
    match = strategies.match_title(name, "en")
    assert match is not None
    assert match.kinship is Kinship.CANDIDATE


@pytest.mark.parametrize(
    ("name", "language"),
    [("Foo/pickle", "en"), ("Foo/テスト", "ja"), ("Foo/тест", "ru"), ("Foo/тест", "uk"), ("Foo/테스트", "ko")],
)
def test_words_of_things_as_well_as_tests_need_the_page_to_show_which(
    strategies: Strategies, name: str, language: str
) -> None:
    match = strategies.match_title(name, language)
    assert match is not None
    assert (match.parent, match.kinship) == ("Foo", Kinship.LIKELY)


def test_with_the_extension_pickle_its_pages_are_testers(strategies: Strategies) -> None:
    match = strategies.match_title("Foo/pickle", "en", {"Scribunto", "Pickle"})
    assert match is not None
    assert match.kinship is Kinship.TESTER


def test_a_module_that_is_called_so_may_have_tests_of_its_own(strategies: Strategies) -> None:
    match = strategies.match_title("Food/pickle/testcases", "en")
    assert match is not None
    assert (match.parent, match.kinship, match.below) == ("Food/pickle", Kinship.TESTER, False)


@pytest.mark.parametrize("name", ["Foo/sandbox/testcases", "Foo/testcases/sandbox", "Sandbox/Jane/testcases"])
def test_drafts_are_marked_as_such(strategies: Strategies, name: str) -> None:
    match = strategies.match_title(name, "en")
    assert match is not None
    assert match.draft


def test_words_of_a_language_count_on_wikis_of_that_language(strategies: Strategies) -> None:
    assert strategies.match_title("Foo/тесты", "ru") is not None
    assert strategies.match_title("Foo/тесты", "en") is None
    assert strategies.match_title("Foo/testcases", "ru") is not None


@pytest.mark.parametrize(
    ("name", "language"),
    [("Foo/Testfälle", "de"), ("Foo/pruebas", "es"), ("Foo/단위 테스트", "ko"), ("Foo/cas de test", "fr")],
)
def test_words_that_may_mean_tests_need_the_source_to_confirm_it(
    strategies: Strategies, name: str, language: str
) -> None:
    match = strategies.match_title(name, language)
    assert match is not None
    assert match.kinship is Kinship.CANDIDATE


def test_a_module_named_after_tests_is_no_testee(strategies: Strategies) -> None:
    assert strategies.names_tests("Unit testcases")
    assert strategies.names_tests("Pickle")
    assert not strategies.names_tests("String trim")
    assert not strategies.names_tests("Pickled food")
