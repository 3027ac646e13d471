"""Pages from files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import pytest

from picklebot.errors import UsageError
from picklebot.sandbox.pages import SEEDS, dump, read_pages


@pytest.mark.parametrize(
    ("name", "title", "model"),
    [
        ("Module%3AFoo%2Ftestcases.lua", "Module:Foo/testcases", "Scribunto"),
        ("Module:Foo_bar.lua", "Module:Foo bar", "Scribunto"),
        ("Module%3AFoo%2Fdoc.wiki", "Module:Foo/doc", "wikitext"),
        ("Module%3APalette.json", "Module:Palette", "json"),
        ("Template%3ATrim.wiki", "Template:Trim", "wikitext"),
        ("Main_Page.wiki", "Main Page", "wikitext"),
        (quote("Module:Числа", safe="") + ".lua", "Module:Числа", "Scribunto"),
        (quote("Module:🥒 'n' & co", safe="") + ".lua", "Module:🥒 'n' & co", "Scribunto"),
        (quote("Module:a.b/c.d", safe="") + ".lua", "Module:a.b/c.d", "Scribunto"),
    ],
)
def test_the_name_is_the_title_and_the_suffix_the_model(tmp_path: Path, name: str, title: str, model: str) -> None:
    (tmp_path / name).write_text('"text"', encoding="utf-8")
    (page,) = read_pages(tmp_path)
    assert (page.title, page.model, page.text) == (title, model, '"text"')


def test_a_title_is_composed_as_mediawiki_has_it(tmp_path: Path) -> None:
    (tmp_path / "Module:Re\u0301sume\u0301.lua").write_text("", encoding="utf-8")
    (page,) = read_pages(tmp_path)
    assert page.title == "Module:R\u00e9sum\u00e9"


def test_what_is_no_json_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "Module%3AData.json").write_text("{,}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"Module%3AData\.json: expected JSON: "):
        read_pages(tmp_path)


def test_subfolders_only_keep_order_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "Module%3AFoo.lua").touch()
    (tmp_path / ".gitkeep").touch()
    assert [page.title for page in read_pages(tmp_path)] == ["Module:Foo"]


def test_text_is_as_mediawiki_would_save_it(tmp_path: Path) -> None:
    (tmp_path / "A.wiki").write_bytes(b"one\r\n  two\t \r\n\r\n")
    assert read_pages(tmp_path)[0].text == "one\n  two"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Module%3AFoo.txt", b"", "ends in one of .json, .lua, .wiki"),
        ("README", b"", "ends in one of"),
        ("Module%3AFoo%5B.lua", b"", "cannot be the title"),
        ("Module%3A.lua", b"", "cannot be the title"),
        ("a%0Ab.wiki", b"", "cannot be the title"),
        ("Foo.lua", b"", "name it Module%3AFoo.lua"),
        ("Foo%FF.wiki", b"", "UTF-8"),
        ("Foo.wiki", b"\xff", "UTF-8"),
        ("Foo.wiki", b"a\x0cb", "U\\+000C"),
    ],
)
def test_what_cannot_be_a_page_is_named_with_the_reason(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said) as raised:
        read_pages(tmp_path)
    assert str(tmp_path / name) in str(raised.value)


def test_a_dump_holds_any_text_whole(tmp_path: Path) -> None:
    text = "return '<nowiki>&amp;</text>' .. \"]]>\" -- 🥒"
    (tmp_path / "Module%3AA%26B.lua").write_text(text, encoding="utf-8")
    root = ET.fromstring(dump(read_pages(tmp_path), "An <editor>"))  # noqa: S314 (our own)
    space = {"mw": "http://www.mediawiki.org/xml/export-0.11/"}
    assert root.findtext("mw:page/mw:title", namespaces=space) == "Module:A&B"
    assert root.findtext("mw:page/mw:revision/mw:text", namespaces=space) == text
    assert root.findtext("mw:page/mw:revision/mw:contributor/mw:username", namespaces=space) == "An <editor>"


def test_every_seed_can_be_a_page_and_tells_a_title_once() -> None:
    titles = [page.title for page in read_pages(SEEDS)]
    assert len(titles) == len(set(titles)) > 50
