"""Pages that may be written are told from others by what the wiki says of them, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from picklebot.account.answers import ODD
from picklebot.account.exclusion import lets_in
from picklebot.account.pages import BasePage, PageTarget, base_page, doc_namespaces, doc_target, log_target
from picklebot.errors import RecordingError, StoppedError
from tests.unit.sites import ENGLISH, a_site

DOC = PageTarget("Module:Foo/doc", frozenset({828}))
PAGE: dict[str, Any] = {
    "pageid": 7,
    "ns": 828,
    "title": "Module:Foo/doc",
    "contentmodel": "wikitext",
    "revisions": [{"revid": 70, "timestamp": "2026-11-25T00:00:00Z", "slots": {"main": {"content": "About Foo."}}}],
}
TEXT = {"main": {"content": "#Redirect [[Special:Userlogout]]"}}
NAMESPACES = {**ENGLISH.namespaces, 4: "Project", 8: "MediaWiki"}
ALIASES = {**ENGLISH.aliases, "project": 4, "mediawiki": 8}


def answer(**changes: object) -> dict[str, object]:
    return {"query": {"pages": [{**PAGE, **changes}]}}


def test_a_page_is_read_with_what_an_edit_has_to_state() -> None:
    assert base_page(answer(), DOC) == BasePage("Module:Foo/doc", 7, 70, "2026-11-25T00:00:00Z", "About Foo.")
    missing = {"ns": 828, "title": "Module:Foo/doc", "missing": True, "contentmodel": "wikitext"}
    assert base_page({"query": {"pages": [missing]}}, DOC) == BasePage("Module:Foo/doc")


def test_a_title_may_be_written_as_the_wiki_does() -> None:
    page = {**PAGE, "title": "Module:foo/doc"}
    normalized = {"from": "Module:Foo/doc", "to": "Module:foo/doc"}
    assert base_page({"query": {"pages": [page], "normalized": [normalized]}}, DOC).title == "Module:foo/doc"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redirect": True}, "is a redirect"),
        ({"title": "Main Page"}, "leads to Main Page instead"),
        ({"ns": 2}, "in a namespace that this recorder does not write in"),
        ({"special": True}, "in a namespace that this recorder does not write in"),
        ({"contentmodel": "javascript"}, "content model javascript instead of wikitext"),
        ({"missing": True, "contentmodel": "css"}, "content model css instead of wikitext"),
        ({"contentmodel": ""}, "content model unknown"),
        ({"invalid": True, "invalidreason": "too long"}, "cannot be the title of a page here: too long"),
        ({"revisions": []}, "cannot be read"),
        ({"revisions": [{**PAGE["revisions"][0], "slots": {"main": {"texthidden": True}}}]}, "cannot be read"),
        ({"pageid": 0}, "cannot be read"),
        ({"revisions": [{**PAGE["revisions"][0], "slots": TEXT}]}, "begins as a redirect does"),
    ],
)
def test_another_page_than_was_meant_is_none_to_write(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        base_page(answer(**changes), DOC)


def test_a_title_of_another_wiki_is_no_page_to_write() -> None:
    elsewhere = {"query": {"interwiki": [{"title": "en:Foo", "iw": "en"}]}}
    with pytest.raises(RecordingError, match="no page of this wiki"):
        base_page(elsewhere, PageTarget("en:Foo", frozenset({0})))


@pytest.mark.parametrize(
    "odd",
    [
        {},
        [],
        "query",
        None,
        {"query": []},
        {"query": {"pages": {"7": PAGE}}},
        {"query": {"pages": [[]]}},
        answer(pageid="seven"),
        answer(revisions="none"),
        {"warnings": {"main": {"warnings": "Something"}}},
    ],
)
def test_an_answer_of_another_shape_is_told_in_words(odd: object) -> None:
    with pytest.raises(RecordingError, match="not as MediaWiki's API answers") as raised:
        base_page(odd, DOC)
    assert raised.value.code == ODD


def site_with_documentation_at(name: str) -> Any:  # noqa: ANN401
    return a_site(messages={"scribunto-doc-page-name": name}, namespaces=NAMESPACES, aliases=ALIASES)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Main Page", "one page for all modules"),
        ("Module:Greeting/doc", "one page for all modules"),
        ("Project:Documentation", "one page for all modules"),
        ("$1", "in the main namespace"),
        ("en:$1", "in the main namespace"),
        ("User:$1", "in User:"),
        ("User:Admin/$1/common.js", "in User:"),
        ("MediaWiki:$1", "in MediaWiki:"),
        ("Module talk:$1", "in Module talk:"),
        ("Project:$1", "in Project:"),
        ("Module:Greeting/$1", "no subpage of Module:Foo"),
        ("Module:$1", "no subpage of Module:Foo"),
        ("Module:$1/doc.css", "code or data"),
        ("Module:$1/doc.JSON", "code or data"),
        ("-", "no documentation pages"),
        ("", "no documentation pages"),
    ],
)
def test_documentation_is_written_where_each_module_has_a_page_of_its_own(name: str, words: str) -> None:
    with pytest.raises(StoppedError, match=words) as raised:
        doc_target(site_with_documentation_at(name), "Module:Foo", frozenset({828}))
    assert not raised.value.everywhere


def test_a_setting_lets_documentation_be_written_in_further_namespaces() -> None:
    site = site_with_documentation_at("Project:Modules/$1")
    namespaces = doc_namespaces(site, ["Project"])
    assert doc_target(site, "Module:Foo", namespaces) == PageTarget("Project:Modules/Foo", frozenset({4}))
    assert doc_target(ENGLISH, "Module:Foo", frozenset({828})) == DOC


@pytest.mark.parametrize("name", ["User", "MediaWiki", "Talk", "Module talk", "Nowhere", ""])
def test_no_setting_lets_documentation_be_written_where_it_has_no_place(name: str) -> None:
    site = a_site(namespaces=NAMESPACES, aliases=ALIASES)
    with pytest.raises(RecordingError, match="doc_namespaces: "):
        doc_namespaces(site, [name])


def test_the_log_lies_where_the_setting_says_but_not_among_messages_or_modules() -> None:
    site = a_site(namespaces=NAMESPACES, aliases=ALIASES)
    assert log_target(site, "user:Bot/Log") == PageTarget("User:Bot/Log", frozenset({2}))
    assert log_target(site, "Project:Bot log") == PageTarget("Project:Bot log", frozenset({4}))
    for title in ("MediaWiki:Sitenotice", "Module:Log"):
        with pytest.raises(RecordingError, match="no log is written"):
            log_target(site, title)


@pytest.mark.parametrize(
    ("text", "in_"),
    [
        ("", True),
        ("{{nobots}}", False),
        ("{{ NoBots }}", False),
        ("{{nobots|OtherBot}}", True),
        ("{{nobots|OtherBot, pickleBot}}", False),
        ("{{nobots|all}}", False),
        ("{{bots}}", True),
        ("{{Template:Bots|allow=none}}", False),
        ("{{bots|allow=OtherBot}}", False),
        ("{{bots|allow=OtherBot,Pickle_Bot}}", True),
        ("{{bots|allow=all}}", True),
        ("{{bots|deny=all}}", False),
        ("{{bots|deny=Pickle Bot}}", False),
        ("{{bots|deny=OtherBot}}", True),
        ("{{bots|deny=none}}", True),
        ("{{bots|optout=all}}", True),
        ("<nowiki>{{nobots}}</nowiki> <!-- {{nobots}} -->", True),
        ("{{robots}} {{nobots", True),
        ("{{a|" * 100_000 + "{{nobots}}", False),
    ],
)
def test_a_page_can_keep_bots_out_all_or_by_name(text: str, in_: bool) -> None:
    user = "PickleBot" if "pickleBot" in text else "Pickle Bot"
    assert lets_in(text, user) is in_


@pytest.mark.parametrize("text", ["{{bots|deny=iBot}}", "{{nobots|İBot}}", "{{bots|allow=\u0131Bot}}"])
def test_names_that_a_page_keeps_out_begin_with_the_capitals_of_the_wiki(text: str) -> None:
    turkish = {"i": "İ", "\u0131": "I"}
    assert not lets_in(text, "İBot", lambda letter: turkish.get(letter, letter))
