"""Text that strangers put into results, titles, parameters, messages and configuration is shown as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import lxml.html

from tests.hostile import HOSTILE
from tests.live.livewiki import Json, LiveWiki
from tests.live.shown import CONFIG, FAIL, WORDS, module_page, parsed, record, words

OURS = {"div", "p", "span", "b", "bdi", "a", "code", "ul", "li"}
ATTRIBUTES = {"class", "lang", "dir", "style", "href", "title", "rel", "aria-hidden", "aria-label", "role"}


def plain(text: str) -> str:
    """A text as a reader sees it: without invisible characters."""
    visible = re.sub(r"[\x00-\x1f\x7f\s]+", " ", re.sub("[\x80-\x9f\u2028-\u202e\u2066-\u2069]", "", text))
    return re.sub("\\s+", " ", visible).strip()


def structure(element: lxml.html.HtmlElement) -> list[str]:
    return [str(each.tag) for each in element.iter()]


def assert_harmless(wiki: LiveWiki, parsed: Json) -> None:
    """A page of nothing but our own kinds of elements, links into the wiki, and no membership of a category."""
    root = lxml.html.fromstring(parsed["text"])
    for element in root.iter():
        if isinstance(element.tag, str):
            assert element.tag in OURS, lxml.html.tostring(element)
            assert set(element.attrib) <= ATTRIBUTES, lxml.html.tostring(element)
            address = element.get("href", "")
            assert address.startswith(("/index.php", wiki.url, "#")) or not address, address
    assert parsed["categories"] == []
    assert parsed["images"] == []
    assert parsed["langlinks"] == []
    assert not [each for each in parsed["templates"] if "Caught" in each["title"]]
    assert not [each for each in parsed["externallinks"] if "evil" in each]


def entries(harmful: str) -> Iterator[tuple[str, Json, str]]:
    """Places of an entry that text of strangers gets into, and the formats that show it."""
    for key in ("name", "expected", "actual"):
        point = {"name": "n", "expected": "e", "actual": "a"} | {key: harmful}
        yield key, FAIL | {"failing": [point]}, "tests"
    yield "line", FAIL | {"failing": [{"name": harmful}]}, "line"
    yield "software", FAIL | {"cause": {"software": {"old": harmful, "new": harmful, "name": harmful}}}, "line"
    yield "errors", FAIL | {"failing": [], "errors": [{"kind": "script", "message": harmful}]}, "line"


def test_hostile_text_in_results_is_shown_as_text(shown: LiveWiki) -> None:
    assert len(set(HOSTILE)) >= 40
    plain_text = {place: (entry, form) for place, entry, form in entries("harmless")}
    modules = {f"Module:Place {place}": entry for place, (entry, _) in plain_text.items()}
    for number, harmful in enumerate(HOSTILE):
        modules |= {f"Module:Place {place} {number}": entry for place, entry, _ in entries(harmful[:200])}
    record(shown, modules)
    for place, (_, form) in plain_text.items():
        calls = [
            f"{{{{Test status|Module:Place {place}{n}|format={form}}}}}"
            for n in ("", *(f" {n}" for n in range(len(HOSTILE))))
        ]
        (first, *found), page = parsed(shown, *calls)
        assert_harmless(shown, page)
        for harmful, shows in zip(HOSTILE, found, strict=True):
            assert structure(shows) == structure(first), (place, harmful)
            assert plain(harmful)[:90] in words(shows), (place, harmful)


def test_hostile_titles_lead_nowhere_else(shown: LiveWiki) -> None:
    modules, calls = {}, []
    for number, harmful in enumerate(HOSTILE):
        pages = [{"title": harmful, "old": 1, "new": 2}, {"title": f"Module:{harmful}", "old": 0, "new": 2}]
        modules[f"Module:Title {number}"] = FAIL | {"testers": [harmful], "cause": {"pages": pages}}
        calls.append(f"{{{{Test status|Module:Title {number}}}}}")
    record(shown, modules, {"Module:Untested": "[[Category:Caught]]"})
    _, page = parsed(shown, *calls, "{{Test status|Module:Untested}}")
    assert_harmless(shown, page)


def test_hostile_parameters_are_shown_as_nothing_but_our_words(shown: LiveWiki) -> None:
    record(shown, {"Module:Greeting": FAIL})
    harmful = [text for text in HOSTILE if not re.search(r"[|{}\[\]<>~\x7f]|^#|^\s|=", text)]
    calls = [f"{{{{Test status|1={text}}}}}" for text in harmful]
    calls += [f"{{{{Test status|Greeting|format={text}|lang={text}}}}}" for text in harmful]
    found, page = parsed(shown, *calls)
    assert_harmless(shown, page)
    assert {words(each)[:20] for each in found} == {"not tested", "✗ Tests failed · sin"}


def test_hostile_words_in_messages_are_shown_as_text(shown: LiveWiki) -> None:
    messages = json.loads(shown.text(WORDS))
    record(shown, {"Module:Greeting": FAIL | {"flaky": True}})
    calls = [f"{{{{Test status|Greeting|format={form}}}}}" for form in ("line", "icon", "tests")] + [
        "{{Test status|Nope}}"
    ]
    for turn in range(0, len(HOSTILE), 8):
        hostile = {key: HOSTILE[(turn + number) % len(HOSTILE)] for number, key in enumerate(messages)}
        shown.edit(WORDS, json.dumps(hostile))
        _, page = parsed(shown, *calls)
        assert_harmless(shown, page)
    shown.edit(WORDS, json.dumps(dict.fromkeys(messages, "[[Category:Caught]] <b>x</b> $1")))
    box, page = module_page(shown, "Module:Greeting")
    assert box is not None
    assert "[[Category:Caught]] <b>x</b>" in words(box)
    assert "Caught" not in {each["category"] for each in page["categories"]}


def test_hostile_names_in_the_configuration_make_no_page_another(shown: LiveWiki) -> None:
    config = json.loads(shown.text(CONFIG))
    record(shown, {"Module:Greeting": FAIL})
    for turn in range(0, len(HOSTILE), 4):
        observer, help_page, language, category = (HOSTILE[(turn + n) % len(HOSTILE)] for n in range(4))
        hostile = {"observer": observer, "help": help_page, "language": language, "categories": {"fail": category}}
        shown.edit(CONFIG, json.dumps(config | hostile))
        _, page = parsed(shown, "{{Test status|Greeting}}")
        assert_harmless(shown, page)
        box, page = module_page(shown, "Module:Greeting")
        assert box is not None
        assert set(page["indicators"]) == {"test-status"}
        assert structure(box)[0] == "div"
