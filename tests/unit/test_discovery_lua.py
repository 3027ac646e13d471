"""What the source of a tester says, read without running it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.discovery.lua import Mention, MentionKind, mentioned_modules, without_comments

# What could be the beginning of something in Lua.
PIECES = st.lists(st.sampled_from(["--", "[[", "]]", "[=[", "]=]", "[", "]", "=", '"', "'", "\\", "\n", "x", " "]))
LUA = PIECES.map("".join) | st.text()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("a -- b\nc", "a \nc"),
        ("a --[[ b\nc ]] d", "a  d"),
        ("a --[==[ b ]] c ]==] d", "a  d"),
        ("a --[ b\nc", "a \nc"),
        ("a --[= b\nc", "a \nc"),
        ("'--' .. \"--\" -- x", "'--' .. \"--\" "),
        ("[[ -- ]] -- x", "[[ -- ]] "),
        ("[=[ ]] -- ]=] -- x", "[=[ ]] -- ]=] "),
        (r"'\'--' -- x", r"'\'--' "),
        ("a --", "a "),
        ("--[[ never closed\na", "\na"),
        ("t[a[1]] -- x", "t[a[1]] "),
        ("'unfinished -- \n -- x", "'unfinished -- \n "),
        ("", ""),
    ],
)
def test_comments_go_and_strings_stay(source: str, left: str) -> None:
    assert without_comments(source) == left


@given(LUA)
def test_no_text_makes_it_fail_and_nothing_is_made_up(source: str) -> None:
    left = iter(source)
    assert all(char in left for char in without_comments(source)), "what is left stands in the source in this order"


@given(st.text().filter(lambda text: not set(text) & set("-\"'[")))
def test_a_source_without_marks_stays_as_it_is(source: str) -> None:
    assert without_comments(source) == source


@pytest.mark.parametrize(
    "piece", ["--[[", "[[", "--[=", "[=[", "--", "'", '"\\', "[" + "=" * 60, "--[" + "=" * 70, "]]"]
)
def test_no_text_of_a_page_is_too_much_for_it(piece: str) -> None:
    """As long as MediaWiki lets a page be: whoever reads it from every mark to its end would not come back."""
    source = piece * (2_000_000 // len(piece))
    assert len(without_comments(source)) <= len(source)


@pytest.mark.parametrize(
    ("source", "name", "use"),
    [
        ("require('Module:Foo')", "Module:Foo", MentionKind.CODE),
        ('require ( "Module:Foo" ).bar', "Module:Foo", MentionKind.CODE),
        ("require'Module:Foo'", "Module:Foo", MentionKind.CODE),
        ("require[[Module:Foo]]", "Module:Foo", MentionKind.CODE),
        ("require('strict')", "strict", MentionKind.CODE),
        ("mw.loadData('Module:Foo/data')", "Module:Foo/data", MentionKind.DATA),
        ('mw.loadJsonData("Module:Foo/data.json")', "Module:Foo/data.json", MentionKind.DATA),
        ("frame:preprocess('{{#invoke:Foo|main|1}}')", "Foo", MentionKind.INVOKE),
        ("local name = 'Module:Foo'", "Module:Foo", MentionKind.NAME),
        ("require('Модуль:Число')", "Модуль:Число", MentionKind.CODE),
    ],
)
def test_a_module_is_named_in_many_ways(source: str, name: str, use: MentionKind) -> None:
    assert Mention(name, use) in mentioned_modules(source)


def test_what_is_loaded_comes_first_in_order_of_appearance() -> None:
    source = "local a = 'Module:A'\nrequire('Module:B')\nmw.loadData('Module:C')\nrequire('Module:D')"
    found = [mention.name for mention in mentioned_modules(source)]
    assert found[:3] == ["Module:B", "Module:D", "Module:C"]
    assert "Module:A" in found[3:]


@pytest.mark.parametrize("source", ["-- require('Module:Foo')", "--[[\nrequire('Module:Foo')\n]]", "required('x')", ""])
def test_what_is_not_run_names_nothing_that_is_loaded(source: str) -> None:
    assert not [mention for mention in mentioned_modules(source) if mention.use is not MentionKind.NAME]


@given(LUA)
def test_names_are_never_empty(source: str) -> None:
    assert all(mention.name for mention in mentioned_modules(source))
