"""Recorded states on a wiki, and the pages that show them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import lxml.html

from tests.live.livewiki import Json, LiveWiki

__all__ = [
    "CONFIG",
    "DATA",
    "FAIL",
    "GOOD",
    "WORDS",
    "box_in",
    "changed",
    "module_page",
    "parsed",
    "record",
    "rendered",
    "words",
]

DATA, CONFIG, WORDS = (
    "User:PickleBot/Tests/0.json",
    "Module:Test status/config.json",
    "Module:Test status/i18n/en.json",
)
GOOD: Json = {
    "state": "good",
    "since": "2026-11-05T10:00:00Z",
    "revision": 12,
    "passed": 40,
    "failed": 0,
    "skipped": 0,
    "todo": 0,
    "testers": ["Module:Greeting/testcases"],
}
FAIL: Json = GOOD | {
    "state": "fail",
    "passed": 1234,
    "failed": 5,
    "failing": [{"name": f"test {n}", "expected": "one", "actual": "two"} for n in range(5)],
    "cause": {"pages": [{"title": "Module:Area", "old": 3, "new": 4}, {"title": "Module:Lost", "old": 5, "new": 0}]},
}


def record(wiki: LiveWiki, modules: Json, testers: Json | None = None, **changes: Any) -> None:  # noqa: ANN401
    """Write a data page as the observer does."""
    page = {"version": 1, "shards": 1, "modules": modules, "testers": testers or {}, **changes}
    wiki.edit(DATA, json.dumps(page, ensure_ascii=False))


def module_page(wiki: LiveWiki, title: str) -> tuple[lxml.html.HtmlElement | None, Json]:
    """The box on a page, if there is one, and all that the wiki says of the page."""
    wiki.post(action="purge", titles=title)  # caches tell times in whole seconds, and tests are quicker
    parsed = wiki.get(action="parse", page=title, prop="text|indicators|categories", disablelimitreport=1)["parse"]
    return box_in(parsed["text"]), parsed


def box_in(html: str) -> lxml.html.HtmlElement | None:
    """The box in a page, if there is one."""
    boxes = [each for each in lxml.html.fromstring(html).iter() if each.get("id") == "test-status"]
    assert len(boxes) <= 1
    return boxes[0] if boxes else None


def rendered(wiki: LiveWiki, *calls: str) -> list[lxml.html.HtmlElement]:
    """Several pieces of wikitext, rendered together on an article."""
    text = "".join(f'<div class="case">{call}</div>\n' for call in calls)
    return cases(wiki.post(action="parse", text=text, title="Article", prop="text", contentmodel="wikitext")["parse"])


def cases(parsed: Json) -> list[lxml.html.HtmlElement]:
    assert "scribunto-error" not in parsed["text"]
    return [each for each in lxml.html.fromstring(parsed["text"]).iter("div") if each.get("class") == "case"]


def words(element: lxml.html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def parsed(wiki: LiveWiki, *calls: str) -> tuple[list[lxml.html.HtmlElement], Json]:
    text = "".join(f'<div class="case">{call}</div>\n' for call in calls)
    prop = "text|categories|templates|externallinks|images|langlinks"
    answer = wiki.post(
        action="parse", text=text, title="Article", prop=prop, contentmodel="wikitext", disablelimitreport=1
    )["parse"]
    return cases(answer), answer


@contextmanager
def changed(wiki: LiveWiki, **settings: object) -> Iterator[None]:
    """Settings of the wiki, other than they were."""
    file = wiki.sandbox.folder / "changed.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()
