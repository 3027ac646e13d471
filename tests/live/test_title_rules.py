"""Titles follow the wiki's rules: its content language's, its release's, its settings'."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

GOOD = "Modules with passed tests"
Change = Callable[..., None]

# Letters whose capitals differ between languages, releases of MediaWiki, and from Python's.
LETTERS = {"ka": "მ", "tr": "i\u0131", "en": "ßǰä"}
SUITE = """local answer = require( 'Module:{name}' ).answer
return {{ check = function ()
	return '1..1\\n' .. ( answer == 42 and 'ok' or 'not ok' ) .. ' 1 - {name}'
end }}"""

# Further tests on the small wiki.
OTHERS = ("Area", "Greeting", "Lost/testcases")


def doc_page(wiki: LiveWiki) -> str:
    query = wiki.get(action="query", meta="allmessages", ammessages="scribunto-doc-page-name", uselang="content")
    return str(query["query"]["allmessages"][0].get("content", "Module:$1/doc"))


@pytest.mark.parametrize("language", LETTERS)
def test_modules_are_found_called_and_recorded_by_the_titles_that_the_wiki_gives_them(
    bot: Bot, small: LiveWiki, change: Change, language: str
) -> None:
    """Whatever an editor writes as a first letter: in the title, in the source, in the call."""
    change(wgLanguageCode=language, wgOverrideUcfirstCharacters={"ä": "ä"})
    titles = {}
    doc = doc_page(small)
    for letter in LETTERS[language]:
        name = f"{letter}x{ord(letter)}"
        small.edit(f"Module:{name}", "return { answer = 42 }")
        small.edit(f"Module:{name}/testcases", SUITE.format(name=name))
        small.edit(doc.replace("$1", f"{name}/testcases"), f"{{{{#invoke:{name}/testcases|check}}}}")
        titles[letter] = small.page(f"Module:{name}")["title"]
    before = {change["title"] for change in small.recent_changes()}
    run = bot.harvest()
    assert "recording_failed" not in run.err
    suites = {suite["tester"]: suite for suite in run.document["suites"]}
    for title in titles.values():
        assert (suites[f"{title}/testcases"]["testee"], suites[f"{title}/testcases"]["state"]) == (title, "good")
        assert small.tags(title) == ["pickle-good"]
        assert not [tag for tag in small.tags(f"{title}/testcases") if tag.startswith("pickle")]
        assert title in small.members(GOOD)
    made = {change["title"] for change in small.recent_changes()} - before
    prefix = small.page("Module:X")["title"].removesuffix("X")
    names = [title.removeprefix(prefix) for title in (*titles.values(), *OTHERS)]
    docs = {small.page(doc.replace("$1", name))["title"] for name in names}
    assert {title for title in made if title.startswith(prefix)} <= docs
    letter, title = next(iter(titles.items()))
    shown = bot.run("explain", f"{letter}x{ord(letter)}")
    assert shown.status == 0, shown.err
    assert title in shown.out
    only = bot.harvest("--only", f"{letter}x*", "--full", "--no-record")
    assert [suite["tester"] for suite in only.document["suites"] if suite["ran"]] == [f"{title}/testcases"]
