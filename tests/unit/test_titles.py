"""Titles as a wiki writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.wiki import Site
from tests.unit.sites import ENGLISH, RUSSIAN, a_site

WORDS = st.text(st.sampled_from("abÄй数 _:/'&()-"), max_size=12)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Module:Foo", "Module:Foo"),
        ("module:foo", "Module:Foo"),
        ("MODULE: foo_bar ", "Module:Foo bar"),
        (":Module:Foo", "Module:Foo"),
        ("_:_Module:_Foo", "Module:Foo"),
        ("  Module  :  Foo   bar__baz ", "Module:Foo bar baz"),
        ("Module:ärger", "Module:Ärger"),
        ("Module talk:x", "Module talk:X"),
        ("module_talk:x", "Module talk:X"),
        ("some page", "Some page"),
        ("Dune: the film", "Dune: the film"),
        ("user:jane/sandbox", "User:Jane/sandbox"),
        ("Module:\u200eFoo\u200f \u202bbar\u202c", "Module:Foo bar"),
        ("Module:Foo\u00a0\u3000\u2009bar", "Module:Foo bar"),
        ("Module:Cafe\u0301", "Module:Café"),
        ("Module:Foo#usage", "Module:Foo"),
        ("\tModule:Foo\n", "Module:Foo"),
    ],
)
def test_a_title_is_written_as_the_wiki_writes_it(written: str, normal: str) -> None:
    assert ENGLISH.normalise(written) == normal


def test_a_line_break_in_a_title_is_no_space() -> None:
    assert ENGLISH.invoked("Foo\nbar") != "Module:Foo bar"


def test_the_first_letter_is_the_one_that_the_wiki_makes_of_it() -> None:
    site = a_site(capital={"i": "İ", "ß": "SS"}.get)
    assert site.normalise("module:istanbul") == "Module:İstanbul"
    assert site.invoked("ßa") == "Module:SSa"
    assert site.normalise("user:iris") == "User:İris"


def test_a_wiki_of_case_sensitive_titles_keeps_the_first_letter() -> None:
    assert RUSSIAN.normalise("module:foo") == "Модуль:foo"
    assert RUSSIAN.normalise("МОДУЛЬ:foo") == "Модуль:foo"
    assert RUSSIAN.normalise("user:jane") == "Участник:Jane"


@given(WORDS)
def test_to_normalise_twice_is_to_normalise_once(title: str) -> None:
    for site in (ENGLISH, RUSSIAN):
        once = site.normalise(title)
        assert site.normalise(once) == once


@pytest.mark.parametrize("written", ["Foo bar", "foo_bar", "Module:Foo bar", "module:foo bar", ":module:foo_bar"])
def test_the_namespace_of_a_module_may_be_left_out(written: str) -> None:
    assert ENGLISH.module(written) == "Module:Foo bar"


def test_a_modules_name_may_hold_a_colon() -> None:
    assert ENGLISH.module("Dev:Tools") == "Module:Dev:Tools"
    assert ENGLISH.module("user:jane/x") == "Module:User:jane/x"


@given(WORDS.filter(lambda name: name.strip(" _")[:1] not in ("", ":")))
def test_the_name_of_a_module_leads_back_to_it(name: str) -> None:
    for site in (ENGLISH, RUSSIAN):
        title = site.module(name)
        assert site.is_module(title)
        assert site.module(site.module_name(title)) == title


@pytest.mark.parametrize(
    ("title", "is_one"), [("Module:Foo", True), ("модуль:x", False), ("Foo", False), ("a:b", False)]
)
def test_only_what_lies_in_the_namespace_is_a_module(title: str, is_one: bool) -> None:
    assert ENGLISH.is_module(title) is is_one


def test_a_module_is_known_by_every_name_of_its_namespace() -> None:
    assert RUSSIAN.is_module("Module:x")
    assert RUSSIAN.is_module(":модуль : x")
    assert RUSSIAN.is_module("_модуль_:x")
    assert not RUSSIAN.is_module("Обсуждение модуля:x")


@pytest.mark.parametrize(
    ("site", "module", "doc"),
    [
        (ENGLISH, "Module:Foo", "Module:Foo/doc"),
        (RUSSIAN, "Модуль:foo", "Модуль:foo/Документация"),
        (a_site(messages={"scribunto-doc-page-name": "Template:Lua doc/$1"}), "Module:Foo", "Template:Lua doc/Foo"),
        (a_site(messages={"scribunto-doc-page-name": "-"}), "Module:Foo", None),
        (a_site(messages={"scribunto-doc-page-name": ""}), "Module:Foo", None),
        (a_site(messages={}), "Module:Foo", "Module:Foo/doc"),
    ],
)
def test_the_documentation_stands_where_the_wiki_says(site: Site, module: str, doc: str | None) -> None:
    assert site.doc_page(module) == doc


def test_users_are_known_by_every_name_of_their_namespace() -> None:
    assert RUSSIAN.is_user_prefix("участница")
    assert RUSSIAN.is_user_prefix(" User ")
    assert not ENGLISH.is_user_prefix("Module")
