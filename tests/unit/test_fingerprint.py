"""When two reports say the same, point by point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from picklebot.model import Counts, Directive, ErrorKind, Note, NoteCode, Plan, Point, Report, SuiteError
from picklebot.reports.fingerprint import as_exact_as, fingerprint, same_outline, says_the_same, without_wording

POINTS = (Point(ok=True, description="adds"), Point(ok=False, description="divides", expected="1", actual="2"))
REPORT = Report("tap", POINTS, Plan(2))


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, points=(POINTS[0], replace(POINTS[1], actual="3"))),
        replace(REPORT, points=(replace(POINTS[0], description="adds in 12 ms"), POINTS[1])),
        replace(REPORT, diagnostics=("at noon",), notes=(Note(NoteCode.LINES_UNREAD, (1,)),)),
    ],
)
def test_values_and_the_names_of_passed_points_do_not_matter(other: Report) -> None:
    assert fingerprint(other) == fingerprint(REPORT)


def test_where_a_table_lies_in_memory_does_not_matter() -> None:
    one, other = (
        Report("", error=SuiteError(ErrorKind.SCRIPT, f"no field of table: 0x{place}")) for place in ("55d0", "7fA1")
    )
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    "other",
    [
        Report(""),
        replace(REPORT, points=POINTS[::-1]),
        replace(REPORT, points=(POINTS[0], replace(POINTS[1], description="multiplies"))),
        replace(REPORT, points=(POINTS[0], replace(POINTS[1], directive=Directive.TODO))),
        replace(REPORT, points=(*POINTS, Point(ok=True))),
        replace(REPORT, declared=Counts(3, 2, 1)),
        replace(REPORT, plan=Plan(3)),
        replace(REPORT, error=SuiteError(ErrorKind.SCRIPT, "boom")),
        replace(REPORT, format="unittests"),
    ],
)
def test_anything_else_does(other: Report) -> None:
    assert fingerprint(other) != fingerprint(REPORT)


def test_another_error_and_another_kind_of_it_differ() -> None:
    errors = [SuiteError(kind, said) for kind in (ErrorKind.SCRIPT, ErrorKind.BAIL_OUT) for said in ("boom", "bang")]
    assert len({fingerprint(Report("", error=error)) for error in errors}) == 4


REWORDED = replace(REPORT, points=(POINTS[0], replace(POINTS[1], description="divides on Module:Foo/testcases")))
OTHERWISE = replace(REPORT, points=POINTS[::-1])


def test_failures_that_are_only_worded_otherwise_have_the_same_outline() -> None:
    one, reworded, otherwise = map(fingerprint, (REPORT, REWORDED, OTHERWISE))
    assert same_outline(one, reworded)
    assert not says_the_same(one, reworded)
    assert not same_outline(one, otherwise)


def test_a_fingerprint_without_wording_says_how_the_points_went_and_nothing_else() -> None:
    one, reworded, otherwise = map(fingerprint, (REPORT, REWORDED, OTHERWISE))
    assert says_the_same(without_wording(one), reworded)
    assert says_the_same(reworded, without_wording(one))
    assert not says_the_same(without_wording(one), otherwise)
    assert as_exact_as(without_wording(one), reworded) == without_wording(reworded)
    assert as_exact_as(one, reworded) == reworded


@pytest.mark.parametrize("known", ["", fingerprint(REPORT)])
def test_nothing_is_the_same_as_a_report_that_cannot_be_compared(known: str) -> None:
    assert not says_the_same("", known)
    assert not same_outline(known, "")
