"""Wikitext of strangers: what is usual is taken apart, what would take too long is refused in time."""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.recording.wikitext import with_category
from picklebot.text import wikitext
from picklebot.text.wikitext import CostlyWikitextError, end_of_call, parse_wikitext

# Each takes mwparserfromhell many seconds, or hours when it is ten times as long.
HOSTILE = {form: form * (40_000 // len(form)) for form in ("{{a|", "[[{{a|", '<b a="', "<b>{{a|</b>}}", "{{a|[[b|}}]]")}
# These take all of Python's stack; since Python 3.13 the parser, which is written in C, has one of its own.
DEEP = "{" * 1400 + "}" * 1400
USUAL = "{{tl|a|b=[[c]]}} '''text''' <ref>{{cite web|url=http://a.example}}</ref>\n{|\n|-\n| a || b\n|}\n"
BEGIN = "<!-- picklebot: begin. Written by a bot, changes in here are overwritten. -->"


@pytest.fixture(autouse=True)
def _a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikitext, "_MIN_CPU_SECONDS", 1)
    monkeypatch.setattr(wikitext, "_refused", deque())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused_in_time(text: str) -> None:
    began = time.process_time()
    with pytest.raises(CostlyWikitextError, match="takes more than 1 s"):
        parse_wikitext(text)
    assert time.process_time() - began < 1, "the work is another process's"


def test_many_hostile_texts_take_no_more_time_than_a_few_and_what_is_short_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wikitext, "_REFUSED_SECONDS", 0.5)
    with pytest.raises(CostlyWikitextError, match="takes more than 1 s"):
        parse_wikitext(HOSTILE["{{a|"])
    monkeypatch.setattr(wikitext, "_refusal", None)  # to try another one would be an error
    for text in HOSTILE.values():
        with pytest.raises(CostlyWikitextError, match="too much time already"):
            parse_wikitext(text)
    assert str(parse_wikitext(USUAL)) == USUAL
    monkeypatch.setattr(wikitext, "_REFUSED_WINDOW_SECONDS", -1)
    monkeypatch.setattr(wikitext, "_refusal", lambda *_: None)
    assert str(parse_wikitext(USUAL * 40)) == USUAL * 40


def test_a_text_that_nests_deeply_is_read_whole_or_refused_whatever_stack_python_has() -> None:
    with pytest.raises(CostlyWikitextError, match="deeply") if sys.version_info < (3, 13) else nullcontext():
        assert str(parse_wikitext(DEEP)) == DEEP


def test_a_text_that_nests_more_deeply_is_refused_in_any_case() -> None:
    with pytest.raises(CostlyWikitextError, match="deeply"):
        parse_wikitext("{" * 3000 + "}" * 3000)


@pytest.mark.parametrize("text", ["", USUAL, USUAL * 400, "text\r\n" * 2000, "\ud800" * 4000])
def test_what_is_usual_is_read_however_long_it_is(text: str) -> None:
    assert str(parse_wikitext(text)) == text


def test_nothing_is_read_that_is_longer_than_pages_are() -> None:
    with pytest.raises(CostlyWikitextError, match="characters"):
        parse_wikitext("x" * (wikitext._MAX_CHARACTERS + 1))


def test_a_hostile_marked_part_is_refused_and_a_hostile_page_around_it_costs_nothing() -> None:
    text = HOSTILE["{{a|"]
    with pytest.raises(CostlyWikitextError):
        with_category(f"{BEGIN}{text}", 7, "Modules with passed tests", parser_functions=True)
    began = time.process_time()
    assert with_category(text, 7, "Modules with passed tests", parser_functions=True).startswith(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("{{a}} b", "{{a}}"),
        ("{{a|{{b}}}} c}}", "{{a|{{b}}}}"),
        ("{{a|{{{b|{{c}}}}}}} d", "{{a|{{{b|{{c}}}}}}}"),
        ("{{a|[[b|c]]}}", "{{a|[[b|c]]}}"),
        ("{{a|b]]}} c", "{{a|b]]}}"),
        ("{{a|-{b}-}} c", "{{a|-{b}-}}"),
        ("{{a|<!-- }} -->}} c", "{{a|<!-- }} -->}}"),
        ("{{a|<nowiki>}}</nowiki>}} c", "{{a|<nowiki>}}</nowiki>}}"),
        ("{{a|<pre lang='x'>}}</PRE >}} c", "{{a|<pre lang='x'>}}</PRE >}}"),
        ("{{a|<nowiki/>}} c", "{{a|<nowiki/>}}"),
        ("{{a|<b>}} c", "{{a|<b>}}"),
        ("{{a|[[b}} c", None),
        ("{{a|{{b}} c", None),
        ("{{a|<!-- }}", None),
        ("{{a", None),
    ],
)
def test_a_call_ends_where_mediawiki_ends_it(text: str, end: str | None) -> None:
    found = end_of_call(text, 0, 100)
    assert (None if found is None else text[:found]) == end


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", "[[", "]]", "-{", "}-", "<!--", "-->", "<nowiki>", "a|"])))
def test_what_ends_holds_as_many_braces_as_it_closes(pieces: list[str]) -> None:
    text = "{{" + "".join(pieces)
    try:
        end = end_of_call(text, 0, 10_000)
    except CostlyWikitextError:
        return
    assert end is None or text[:end].endswith("}}")
