"""Pages that are made to take long: work is counted, not timed; benchmarks/reports.py has the times."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import mwparserfromhell
import pytest

from picklebot.discovery import calls
from picklebot.discovery.calls import find_call
from picklebot.discovery.lua import mentioned_modules
from picklebot.model import Call
from picklebot.text.wikitext import CostlyWikitextError
from tests.unit.sites import ENGLISH

TESTER = "Module:Costs/testcases"
CLOSED = f"{{{{#invoke:Costs/testcases|a={'x' * 2000}}}}}"


@pytest.mark.parametrize(
    "part", ["{{#invoke:Costs/testcases|", "{{#invoke:Costs/testcases|[[", "{{#invoke:A|", "{{", CLOSED]
)
def test_open_calls_without_end_are_not_all_parsed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    parse = mwparserfromhell.parse

    def counting(text: str) -> Any:  # noqa: ANN401
        parsed.append(len(text))
        return parse(text)

    monkeypatch.setattr(mwparserfromhell, "parse", counting)
    with suppress(CostlyWikitextError):
        assert find_call(part * (1_999_999 // len(part)), TESTER, ENGLISH) is None
    assert sum(parsed) <= calls._MAX_CHARACTERS_PARSED + calls._MAX_CALL_CHARACTERS


def test_a_call_is_found_on_a_long_page_full_of_others() -> None:
    page = "{{#invoke:Costs|main|x}}\n" * 5000 + "{{#invoke:Costs/testcases|run|a=<nowiki>|</nowiki>}}"
    assert find_call(page, TESTER, ENGLISH) == Call("run", ("a=<nowiki>|</nowiki>",))


@pytest.mark.parametrize(
    "page",
    [
        "<pre>{{#invoke:Costs/testcases|run}}</pre>",
        '<syntaxhighlight lang="lua">{{#invoke:Costs/testcases|run}}</syntaxhighlight>',
        "<NoWiki>{{#invoke:Costs/testcases|run}}</NOWIKI>",
        "<!-- never closed {{#invoke:Costs/testcases|run}}",
        "{{{#invoke:Costs/testcases|run}}}",
    ],
)
def test_what_shows_a_call_is_none(page: str) -> None:
    assert find_call(page, TESTER, ENGLISH) is None
    assert find_call(f"{page} --> {{{{#invoke:Costs/testcases|later}}}}", TESTER, ENGLISH) == Call("later")


@pytest.mark.parametrize("page", ["<nowiki>", "<nowiki/>", "</nowiki>", "<pre", "<ref>", "İİİ<nowiki>a</nowiki>"])
def test_what_hides_nothing_hides_no_call(page: str) -> None:
    assert find_call(f"{page}{{{{#invoke:Costs/testcases|run}}}}", TESTER, ENGLISH) == Call("run")


@pytest.mark.parametrize("opening", ["require[[", "require'", 'loadData("', "import [["])
def test_a_quote_that_is_not_closed_is_not_followed_for_long(opening: str) -> None:
    """What is behind it is found nonetheless, and no title is longer than the limit."""
    source = opening + "x" * 400 + "\nrequire('Module:A')"
    assert [mention.name for mention in mentioned_modules(source)][:1] == ["Module:A"]
    long = f"require('Module:{'x' * 400}')"
    assert not [mention for mention in mentioned_modules(long) if mention.use.name == "CODE"]
