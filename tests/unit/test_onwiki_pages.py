"""The pages that setup installs: for every wiki and language, and in words that are messages."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from picklebot.config import Settings
from picklebot.errors import ConfigError
from picklebot.model import State
from picklebot.recording.onwiki import installed_pages, spec_pages
from picklebot.text.messages import Messages, languages
from picklebot.wiki import Site
from tests.unit.sites import ENGLISH, a_site

WIKI = a_site(
    namespaces={**ENGLISH.namespaces, 4: "Project", 12: "Help"},
    aliases={**ENGLISH.aliases, "project": 4, "help": 12},
    first_letter=frozenset({*ENGLISH.first_letter, 4, 12}),
    extensions=frozenset({"ParserFunctions"}),
)
GERMAN = a_site(
    language="de",
    namespaces={**WIKI.namespaces, 10: "Vorlage", 14: "Kategorie", 828: "Modul", 12: "Hilfe"},
    aliases={**WIKI.aliases, "modul": 828, "vorlage": 10, "kategorie": 14, "hilfe": 12},
    first_letter=WIKI.first_letter,
    extensions=WIKI.extensions,
)
#: Letters of words that stand in pages without being messages: names of things, and codes.
NAMES = re.compile(
    r"<nowiki>.*?</nowiki>|<code>.*?</code>|<!--.*?-->|\[\[.*?\]\]|class=\"\w+\"|scope=\"col\"|__HIDDENCAT__"
    r"|Bot|#invoke:Test status\|main|</?\w+>"
)


def texts(site: Site = WIKI, **settings: object) -> dict[str, str]:
    made = Settings.model_validate(settings)
    return {page.target.title: page.text for page in installed_pages(site, made, "Bot")}


class Marked(Messages):
    """Messages that are no words: a text on a page that has letters besides them is none of them."""

    def __call__(self, key: str, *parameters: object) -> str:  # noqa: ARG002
        return " ".join(("«»", *map(str, parameters)))


def test_a_wiki_gets_module_template_help_categories_and_the_words() -> None:
    titles = set(texts())
    assert titles == {
        "Module:Test status",
        "Module:Test status/config.json",
        *(f"Module:Test status/i18n/{language}.json" for language in languages()),
        "Template:Test status",
        "Help:Module tests",
        *(f"Category:{name}" for name in Settings().categories.values()),
    }


def test_titles_are_the_wikis_own() -> None:
    assert {"Modul:Test status", "Vorlage:Test status", "Hilfe:Module tests"} <= set(texts(GERMAN))


def test_the_module_for_wikis_without_parser_functions_comes_where_it_is_needed() -> None:
    assert "Module:Picklebot" in texts(a_site(namespaces=WIKI.namespaces, aliases=WIKI.aliases))


@pytest.mark.parametrize("language", languages())
def test_pages_are_in_the_language_that_is_set(language: str) -> None:
    found = texts(language=language)
    say = Messages(language)
    assert say("help-write") in found["Help:Module tests"]
    assert say("setup-template") in found["Template:Test status"]
    assert f"Category:{say('category-fail')}" in found
    assert json.loads(found["Module:Test status/config.json"])["language"] == language


def test_without_a_setting_pages_are_in_the_wikis_language() -> None:
    found = texts(GERMAN)
    assert Messages("de")("help-write") in found["Hilfe:Module tests"]
    assert "language" not in json.loads(found["Modul:Test status/config.json"])


def test_the_configuration_says_where_the_data_are() -> None:
    found = json.loads(texts(data_page="User:{user}/States")["Module:Test status/config.json"])
    assert found["data_page"] == "User:Bot/States"
    assert found["observer"] == "Bot"
    assert found["help"] == "Help:Module tests"
    assert set(found["categories"]) == {str(state) for state in State}


def test_categories_are_described_hidden_and_linked_to_each_other_and_to_help() -> None:
    found = texts()
    for name in (names := set(Settings().categories.values())):
        text = found[f"Category:{name}"]
        assert "__HIDDENCAT__" in text
        assert "[[Help:Module tests]]" in text
        assert set(re.findall(r"\[\[:Category:([^|]*)\|", text)) == names - {name}


def test_no_word_on_a_page_is_typed_into_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picklebot.recording.onwiki.Messages", Marked)
    for title, text in texts().items():
        if not title.startswith("Module:"):
            assert not re.search(r"[^\W\d_]", NAMES.sub("", text)), title


#: Literals of the module without words for people: keys, patterns, names of pages, parts of HTML.
NO_WORDS = re.compile(
    r"[a-z][a-z0-9_-]*|[%^][\w\[\]%^$|{}:()*-]*|\(?\)?[%(].*|Module:Test status|/(i18n|config).*|/?0?\.json"
    r"|\"shards\": .*|\[[^a-zA-Z]*\]\+?|\[%z.*|\[\^?%w.*|MediaWiki|Scribunto|Log|var\(--[\w-]+, #\w+\)"
    r"| ?(id|style|padding)[=:].*|\{\{(PLURAL|REVISION).*"
)


def test_no_word_that_the_module_shows_is_typed_into_it() -> None:
    source = (files("picklebot") / "onwiki" / "Test status.lua").read_text(encoding="utf-8")
    literals = re.findall(r"'([^'\n]*)'", re.sub(r"--.*", "", source))
    bare = [re.sub(r"<[^<>]*>|\[\[(Special:\w+|#test-status)[^|]*\||%[sd]", "", text) for text in literals]
    assert [text for text in bare if re.search(r"[^\W\d_]", text) and not NO_WORDS.fullmatch(text)] == []


def test_every_word_that_the_module_asks_for_is_a_message_and_there_are_no_others() -> None:
    source = (files("picklebot") / "onwiki" / "Test status.lua").read_text(encoding="utf-8")
    asked = set(re.findall(r"'((?:onwiki|page)-[a-z-]*[a-z]|comma)'", source))
    asked |= {f"onwiki-{key}" for key in ("expected", "actual", "not-tested", "not-available")}
    assert asked == {key for key in Messages("en").all() if key.startswith("onwiki-")} | {
        "comma",
        "page-diff",
        "page-edited",
        "page-created",
        "page-removed",
    }


@pytest.mark.parametrize("title", ["User:Bot/Help", "MediaWiki:Help", "Help", "Talk:Help"])
def test_help_lies_where_help_is_looked_for(title: str) -> None:
    with pytest.raises(ConfigError, match="is no page of help"):
        texts(help_page=title)


def test_no_state_that_passes_has_a_word_for_failure() -> None:
    failure = {"en": "fail", "de": "fehl", "fr": "éch", "nb": "feil", "he": "נכש"}
    assert set(failure) == set(languages())
    for language, stem in failure.items():
        say = Messages(language)
        assert stem in say("status-fail").lower()
        for state in ("good", "todo-good", "todo-fail", "skip-good", "skip-fail"):
            assert stem not in say.of("status", state).lower()


def test_the_pages_of_specs_are_the_library_and_its_documentation_as_the_wiki_names_it() -> None:
    assert [page.target.title for page in spec_pages(WIKI)] == ["Module:Pickle", "Module:Pickle/doc"]
    german = list(spec_pages(GERMAN))
    assert german[0].target.title == "Modul:Pickle"
    for page in (*spec_pages(WIKI), *german):
        assert "may be used under the MIT licence, and under the licence of the wiki" in page.body.replace("\n-- ", " ")
