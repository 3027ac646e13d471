"""What is written on a wiki, and above all what is not touched."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from picklebot.model import Basis, Cause, ChangedPage, Counts, Page, SoftwareChange, State, Transition
from picklebot.recording.trace import token_in
from picklebot.recording.wikitext import describe, fill, log_line, tag_name, with_category
from picklebot.text.messages import ENGLISH, Messages

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


def test_the_marked_part_is_found_whatever_the_language_of_its_words() -> None:
    german = Messages("de")
    for before, after in ((ENGLISH, german), (german, ENGLISH)):
        text = with_category("Text.\n", 7, GOOD, before, parser_functions=True)
        assert with_category(text, 7, BAD, after, parser_functions=True) == (
            with_category("Text.\n", 7, BAD, after, parser_functions=True)
        )
        assert with_category(text, 7, None, after, parser_functions=True) == "Text."


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
    """Read from every mark to its end, it would take minutes."""
    text = piece * 20_000
    assert put(text).startswith(text)


@pytest.mark.parametrize("state", State)
def test_a_tag_is_named_after_its_state(state: State) -> None:
    assert tag_name(state) == f"pickle-{state}"


def shown(line: str) -> str:
    """A line of the log as readers see it."""
    return re.sub(r"<!--.*?-->", "", line)


FOO = Page("Module:Foo", 1, 10)
TOKEN = "0123456789"
LIB = ChangedPage("Module:Lib", 7, 8, "Ann", "2026-03-04T05:00:00Z")
CREATED, GONE = ChangedPage("Module:New", 0, 9, "Bob"), ChangedPage("Module:Old", 3, 0)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (None, State.GOOD, "first seen → good (1 of 1 passed)"),
        (State.GOOD, State.FAIL, "good → fail (1 of 1 passed)"),
        (State.GOOD, None, "good → no longer followed (1 of 1 passed)"),
    ],
)
def test_a_reason_says_old_and_new_state_and_the_counts(old: State | None, new: State | None, line: str) -> None:
    assert describe(Transition(FOO, old, new, Counts(1, 1)), TOKEN) == f"{line} [{TOKEN}]"


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause(), "; nothing known changed"),
        (Cause((LIB,)), "; changed: Module:Lib"),
        (Cause((LIB, CREATED, GONE)), "; changed: Module:Lib, 2 more"),
        (Cause((), SoftwareChange({"A": "1"}, {"A": "2"})), "; changed: the wiki's software"),
        (Cause((LIB,), SoftwareChange({"A": "1"}, {"A": "2"})), "; changed: Module:Lib, the wiki's software"),
    ],
)
def test_a_reason_names_the_likeliest_cause(cause: Cause, said: str) -> None:
    assert describe(Transition(FOO, State.GOOD, State.FAIL, basis=Basis.UNKNOWN, detail="x", cause=cause), TOKEN) == (
        f"good → fail (x){said} [{TOKEN}]"
    )


def test_a_reason_fits_into_a_log_entry_and_keeps_its_token() -> None:
    cause = Cause((ChangedPage("Module:" + "y" * 1000, 1, 2),))
    for change in (
        Transition(FOO, None, State.GOOD, basis=Basis.UNKNOWN, detail="x" * 10_000),
        Transition(FOO, State.FAIL, State.GOOD, cause=cause),
    ):
        reason = describe(change, TOKEN)
        assert len(reason) <= 500
        assert reason.endswith(f"[{TOKEN}]")


def test_a_line_of_the_log_links_to_module_revision_and_testers_and_ends_in_its_token() -> None:
    change = Transition(FOO, State.GOOD, State.FAIL, Counts(2, 1, 1), testers=("Module:Foo/testcases", "Module:T"))
    assert shown(log_line(change, datetime(2026, 3, 4, 5, 6, tzinfo=UTC), TOKEN)) == (
        "* 2026-03-04 05:06 [[:Module:Foo]] ([[Special:PermanentLink/10|revision 10]]): good → '''fail''':"
        f" 1 of 2 passed, 1 failed, by [[:Module:Foo/testcases]], [[:Module:T]] <small>{TOKEN}</small>"
    )


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause(), "; nothing known changed"),
        (Cause((LIB,)), "; changed: [[:Module:Lib]] ([[Special:Diff/7/8|diff]] by [[User:Ann|Ann]])"),
        (
            Cause((CREATED, GONE)),
            "; changed: [[:Module:New]] (created by [[User:Bob|Bob]]), [[:Module:Old]] (deleted or moved)",
        ),
        (
            Cause((), SoftwareChange({"A": "1"}, {"A": "[[2]]"})),
            "; changed: the wiki's software: A 1 → A &#91;&#91;2&#93;&#93;",
        ),
    ],
)
def test_a_line_of_the_log_names_every_cause_with_who_and_where(cause: Cause, said: str) -> None:
    line = log_line(Transition(FOO, State.GOOD, State.FAIL, cause=cause), datetime(2026, 3, 4, tzinfo=UTC), TOKEN)
    assert shown(line).endswith(f"{said} <small>{TOKEN}</small>")


@pytest.mark.parametrize(("pages", "more"), [(5, ""), (6, "1 more page"), (7, "2 more pages")])
def test_of_many_causes_five_are_named_and_the_others_counted(pages: int, more: str) -> None:
    cause = Cause(tuple(ChangedPage(f"Module:{n}", 7, 8) for n in range(pages)))
    line = log_line(Transition(FOO, State.GOOD, State.FAIL, cause=cause), datetime(2026, 3, 4, tzinfo=UTC), TOKEN)
    assert line.count("Special:Diff") == 5
    assert ("more page" in line) is bool(more)
    assert more in line


def test_users_of_other_wikis_whose_edits_were_imported_have_no_page_to_link_to() -> None:
    imported = ChangedPage("Module:Lib", 7, 8, "en>Ann_B")
    line = log_line(
        Transition(FOO, None, State.FAIL, cause=Cause((imported,))), datetime(2026, 3, 4, tzinfo=UTC), TOKEN
    )
    assert "by en&#62;Ann&#95;B)" in line
    assert "[[User:" not in line


def test_a_title_that_looks_like_a_comment_links_to_no_section() -> None:
    change = Transition(FOO, State.GOOD, State.FAIL, cause=Cause((ChangedPage("Module:Lib/*x*/y", 7, 8),)))
    reason = describe(change, TOKEN)
    assert "changed: Module:Lib/&#42;x*/y" in reason
    assert token_in(reason) == TOKEN
    many = Transition(FOO, State.GOOD, State.FAIL, cause=Cause((ChangedPage("Module:" + "/*" * 120, 7, 8),)))
    assert token_in(describe(many, TOKEN)) == TOKEN
    assert len(describe(many, TOKEN)) < 500


def test_a_line_of_the_log_stays_short_where_hundreds_of_pages_changed() -> None:
    cause = Cause(tuple(ChangedPage(f"Module:{n}", 1, 2) for n in range(300)))
    line = log_line(Transition(FOO, State.GOOD, State.FAIL, cause=cause), datetime(2026, 3, 4, tzinfo=UTC), TOKEN)
    assert "[[:Module:4]]" in line
    assert "[[:Module:5]]" not in line
    assert "295 more pages" in line


def test_a_line_of_the_log_stays_short_where_a_hundred_extensions_changed() -> None:
    before, now = ({f"Extension{n:02}": version for n in range(100)} for version in "12")
    cause = Cause((), SoftwareChange(before, now))
    line = log_line(Transition(FOO, State.GOOD, State.FAIL, cause=cause), datetime(2026, 3, 4, tzinfo=UTC), TOKEN)
    assert "Extension00 1, Extension01 1" in line
    assert "Extension00 2, Extension01 2" in line
    assert len(shown(line)) < 800
    assert len(line) < 2000


def test_a_line_of_the_log_is_one_line_for_every_kind_of_transition() -> None:
    for change in (
        Transition(FOO, None, State.GOOD),
        Transition(FOO, State.GOOD, None),
        Transition(Page("X", 1), None, State.FAIL),
        Transition(
            FOO, State.GOOD, State.FAIL, cause=Cause((LIB, CREATED, GONE), SoftwareChange({"A": "\n1"}, {"A": "2"}))
        ),
    ):
        assert "\n" not in log_line(change, datetime(2026, 3, 4, tzinfo=UTC), TOKEN)


@given(st.text(), st.dictionaries(st.sampled_from(["user", "year"]), st.text(max_size=5)))
def test_only_names_in_braces_that_are_given_are_filled_in(template: str, values: dict[str, str]) -> None:
    kept = re.sub(r"\{(user|year)\}", "", template)
    assert re.sub(r"\{(user|year)\}", "", fill(kept, values)) == re.sub(r"\{(user|year)\}", "", kept)
    assert fill("User:{user}/{year}/{other}", {"user": "A", "year": "1"}) == "User:A/1/{other}"
