"""What recorders write can be read back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Cause, ChangedPage, Page, State, Transition
from picklebot.recording.readback import read_log_line, read_tag_reason
from picklebot.recording.wikitext import describe, log_line, token_in

AT = datetime(2026, 5, 1, 12, 34, tzinfo=UTC)
TOKEN = "0123456789"
FOO = Page("Module:Foo (bar) → baz", 0, 17)
SUMMARY = "1 of 3 passed, 1 failed, 1 todo, error: script"
EDITED = ChangedPage("Module:Foo", 16, 17, "Ann", "2026-05-01T12:00:00Z")
MADE = ChangedPage("Module:Foo/data", 0, 18, "Bob")

STATES = st.none() | st.sampled_from(State)
CAUSES = st.sampled_from(
    [None, Cause(), Cause((EDITED,)), Cause((EDITED, MADE)), Cause((), ("MediaWiki 1.39", "MediaWiki 1.43 (x)"))]
)


@given(STATES, STATES, CAUSES)
def test_a_tags_reason_is_read_back(old: State | None, new: State | None, cause: Cause | None) -> None:
    transition = Transition(FOO, old, new, SUMMARY, ("Module:Foo/testcases",), cause)
    assert read_tag_reason(describe(transition, TOKEN)) == (old, new, SUMMARY, TOKEN)


def test_a_reason_that_was_cut_off_still_has_its_token() -> None:
    reason = describe(Transition(FOO, None, State.FAIL, "x" * 500), TOKEN)
    read = read_tag_reason(reason)
    assert read is not None
    assert (read[0], read[1], read[3]) == (None, State.FAIL, TOKEN)
    assert token_in(reason) == TOKEN


@given(STATES, STATES, CAUSES, st.sampled_from([(), ("Module:Foo/testcases",), ("Module:A/1", "Module:A/2, 3")]))
def test_a_line_of_the_log_is_read_back(
    old: State | None, new: State | None, cause: Cause | None, testers: tuple[str, ...]
) -> None:
    transition = Transition(FOO, old, new, SUMMARY, testers, cause)
    trace = read_log_line(log_line(transition, AT, TOKEN))
    assert trace is not None
    assert (trace.at, trace.token) == (AT, TOKEN)
    read = trace.transition
    assert (read.page, read.old, read.new, read.summary, read.testers) == (FOO, old, new, SUMMARY, testers)
    assert (read.cause is None) == (cause is None)
    if cause and EDITED in cause.pages:
        assert read.cause is not None
        assert [(page.title, page.old, page.new, page.user) for page in read.cause.pages] == [
            ("Module:Foo", 16, 17, "Ann")
        ]


def test_a_page_without_a_revision() -> None:
    trace = read_log_line(log_line(Transition(Page("Module:X"), State.GOOD, None, "no test page"), AT, TOKEN))
    assert trace is not None
    assert (trace.transition.page, trace.transition.new) == (Page("Module:X"), None)


@pytest.mark.parametrize(
    "text", ["", "hello", "* [[:Module:Foo]]", "good → fail", "good → fail (1 of 2 passed)", "fixed [0123456789]"]
)
def test_what_somebody_else_wrote_is_not_read(text: str) -> None:
    assert read_tag_reason(text) is None
    assert read_log_line(text) is None


@given(st.text(alphabet="* →:[]()<>/small|0123456789abcdef \n", max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_tag_reason(text)
    read_log_line(text)
