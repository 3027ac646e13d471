"""The call of a tester that editors wrote on a page beside it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.discovery.calls import find_call
from picklebot.model import Call
from picklebot.text.wikitext import CostlyWikitextError
from tests.unit.sites import ENGLISH, RUSSIAN

TESTER = "Module:Costs/testcases"


@pytest.mark.parametrize(
    ("wikitext", "call"),
    [
        ("{{#invoke:Costs/testcases|run_tests}}", Call("run_tests")),
        ("{{#invoke: costs/testcases | run_tests }}", Call("run_tests")),
        ("{{#INVOKE:Costs/testcases|run}}", Call("run")),
        ("{{#invoke:costs/Testcases|run}}", None),
        ("{{#invoke:COSTS/testcases|run}}", None),
        ("{{#invoke:Costs_/testcases|run}}", None),
        ("text {{#invoke:Costs/testcases|run|displayMode=table|x}} text", Call("run", ("displayMode=table", "x"))),
        ("{{#invoke:Costs|main}} {{#invoke:Costs/testcases|run}}", Call("run")),
        ("{{box|{{#invoke:Costs/testcases|run}}}}", Call("run")),
        ("<noinclude>\n{{#invoke:Costs/testcases\n|run\n}}</noinclude>", Call("run")),
        ("{{#invoke:Costs/testcases|first}}{{#invoke:Costs/testcases|second}}", Call("first")),
        ("{{#invoke:{{PAGENAME}}|run|{{PAGENAME}}}}", Call("run", ("Costs/testcases",))),
        ("{{#invoke:{{ PAGENAME }}/more|run}}", None),
        ("{{safesubst:#invoke:Costs/testcases|run}}", Call("run")),
        ("{{subst: #invoke:Costs/testcases|run}}", Call("run")),
        ("{{#invoke:Costs/testcases<!-- see there --> |run}}", Call("run")),
        ("<nowiki>{{#invoke:Costs/testcases|run}}</nowiki>", None),
        ("<!-- {{#invoke:Costs/testcases|run}} -->", None),
        ("{{#invoke:Costs/testcases}}", None),
        ("{{#invoke:Other/testcases|run}}", None),
        ("{{Costs/testcases|run}}", None),
        ("{{#invoke:Costs/testcases|run|{{{a|{{{b}}}}}}}}", Call("run", ("{{{a|{{{b}}}}}}",))),
        ("{{#invoke:Costs/testcases|run|<nowiki>{{</nowiki>}}", Call("run", ("<nowiki>{{</nowiki>",))),
        ("{{#invoke:Costs/testcases|run<!-- note [[ -->}}", Call("run")),
        ("{{#invoke:Costs/testcases|run|-->}}", Call("run", ("-->",))),
        ("{{#invoke:Costs/testcases|run|{{lc:X}}|[[A]]}}", Call("run", ("{{lc:X}}", "[[A]]"))),
        ("{{#invoke:Costs/testcases|run|[[}}", None),
        ("{{#invoke:Costs/testcases|run|<math>}}</math>}}", None),
        ("{{#invoke:Costs/testcases|run", None),
        ("", None),
    ],
)
def test_the_first_call_of_the_tester_is_found(wikitext: str, call: Call | None) -> None:
    assert find_call(wikitext, TESTER, ENGLISH) == call


def test_the_word_of_the_wikis_language_is_known() -> None:
    assert find_call("{{#вызвать:foo/тесты|run}}", "Модуль:foo/тесты", RUSSIAN) == Call("run")
    assert find_call("{{#вызвать:foo/тесты|run}}", "Module:Foo/тесты", ENGLISH) is None


def test_no_other_namespace_has_a_meaning_in_a_call() -> None:
    """``#invoke`` takes a name in the Module namespace as it is: https://www.mediawiki.org/wiki/Extension:Scribunto."""
    assert find_call("{{#invoke:User:Ann/x|run}}", "Модуль:User:Ann/x", RUSSIAN) == Call("run")
    assert find_call("{{#invoke:Участник:Ann/x|run}}", "Модуль:User:Ann/x", RUSSIAN) is None
    assert find_call("{{#invoke:Module:Costs/testcases|run}}", TESTER, ENGLISH) is None


def test_a_call_is_found_however_long_the_page_before_it_is() -> None:
    assert find_call("x " * 500_000 + "{{#invoke:Costs/testcases|run}}", TESTER, ENGLISH) == Call("run")


@pytest.mark.parametrize(
    ("wikitext", "why"),
    [
        (" " * 2_100_000 + "{{#invoke:Costs/testcases|run}}", "characters"),
        ("{{#invoke:Costs/testcases|run|" + "x" * 5000 + "}}", "3,000 characters"),
        ("{{#invoke:Costs/testcases|run|" + "{{a|" * 50 + "}}" * 51, "deep"),
        ("{{#invoke:Costs/testcases|run|" + "{{{" * 400 + "}}}" * 400 + "}}", "deep"),
    ],
    ids=["page", "call", "templates", "parameters"],
)
def test_a_call_that_cannot_be_read_is_told_of(wikitext: str, why: str) -> None:
    with pytest.raises(CostlyWikitextError, match=why):
        find_call(wikitext, TESTER, ENGLISH)
    assert find_call(wikitext[-60_000:] + "{{#invoke:Costs/testcases|later}}", TESTER, ENGLISH) is not None


@given(st.lists(st.sampled_from(["{{", "}}", "{{{", "}}}", "#invoke:", "Costs/testcases", "|", "=", "<nowiki>", "[["])))
def test_no_wikitext_makes_it_fail(pieces: list[str]) -> None:
    with suppress(CostlyWikitextError):
        find_call("".join(pieces), TESTER, ENGLISH)
