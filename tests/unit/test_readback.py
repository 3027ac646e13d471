"""What recorders write can be read back, in whatever language its words are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Basis, Cause, ChangedPage, Counts, ErrorKind, Page, SoftwareChange, State, Transition
from picklebot.recording.readback import read_log_line
from picklebot.recording.trace import Trace, in_line, in_reason, of_line, of_reason, token_in
from picklebot.recording.wikitext import describe, log_line, tag_reason
from picklebot.text.messages import ENGLISH, Messages

AT = datetime(2026, 5, 1, 12, 34, 56, tzinfo=UTC)
TOKEN = "0123456789"
FOO = Page("Module:Foo (bar) → baz", 7, 17)
EDITED = ChangedPage("Module:Foo", 16, 17, "Ann", "2026-05-01T12:00:00Z")
MADE = ChangedPage("Module:Foo/data", 0, 18, "Bob")

STATES = st.none() | st.sampled_from(State)
# Whatever a wiki may hold: also what is markup, looks like the end of a comment, or like the bot's own brackets.
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "--> <nowiki>",
        "]] '''x''' ~~~~",
        f"[{TOKEN} good>fail r1 1/1/0/0/0 @20260501T123456Z]",
        '<!-- picklebot {"v":1} -->',
        '"}\\',
        "{{subst:x}}",
        "a\nb\u2028c",
    ]
)
COUNT = st.integers(0, 10**6)
COUNTS = st.builds(Counts, COUNT, COUNT, COUNT, COUNT, COUNT)
ERRORS = st.lists(st.sampled_from(ErrorKind), unique=True).map(tuple)
PAGES = st.lists(st.builds(ChangedPage, TEXT, COUNT, COUNT, TEXT, TEXT), max_size=4).map(tuple)
VERSIONS = st.dictionaries(TEXT, TEXT, max_size=4)
CAUSES = st.none() | st.builds(Cause, PAGES, st.none() | st.builds(SoftwareChange, VERSIONS, VERSIONS))
FOUND = st.builds(
    Transition,
    st.just(FOO),
    STATES,
    STATES,
    COUNTS,
    ERRORS,
    st.lists(TEXT, max_size=3).map(tuple),
    CAUSES,
)
BARE = st.builds(
    Transition,
    st.just(FOO),
    STATES,
    STATES,
    cause=CAUSES,
    basis=st.sampled_from([basis for basis in Basis if basis is not Basis.TESTS]),
    detail=TEXT,
)


class Foreign(Messages):
    """A language that has none of the words and signs of English."""

    def __call__(self, key: str, *parameters: object) -> str:
        return f"〈{key}〉{'·'.join(map(str, parameters))}"


LANGUAGES = st.sampled_from([ENGLISH, Messages("de"), Foreign()])


@given(FOUND | BARE, LANGUAGES)
def test_a_tags_reason_is_read_back_in_every_language(change: Transition, say: Messages) -> None:
    read = of_reason(tag_reason(change, AT, TOKEN, say))
    assert read is not None
    assert (read.token, read.at) == (TOKEN, AT)
    cause = None
    if change.cause is not None:
        pages = tuple(ChangedPage("", page.old, page.new) for page in change.cause.pages[:3])
        bot = {"picklebot": ""} if change.cause.software and change.cause.software.of_bot_only else {}
        cause = Cause(pages, SoftwareChange(bot, bot) if change.cause.software else None)
    page = Page("", revision=FOO.revision)
    assert read.transition == replace(change, page=page, testers=(), cause=cause, detail="")


@given(FOUND | BARE, LANGUAGES)
def test_a_line_of_the_log_is_read_back_in_every_language(change: Transition, say: Messages) -> None:
    line = log_line(change, AT, TOKEN, say)
    assert list(read_log_line(line)) == [Trace(change, AT, TOKEN)]


@given(FOUND | BARE)
def test_what_programs_read_of_a_line_is_one_comment_and_holds_no_markup(change: Transition) -> None:
    comment = in_line(change, AT, TOKEN)
    assert comment.startswith("<!-- picklebot {")
    assert comment.endswith("} -->")
    inside = comment.removeprefix("<!-- picklebot ").removesuffix(" -->")
    assert not set("<>&~'|\n\r\u2028\u0085") & set(inside)
    assert not any("[[" in text or "{{" in text for text in _strings(json.loads(inside), inside))


def _strings(value: object, raw: str) -> list[str]:
    """The strings of a JSON text as they are written in it."""
    return [part for part in raw.split('"')[1::2] if value is not None]


@given(FOUND | BARE, LANGUAGES)
def test_a_reason_fits_into_a_log_entry(change: Transition, say: Messages) -> None:
    reason = tag_reason(change, AT, TOKEN, say)
    assert len(reason) <= 500
    assert token_in(reason) == TOKEN


def test_of_a_reason_that_is_too_long_the_words_are_cut() -> None:
    far = Cause(tuple(ChangedPage("Module:" + "y" * 300, 10**9 + n, 10**9 + n + 1) for n in range(300)))
    change = Transition(FOO, State.SKIP_GOOD, State.TODO_FAIL, Counts(*[10**5] * 5), tuple(ErrorKind), cause=far)
    reason = tag_reason(change, AT, TOKEN)
    assert len(reason) <= 500
    read = of_reason(reason)
    assert read is not None
    assert (read.transition.old, read.transition.counts, read.transition.errors) == (
        change.old,
        change.counts,
        change.errors,
    )


@given(st.text(max_size=50), FOUND)
def test_a_line_whose_words_somebody_edited_still_says_the_same(words: str, change: Transition) -> None:
    comment = in_line(change, AT, TOKEN)
    words = words.replace("<!--", "")
    assert list(read_log_line(f"* {words} {comment} {words}")) == [Trace(change, AT, TOKEN)]


def test_two_lines_that_somebody_joined_are_two_transitions() -> None:
    one, two = (Transition(FOO, None, state, Counts(1, 1)) for state in (State.GOOD, State.FAIL))
    joined = log_line(one, AT, TOKEN) + log_line(two, AT, "abcdef0123")
    assert list(read_log_line(joined)) == [Trace(one, AT, TOKEN), Trace(two, AT, "abcdef0123")]


@pytest.mark.parametrize(
    "told",
    [
        "{}",
        "{",
        "[]",
        '{"v": 1, "token": "short", "at": "2026-05-01T12:34:56Z", "page": "A", "basis": "tests"}',
        '{"v": 1, "token": "0123456789", "at": "yesterday", "page": "A", "basis": "tests"}',
        '{"v": 1, "token": "0123456789", "at": "2026-05-01T12:34:56Z", "page": "A", "basis": "whim"}',
        '{"v": 1, "token": "0123456789", "at": "2026-05-01T12:34:56Z", "page": "A", "basis": "tests", "id": -1}',
        '{"v": 1, "token": "0123456789", "at": "2026-05-01T12:34:56Z", "page": "A", "basis": "tests", "new": "fine"}',
        '{"v": 1, "token": "0123456789", "at": "2026-05-01T12:34:56Z", "page": "A", "basis": "tests", "counts": [1]}',
        '{"v": 1, "token": "0123456789", "at": "2026-05-01T12:34:56", "page": "A", "basis": "tests"}',
    ],
)
def test_what_somebody_broke_of_it_is_not_read(told: str) -> None:
    assert list(of_line(f"* x <!-- picklebot {told} -->")) == []


def test_keys_of_a_later_version_are_left_alone() -> None:
    line = in_line(Transition(FOO, None, State.GOOD, Counts(1, 1)), AT, TOKEN).replace("{", '{"more": [1], ')
    assert [trace.token for trace in of_line(line)] == [TOKEN]


@pytest.mark.parametrize(
    "reason",
    [
        "",
        f"x [{TOKEN}]",
        f"[{TOKEN} good>fine r1 1/1/0/0/0 @20260501T123456Z]",
        f"[{TOKEN} good>fail r1 1/1/0 @20260501T123456Z]",
        f"[{TOKEN} good>fail r1 whim @20260501T123456Z]",
        f"[{TOKEN} good>fail r1 tests @20269901T123456Z]",
        f"[{TOKEN} good>fail r1 1/1/0/0/0 @20260501T123456Z !whim]",
        f"[{TOKEN} good>fail r1 1/1/0/0/0 @20260501T123456Z] and more",
    ],
)
def test_a_reason_of_somebody_elses_is_not_read(reason: str) -> None:
    assert of_reason(reason) is None


def test_the_token_of_a_reason_is_found_in_both_of_its_forms() -> None:
    change = Transition(FOO, None, State.GOOD, Counts(1, 1), cause=Cause())
    assert token_in(describe(change, TOKEN)) == token_in(tag_reason(change, AT, TOKEN)) == TOKEN
    assert token_in(f"{in_reason(change, AT, TOKEN)} and more") is None


@given(st.text(alphabet='* →:[]()<>!-/small|0123456789abcdef \n{}"picklebot,v', max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    of_reason(text)
    list(read_log_line(text))
