"""What holds for every page of ScribuntoUnit; the single cases are in tests/corpus/scribuntounit."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import ErrorKind, Report, State
from picklebot.reports.limits import MAX_POINTS, MAX_TEXT_CHARACTERS
from picklebot.reports.scribuntounit import parse_scribuntounit
from picklebot.reports.states import state_of
from tests.factories import notes_in_words

HEADINGS = "<tr><th></th><th>Name</th><th>Expected</th><th>Actual</th></tr>"
ICONS = {True: '<img alt="" src="/a.png">', False: '<img alt="" src="/b.png">'}


def page(rows: list[tuple[str, bool]], *, headline: str | None = None, icons: dict[bool, str] = ICONS) -> str:
    failed = sum(not ok for _, ok in rows)
    words = headline or (f"<b>{failed} failed</b>." if failed else "All passed.")
    cells = {True: "<td>\n</td><td>\n</td>", False: "<td>1\n</td><td>2\n</td>"}
    body = "".join(f"<tr><td>{icons[ok]}</td><td>{escape(name)}</td>{cells[ok]}</tr>" for name, ok in rows)
    table = f'<table class="wikitable scribunto-test-table"><tbody>{HEADINGS}{body}</tbody></table>'
    return f"<p>{icons[not failed]} {words}\n</p>{table}"


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@given(st.lists(st.tuples(names, st.booleans()), max_size=30))
def test_every_row_is_counted_as_it_went(rows: list[tuple[str, bool]]) -> None:
    report = parse_scribuntounit(page(rows))

    assert [point.ok for point in report.points] == [ok for _, ok in rows]
    assert report.notes == ()
    expected = State.PENDING if not rows else State.GOOD if all(ok for _, ok in rows) else State.FAIL
    assert state_of(report)[0] is expected


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 50), st.booleans())
def test_a_headline_that_counts_failures_never_becomes_good(rows: list[bool], failed: int, same: bool) -> None:
    icons = {True: ICONS[True], False: ICONS[True]} if same else ICONS
    html = page([("test", ok) for ok in rows], headline=f"{failed} tests failed", icons={**icons})
    if all(rows):
        # The headline has the icon of failed tests, which no row has.
        html = html.replace(f"<p>{icons[True]}", f"<p>{ICONS[False]}", 1)

    assert state_of(parse_scribuntounit(html))[0] is State.FAIL


@given(st.text())
def test_no_text_raises_anything(text: str) -> None:
    assert isinstance(parse_scribuntounit(text), Report)


OPENED = [
    "table class=scribunto-test-table",
    "tr",
    "td",
    "td colspan=2",
    "th",
    "b",
    "caption",
    "span class=error",
    "p ",
]
OTHERS = ["3", "x", '"', ">", "<!--", "-->", "\0", "&#0;", "\ud800", "<?x", "success:"]
pieces = st.sampled_from([*(f"<{tag}>" for tag in OPENED), *(f"</{tag.split()[0]}>" for tag in OPENED), *OTHERS])


@given(st.lists(pieces, max_size=60).map("".join))
def test_no_markup_raises_anything(html: str) -> None:
    report = parse_scribuntounit(html)
    assert report.counts.total >= report.counts.failed >= 0
    state_of(report)


def test_a_page_that_is_nested_too_deep_fails_for_what_follows_was_not_read() -> None:
    html = page([("test", True)]) + "<div>" * 5000 + "</div>" * 5000
    report = parse_scribuntounit(html)

    assert report.error is not None
    assert report.error.kind is ErrorKind.OUTPUT
    assert report.counts.total == 1


def test_a_tag_with_too_many_attributes_is_not_read() -> None:
    html = page([("test", True)]) + "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">"
    assert not parse_scribuntounit(html).recognised


def test_more_points_than_are_kept_are_counted_and_failures_go_first() -> None:
    report = parse_scribuntounit(page([("test", True)] * (MAX_POINTS + 5) + [("last", False)]))

    assert len(report.points) == MAX_POINTS + 1
    assert report.points[-1].description == "last"
    assert (report.counts.total, report.counts.failed) == (MAX_POINTS + 6, 1)
    assert f"{MAX_POINTS + 1} of {MAX_POINTS + 6} points are kept" in notes_in_words(report)


def test_long_texts_are_cut() -> None:
    report = parse_scribuntounit(page([("n" * 9000, False)]))
    assert len(report.points[0].description) == MAX_TEXT_CHARACTERS


@pytest.mark.parametrize("numeral", ["٣", "३", "๓", "3"])
def test_numbers_are_read_in_any_script(numeral: str) -> None:
    report = parse_scribuntounit(page([("test", False)], headline=f"{numeral} !"))
    assert report.counts.failed == 3
