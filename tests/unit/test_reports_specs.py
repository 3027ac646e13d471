"""The full report of Module:Pickle, as wikitext."""

from __future__ import annotations

from picklebot.model import Directive, State
from picklebot.reports import parse
from picklebot.reports.states import state_of


def test_references_stand_for_the_characters_that_readers_see() -> None:
    report = parse("specs", "TAP version 14\n1..1\nok 1 - &#60;b> &#38;lt; &#91;&#91;A]] &#39;' &#95;_")
    assert report.points[0].description == "<b> &lt; [[A]] '' __"


def test_no_reference_makes_a_line_or_a_directive_of_its_own() -> None:
    report = parse("specs", "TAP version 14\n1..1\nok 1 - a&#10;not ok 2 - b&#9;c &#160; &#127; &#1234567; &#x3c;")
    assert report.points[0].description == "a&#10;not ok 2 - b&#9;c &#160; &#127; &#1234567; &#x3c;"
    assert report.counts.total == 1


def test_every_detail_of_a_failed_case_is_read() -> None:
    text = (
        "TAP version 14\n1..2\nnot ok 1 - A > b\n  ---\n"
        '  message: "expected 1 to be 2"\n  expected: "2"\n  actual: "&#91;1]"\n  check: "expect( 1 ) :toBe( 2 )"\n'
        '  at: "Module:A/pickle:3"\n  further:\n    - message: "x"\n      at: "Module:A/pickle:4"\n'
        '  notes:\n    - "carp: hm"\n  ...\nnot ok 2 - A > c # TODO no check'
    )
    report = parse("specs", text)
    failed, later = report.points
    assert (failed.message, failed.expected, failed.actual) == ("expected 1 to be 2", "2", "[1]")
    assert failed.data is not None
    assert failed.data["at"] == "Module:A/pickle:3"
    assert failed.data["further"] == [{"message": "x", "at": "Module:A/pickle:4"}]
    assert failed.data["notes"] == ["carp: hm"]
    assert (later.directive, later.reason) == (Directive.TODO, "no check")


def test_a_suite_without_cases_waits_for_its_first_and_is_not_skipped() -> None:
    empty = parse("specs", "TAP version 14\n1..0 # no cases")
    assert state_of(empty)[0] is State.PENDING
    skipped = parse("specs", "TAP version 14\n1..0 # SKIP no network")
    assert state_of(skipped)[0] is State.SKIP_GOOD


def test_a_report_of_another_beginning_is_none_of_its() -> None:
    for text in (
        "",
        "1..1\nok 1 - a",
        "ok 0 Describe X ok 1 It a",
        "TAP version 13\n1..1\nok 1",
        "TAP version 14\nok 1",
    ):
        assert parse("specs", text).format == ""
