"""What is written on a wiki, and above all what is not touched."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from picklebot.model import Cause, ChangedPage, Page, State, Transition
from picklebot.recording.marks import describe, fill, log_line, tag_name, with_category

GOOD, BAD = "Modules with passed tests", "Modules with failing tests"
PART = re.compile(r"<!-- picklebot: begin\..*?<!-- picklebot: end -->", re.DOTALL)

# Pieces of what documentation pages are made of, closed and unclosed.
PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "[[",
        "]]",
        "<!--",
        "-->",
        "<nowiki>",
        "</nowiki>",
        "<onlyinclude>",
        "</onlyinclude>",
        "<noinclude>",
        "</noinclude>",
        "{{doc|a=b}}",
        "<ref",
        "[[Category:X]]",
        "text",
        "'''",
        "|",
        "=",
        "{|",
        "|}",
        "<pre>",
    ]
) | st.sampled_from("\n ")
WIKITEXT = st.lists(PIECES).map("".join) | st.text()


def put(text: str, category: str | None = GOOD, *, page: int = 7, parser_functions: bool = True) -> str:
    return with_category(text, page, category, parser_functions=parser_functions)


def outside(text: str) -> str:
    """A page without the marked part and what was put around it."""
    return PART.sub(
        "", text.replace("<onlyinclude><!-- picklebot", "<!-- picklebot").replace("end --></onlyinclude>", "end -->")
    )


def test_an_empty_page_gets_the_marked_part_alone() -> None:
    assert PART.fullmatch(put(""))
    assert put("").count(f"{{{{#ifeq:{{{{PAGEID}}}}|7|[[Category:{GOOD}]]}}}}") == 1


def test_a_page_gets_it_at_its_end() -> None:
    text = put("Trims.\n\n== See also ==\n")
    assert text.startswith("Trims.\n\n== See also ==\n<!-- picklebot: begin")
    assert text.endswith("<!-- picklebot: end -->")


def test_without_parser_functions_the_guard_is_the_bots_module() -> None:
    assert "{{#invoke:Picklebot|only|7|[[Category:" in put("", parser_functions=False)
    assert put(put(""), BAD, parser_functions=False).count("Category:") == 1


@given(WIKITEXT, st.sampled_from([GOOD, BAD, None]))
@example("<!--", GOOD)
@example("<nowiki>", GOOD)
@example("{{unclosed", GOOD)
@example("a <onlyinclude>b</onlyinclude>", GOOD)
def test_what_stands_outside_the_marked_part_is_untouched(text: str, category: str | None) -> None:
    """All but white space at the end, which MediaWiki takes off when it saves a page."""
    marked = put(text, category)
    assert outside(marked).rstrip() == outside(text).rstrip()
    assert marked.startswith(text.rstrip())


@given(WIKITEXT, st.booleans())
@example("<!--", True)
@example("<nowiki>", True)
def test_to_write_it_twice_is_to_write_it_once(text: str, parser_functions: bool) -> None:
    once = put(text, parser_functions=parser_functions)
    assert put(once, parser_functions=parser_functions) == once


@given(WIKITEXT)
@example("<!--")
@example("{{unclosed")
def test_another_category_takes_the_place_of_the_first(text: str) -> None:
    marked = put(put(text, GOOD), BAD)
    assert marked == put(text, BAD)


@given(WIKITEXT)
def test_none_takes_it_away(text: str) -> None:
    assert put(put(text), None).rstrip() == text.rstrip()
    assert put(text, None) == text


@given(WIKITEXT, st.lists(st.tuples(st.integers(1, 5), st.sampled_from([GOOD, BAD, None])), max_size=8))
def test_modules_that_share_a_page_do_not_touch_each_others_guards(
    text: str, writes: list[tuple[int, str | None]]
) -> None:
    expected: dict[int, str] = {}
    marked = text
    for page, category in writes:
        marked = put(marked, category, page=page)
        expected.pop(page, None)
        if category:
            expected[page] = category
    found = re.findall(r"#ifeq:\{\{PAGEID\}\}\|(\d+)\|\[\[Category:([^\]]*)\]\]", marked)
    assert {int(page): category for page, category in found} == expected
    assert outside(marked).rstrip() == text.rstrip()


def test_what_editors_write_after_the_marked_part_stays_there() -> None:
    text = put("Before.\n") + "\nAfter.\n"
    assert put(text, BAD).replace(BAD, GOOD) == text
    assert put(text, None) == "Before.\nAfter.\n"


def test_what_editors_write_into_the_marked_part_is_overwritten() -> None:
    text = put("Before.").replace("[[Category", "I was here [[Category").replace("{{#ifeq", "and here {{#ifeq")
    marked = put(text, BAD)
    assert "I was here" not in marked
    assert "and here" not in marked


def test_an_end_that_somebody_took_away_is_where_the_guards_end() -> None:
    text = put("Before.").replace("<!-- picklebot: end -->", "") + "\nText of an editor's."
    marked = put(text, BAD)
    assert marked.endswith("<!-- picklebot: end -->\nText of an editor's.")
    assert GOOD not in marked


def test_a_page_that_says_what_of_it_is_transcluded_says_so_of_the_marked_part() -> None:
    marked = put("Here. <onlyinclude>There.</onlyinclude>")
    assert marked.endswith("end --></onlyinclude>")
    assert put(marked, BAD) == marked.replace(GOOD, BAD)


def test_an_editor_may_put_the_marked_part_elsewhere() -> None:
    text = f"Above.\n<includeonly>{{{{box|{put('')}}}}}</includeonly>\nBelow."
    assert put(text, BAD) == text.replace(GOOD, BAD)
    assert put(text, None) == "Above.\n<includeonly>{{box|}}</includeonly>\nBelow."


def test_lines_are_not_joined_where_the_marked_part_goes() -> None:
    assert put(f"Above.\n{put('')}Below.", None) == "Above.\nBelow."
    assert put(f"Above.\n\n{put('')}\nBelow.", None) == "Above.\n\nBelow."


@pytest.mark.parametrize("quote", ["<nowiki>{}</nowiki>", "<pre>{}</pre>", "<pre class='x'>\n{}\n</pre>"])
def test_a_page_that_quotes_the_marked_part_does_not_have_one(quote: str) -> None:
    text = quote.format(put("", page=1))
    assert put(text).startswith(text)
    assert put(put(text), BAD) == put(text, BAD)


@pytest.mark.parametrize("piece", ["<nowiki>", "<pre>", "<!--", "{{", "<!-- picklebot: begin", "<onlyinclude>"])
def test_a_page_made_to_be_slow_is_not(piece: str) -> None:
    started = perf_counter()
    put(piece * 20_000)
    assert perf_counter() - started < 2


@pytest.mark.parametrize("state", State)
def test_a_tag_is_named_after_its_state(state: State) -> None:
    assert tag_name(state) == f"pickle-{state}"


FOO = Page("Module:Foo", 1, 10)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (None, State.GOOD, "first seen → good (1 of 1 passed)"),
        (State.GOOD, State.FAIL, "good → fail (1 of 1 passed)"),
        (State.GOOD, None, "good → no longer followed (1 of 1 passed)"),
    ],
)
def test_a_reason_says_old_and_new_state_and_the_counts(old: State | None, new: State | None, line: str) -> None:
    assert describe(Transition(FOO, old, new, "1 of 1 passed"), "a1b2") == f"{line} [a1b2]"


def test_a_reason_names_the_likeliest_cause() -> None:
    pages = tuple(ChangedPage(title, 1, 2) for title in ("Module:Foo", "Module:Bar", "Module:Baz"))
    change = Transition(FOO, State.GOOD, State.FAIL, "0 of 1 passed", cause=Cause(pages, ("1.39", "1.43")))
    assert describe(change, "a1b2") == (
        "good → fail (0 of 1 passed); changed: Module:Foo, 2 more, the wiki's software [a1b2]"
    )
    change = Transition(FOO, State.GOOD, State.FAIL, "0 of 1 passed", cause=Cause())
    assert describe(change, "a1b2") == "good → fail (0 of 1 passed); nothing known changed [a1b2]"


def test_a_reason_fits_into_a_log_entry() -> None:
    assert len(describe(Transition(FOO, None, State.GOOD, "x" * 10_000), "a1b2")) <= 500


def test_a_line_of_the_log_links_to_module_revision_and_testers() -> None:
    change = Transition(FOO, State.GOOD, State.FAIL, "1 of 2 passed, 1 failed", ("Module:Foo/testcases", "Module:T"))
    assert log_line(change, datetime(2026, 3, 4, 5, 6, tzinfo=UTC), "a1b2") == (
        "* 2026-03-04 05:06 [[:Module:Foo]] ([[Special:PermanentLink/10|revision 10]]): good → '''fail''':"
        " 1 of 2 passed, 1 failed, by [[:Module:Foo/testcases]], [[:Module:T]] <small>a1b2</small>"
    )


def test_a_line_of_the_log_links_to_what_changed() -> None:
    pages = (
        ChangedPage("Module:Foo", 9, 10, "Jane", "2026-03-04T05:00:00Z"),
        ChangedPage("Module:Gone", 8, 0),
        ChangedPage("Module:New", 0, 11),
        *(ChangedPage(f"Module:X{n}", 1, 2) for n in range(4)),
    )
    change = Transition(FOO, State.GOOD, State.FAIL, "", cause=Cause(pages, ("a [[b]]", "{{c}}")))
    line = log_line(change, datetime(2026, 3, 4, tzinfo=UTC), "a1b2")
    assert "[[:Module:Foo]] ([[Special:Diff/9/10|diff]] by [[User:Jane|Jane]])" in line
    assert "[[:Module:Gone]] (deleted or moved)" in line
    assert "[[:Module:New]] (created)" in line
    assert "2 more pages" in line
    assert "[[b]]" not in line
    assert "{{c}}" not in line


def test_a_line_of_the_log_is_one_line_for_every_kind_of_transition() -> None:
    for change in (
        Transition(FOO, None, State.GOOD),
        Transition(FOO, State.GOOD, None),
        Transition(Page("X", 1), None, State.FAIL),
    ):
        assert "\n" not in log_line(change, datetime(2026, 3, 4, tzinfo=UTC), "a1b2")


@given(st.text(), st.dictionaries(st.sampled_from(["user", "year"]), st.text(max_size=5)))
def test_only_names_in_braces_that_are_given_are_filled_in(template: str, values: dict[str, str]) -> None:
    kept = re.sub(r"\{(user|year)\}", "", template)
    assert re.sub(r"\{(user|year)\}", "", fill(kept, values)) == re.sub(r"\{(user|year)\}", "", kept)
    assert fill("User:{user}/{year}/{other}", {"user": "A", "year": "1"}) == "User:A/1/{other}"
