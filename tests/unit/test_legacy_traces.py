"""What was written on wikis before there was a part for programs is still read, by its English words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Basis, Cause, ChangedPage, Counts, ErrorKind, Page, State, Transition
from picklebot.recording.legacy import read_legacy_line, read_legacy_reason
from picklebot.recording.readback import read_log_line as read_any_line
from picklebot.recording.trace import Trace, of_reason, token_in

AT = datetime(2026, 5, 1, 12, 34, tzinfo=UTC)
TOKEN = "0123456789"
COUNTS, ERRORS = Counts(3, 1, 1, 0, 1), (ErrorKind.SCRIPT,)
WORDS = "1 of 3 passed, 1 failed, 1 todo, error: script"


FAILED = Transition(Page(""), State.GOOD, State.FAIL, COUNTS, ERRORS)


@pytest.mark.parametrize(
    ("reason", "transition"),
    [
        (f"good → fail ({WORDS})", FAILED),
        (f"good → fail ({WORDS}); changed: Module:Foo (bar), 2 more", FAILED),
        ("first seen → good (2 of 2 passed)", Transition(Page(""), None, State.GOOD, Counts(2, 2))),
        ("good → missing (no test page)", Transition(Page(""), State.GOOD, State.MISSING, basis=Basis.NO_TEST_PAGE)),
        ("fail → no longer followed (the page is gone)", Transition(Page(""), State.FAIL, None, basis=Basis.PAGE_GONE)),
        ("first seen → fail (xxxxxx", Transition(Page(""), None, State.FAIL, basis=Basis.UNKNOWN, detail="xxxxxx")),
    ],
)
def test_a_reason_is_read(reason: str, transition: Transition) -> None:
    written = f"{reason} [{TOKEN}]"
    assert read_legacy_reason(written, AT) == Trace(transition, AT, TOKEN)
    assert token_in(written) == TOKEN
    assert of_reason(written) is None


FOO = "* 2026-05-01 12:34 [[:Module:Foo → baz]] ([[Special:PermanentLink/17|revision 17]]): "
PAGE = Page("Module:Foo → baz", 0, 17)
LONG = (
    f"{FOO}good → '''fail''': {WORDS}, by [[:Module:A/1]], [[:Module:A/2, 3]]; changed: [[:Module:Foo]]"
    " ([[Special:Diff/16/17|diff]] by [[User:Ann|Ann]]), [[:Module:New]] (created by [[User:Bob|Bob]])"
)


@pytest.mark.parametrize(
    ("line", "transition"),
    [
        (
            LONG,
            Transition(
                PAGE,
                State.GOOD,
                State.FAIL,
                COUNTS,
                ERRORS,
                ("Module:A/1", "Module:A/2, 3"),
                Cause((ChangedPage("Module:Foo", 16, 17, "Ann"),)),
            ),
        ),
        (
            f"{FOO}first seen → '''good''': 2 of 2 passed, by [[:Module:Foo/testcases]]",
            Transition(PAGE, None, State.GOOD, Counts(2, 2), testers=("Module:Foo/testcases",)),
        ),
        (
            f"{FOO}good → '''fail''': 0 of 1 passed; nothing known changed",
            Transition(PAGE, State.GOOD, State.FAIL, Counts(1), cause=Cause()),
        ),
        (
            f"{FOO}good → '''fail''': 0 of 1 passed; changed: the wiki's software: MediaWiki 1.39 → MediaWiki 1&#46;43",
            Transition(PAGE, State.GOOD, State.FAIL, Counts(1), cause=Cause()),
        ),
        (
            "* 2026-05-01 12:34 [[:Module:X]]: good → no longer followed: the page is gone",
            Transition(Page("Module:X"), State.GOOD, None, basis=Basis.PAGE_GONE),
        ),
    ],
)
def test_a_line_of_the_log_is_read(line: str, transition: Transition) -> None:
    written = f"{line} <small>{TOKEN}</small>"
    assert read_legacy_line(written) == Trace(transition, AT, TOKEN)
    assert list(read_any_line(written)) == [Trace(transition, AT, TOKEN)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "* [[:Module:Foo]]",
        "good → fail",
        "good → fail (1 of 2 passed)",
        "fixed [0123456789]",
        f"* 2026-99-01 12:34 [[:Module:X]]: good → '''fail''': 0 of 1 passed <small>{TOKEN}</small>",
    ],
)
def test_what_somebody_else_wrote_is_not_read(text: str) -> None:
    assert read_legacy_reason(text, AT) is None
    assert read_legacy_line(text) is None


@given(st.text(alphabet="* →:[]()<>/small|0123456789abcdef \n", max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_legacy_reason(text, AT)
    read_legacy_line(text)
