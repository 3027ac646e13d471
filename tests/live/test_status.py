"""What ``Module:Test status`` shows: on modules and tests, anywhere by the template, and whatever it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import md5

from tests.live.livewiki import Json, LiveWiki
from tests.live.shown import CONFIG, DATA, FAIL, GOOD, WORDS, box_in, changed, module_page, record, rendered, words


def test_a_module_says_which_tests_fail_since_when_and_what_changed_before(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": FAIL | {"revision": 10**6}})
    box, page = module_page(shown, "Module:Greeting")
    assert box is not None
    assert words(box).replace("1000000", "12") == (
        "✗ Tests failed · since 5 November 2026 · revision 12 · 1,234 of 1,239 tests passed, 5 failed"
        " | Failing: “test 0”, “test 1”, “test 2”, 2 more"
        " | Changed before: Module:Area (diff), Module:Lost (deleted or moved) | tests · log · help"
    )
    links = {words(a): a.get("href", "") for a in box.iter("a")}
    assert "Special:Diff/3/4" in links["diff"]
    assert "Special:PermanentLink/1000000" in links["revision 1000000"]
    assert "Module:Greeting/testcases" in links["tests"]
    assert {"type=tag", "user=PickleBot", "page=Module%3AGreeting"} <= set(re.split("[?&]", links["log"]))
    assert "Help:Module_tests" in links["help"]
    (indicator,) = page["indicators"].values() if isinstance(page["indicators"], dict) else page["indicators"]
    assert "Tests failed" in str(indicator)
    assert {each["category"] for each in page["categories"]} >= {"Modules_with_failing_tests"}


def test_a_module_that_was_edited_since_says_that_its_latest_revision_is_not_tested(shown: LiveWiki) -> None:
    tested = shown.revision("Module:Lost/testcases")
    record(shown, {"Module:Lost/testcases": GOOD | {"revision": tested}})
    box, _ = module_page(shown, "Module:Lost/testcases")
    assert box is not None
    assert "not tested yet" not in words(box)
    edited = shown.edit("Module:Lost/testcases", shown.text("Module:Lost/testcases") + "\n-- edited")
    box, _ = module_page(shown, "Module:Lost/testcases")
    assert box is not None
    assert f"revision {tested} · revision {edited} is not tested yet" in words(box)


def test_a_module_without_documentation_shows_its_state_too(shown: LiveWiki) -> None:
    record(shown, {"Module:Untested": GOOD})
    box, page = module_page(shown, "Module:Untested")
    assert box is not None
    assert words(box).startswith("✓ Tests passed")
    assert "Documentation for this module may be created" in page["text"]


def test_a_page_without_tests_is_as_it_was(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": GOOD})
    box, page = module_page(shown, "Module:Untested")
    assert box is None
    assert not page["indicators"]


def test_a_test_page_shows_the_state_of_its_suite_and_is_in_no_category(shown: LiveWiki) -> None:
    tests = "Module:Greeting/testcases"
    record(shown, {"Module:Greeting": FAIL | {"states": {tests: "good"}}}, {tests: "Module:Greeting"})
    box, page = module_page(shown, tests)
    assert box is not None
    assert words(box).startswith("✓ Tests passed (tests of Module:Greeting) | tests")
    assert "Failing" not in words(box)
    assert "help" in {words(a) for a in box.iter("a")}
    assert not [each for each in page["categories"] if each["category"].startswith("Modules_")]


def test_every_state_is_told_in_words_and_none_that_passes_says_fail(shown: LiveWiki) -> None:
    states = ("good", "todo-fail", "todo-good", "skip-fail", "skip-good", "fail", "pending", "missing", "unknown")
    record(shown, {f"Module:State {state}": GOOD | {"state": state} for state in states})
    said = [words(each) for each in rendered(shown, *(f"{{{{Test status|Module:State {state}}}}}" for state in states))]
    assert len({each.partition(" · ")[0] for each in said}) == len(states)
    assert not [each for each in said[:5] if "fail" in each]
    found = rendered(shown, *(f"{{{{Test status|Module:State {state}|format=state}}}}" for state in states))
    assert [words(each) for each in found] == list(states)


def test_the_template_has_formats_and_languages(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": FAIL})
    icon, tests, german, hebrew, short = rendered(
        shown,
        *(
            f"{{{{Test status|{more}}}}}"
            for more in (
                "Module:Greeting|format=icon",
                "Module:Greeting|format=tests",
                "Module:Greeting|lang=de",
                "Module:Greeting|lang=he",
                "greeting",
            )
        ),
    )
    assert words(icon) == "✗"
    assert icon.xpath('.//*[@role="img"]/@aria-label') == ["Tests failed"]
    assert words(tests.xpath(".//li")[0]) == "“test 0” · expected: one · actual: two"
    assert len(tests.xpath(".//li")) == 5
    assert words(german).startswith("✗ Tests fehlgeschlagen · seit dem 5. November 2026 · Version 12 · 1.234 von 1.239")
    assert hebrew.xpath("./*/@dir | ./p/*/@dir")[0] == "rtl"
    assert words(short).startswith("✗ Tests failed")


BAD_INPUT = (
    "{{Test status|Module:Nope}}",
    "{{Test status}}",
    "{{Test status|}}",
    "{{Test status|<>}}",
    "{{Test status|Template:Greeting}}",
    "{{Test status|#}}",
    "{{Test status|Module:}}",
    "{{Test status|" + "x" * 300 + "}}",
    "{{Test status|Special:Version|format=tests|lang=xx-nope}}",
    "{{Test status|http://evil.example|format=nope|lang=../..}}",
    "{{#invoke:Test status|main|Module:Nope|format=icon|lang=qqx}}",
)


def test_without_tests_for_a_page_it_says_not_tested(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": GOOD})
    for call, shows in zip(BAD_INPUT, rendered(shown, *BAD_INPUT), strict=True):
        assert words(shows) == "not tested", call


def delete_words_too(wiki: LiveWiki) -> None:
    wiki.delete(CONFIG)
    wiki.delete(WORDS)


BROKEN_DATA: dict[str, Callable[[LiveWiki], object]] = {
    "no data page": lambda _: None,
    "a newer schema": lambda wiki: record(wiki, {"Module:Greeting": GOOD}, version=2),
    "no schema": lambda wiki: record(wiki, {"Module:Greeting": GOOD}, version="x"),
    "a list": lambda wiki: wiki.edit(DATA, "[]"),
    "a number": lambda wiki: wiki.edit(DATA, "7"),
    "no number of shards": lambda wiki: record(wiki, {"Module:Greeting": GOOD}, shards="many"),
    "a shard that is not there": lambda wiki: record(wiki, {}, shards=64),
    "far too many shards": lambda wiki: record(wiki, {}, shards=10**15),
    "an unknown state": lambda wiki: record(wiki, {"Module:Greeting": GOOD | {"state": "splendid"}}),
    "an entry that is none": lambda wiki: record(wiki, {"Module:Greeting": "good"}),
    "a newer configuration": lambda wiki: wiki.edit(CONFIG, '{"version": 2, "data_page": "User:PickleBot/Tests"}'),
    "no data page in the configuration": lambda wiki: wiki.edit(CONFIG, '{"version": 1}'),
    "a data page that can be none": lambda wiki: wiki.edit(CONFIG, '{"version": 1, "data_page": "<>[["}'),
    "no configuration": lambda wiki: wiki.delete(CONFIG),
    "no words either": delete_words_too,
}


def test_where_the_data_cannot_be_read_it_says_that_the_status_is_not_available(shown: LiveWiki) -> None:
    texts = {title: shown.text(title) for title in (CONFIG, WORDS)}
    record(shown, {})
    shown.delete(DATA)
    for name, break_it in BROKEN_DATA.items():
        break_it(shown)
        (shows,) = rendered(shown, "{{Test status|Module:Greeting}}")
        assert words(shows).replace("onwiki-not-available", "status not available") == "status not available", name
        box, page = module_page(shown, "Module:Greeting")
        assert box is None, name
        assert "scribunto-error" not in page["text"], name
        for title, text in texts.items():
            shown.edit(title, text)
        if shown.exists(DATA):
            shown.delete(DATA)


ODD_ENTRIES: tuple[Json, ...] = (
    {"state": "fail"},
    GOOD | {"since": "yesterday", "revision": "x", "passed": -1, "failed": 1.5, "testers": "x", "flaky": "x"},
    FAIL | {"since": "2026-99-99T99:99:99Z", "revision": 1e300, "failing": {"a": 1}, "cause": [1, 2, 3]},
    FAIL | {"failing": [1, "x", None, {}], "cause": {"pages": ["x", {}, {"title": 5}], "software": "x"}},
    FAIL | {"failing": [{"name": {}, "expected": [], "actual": 3}], "testers": [1, {}, "<>"], "states": 7},
    FAIL | {"cause": {"pages": [{"title": "", "old": "x"}], "software": {"old": 1}}, "errors": [1, {"message": 2}]},
)


def test_parts_of_an_entry_that_cannot_be_read_are_left_out(shown: LiveWiki) -> None:
    record(shown, {f"Module:Odd {n}": entry for n, entry in enumerate(ODD_ENTRIES)}, {"Module:Untested": 7})
    calls = [
        f"{{{{Test status|Module:Odd {n}|format={shape}}}}}"
        for n in range(len(ODD_ENTRIES))
        for shape in ("line", "tests", "icon", "state")
    ]
    assert all(words(shows) for shows in rendered(shown, *calls, "{{Test status|Module:Untested}}"))


def test_of_several_data_pages_the_one_of_the_title_is_read(shown: LiveWiki) -> None:
    placed = {"Module:Area": 0, "Module:Greeting": 0, "Module:Untested": 1, "Module:Lost": 2}
    for title in placed:
        number = int(md5(title.encode(), usedforsecurity=False).hexdigest()[:6], 16)
        placed[title] = number % 4 if number % 4 < 3 else number % 4 - 2
    for number in range(3):
        modules = {title: GOOD for title, page in placed.items() if page == number}
        page = {"version": 1, "shards": 3 if number == 0 else 1, "modules": modules, "testers": {}}
        shown.edit(f"User:PickleBot/Tests/{number}.json", json.dumps(page))
    calls = [f"{{{{Test status|{title}|format=state}}}}" for title in placed]
    assert [words(each) for each in rendered(shown, *calls)] == ["good"] * 4


def test_it_works_where_the_wiki_has_no_parser_functions(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": FAIL})
    with changed(shown, extensions=["Scribunto"]):
        box, _ = module_page(shown, "Module:Greeting")
    assert box is not None


def test_words_of_a_wiki_of_another_language_are_in_that_language(shown: LiveWiki) -> None:
    """The call is rendered by itself: a wiki keeps its messages for a while when its language is another one."""
    with changed(shown, wgLanguageCode="he"):
        title = shown.page("Module:Greeting")["title"]
        assert title == "יחידה:Greeting"
        record(shown, {title: FAIL})
        call = {"text": "{{#invoke:Test status|box}}", "title": title, "contentmodel": "wikitext", "prop": "text"}
        text = shown.get(action="parse", **call)["parse"]["text"]
    box = box_in(text)
    assert box is not None
    assert (box.get("lang"), box.get("dir")) == ("he", "rtl")
    assert "הבדיקות נכשלו" in words(box)
