"""Which suites run, why, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Reason, RunReason, SuiteRecord
from picklebot.scheduling.due import plan_due, reason_to_run
from tests.factories import a_page, a_record, a_suite

NOW = datetime(2026, 3, 10, tzinfo=UTC)
WEEK = timedelta(days=7)
CHANGED = Reason(RunReason.CHANGED, ("Module:A",))


def record(
    number: int = 1,
    *,
    ran_at: datetime | None = NOW - timedelta(minutes=1),
    software: str = "now",
    reason: Reason | None = None,
) -> SuiteRecord:
    """A suite that ran a minute ago, and of which nothing has changed."""
    suite = a_suite(a_page(f"{number}/testcases", number), a_page(f"{number}"))
    return a_record(suite=suite, software=software, ran_at=ran_at, reason=reason)


def why(each: SuiteRecord, *, full: bool = False, after: timedelta = WEEK, now: datetime = NOW) -> Reason | None:
    return reason_to_run(each, now, "now", recheck_after=after, full=full)


def test_a_suite_of_which_nothing_changed_does_not_run() -> None:
    assert why(record()) is None


def test_a_suite_that_never_ran_does() -> None:
    assert why(record(ran_at=None)) == Reason(RunReason.NEVER_RAN)


def test_a_suite_with_a_reason_of_its_own_says_that_one() -> None:
    for each in (record(reason=CHANGED), record(reason=CHANGED, ran_at=None, software="old")):
        assert why(each, full=True) == CHANGED


def test_other_software_is_a_reason() -> None:
    assert why(record(software="before")) == Reason(RunReason.SOFTWARE)
    assert why(record(software="before"), full=True) == Reason(RunReason.SOFTWARE)


def test_all_run_where_all_were_asked_for() -> None:
    assert why(record(), full=True) == Reason(RunReason.ASKED_FOR)


@given(st.integers(1, 10**9))
def test_the_date_is_due_between_half_the_time_and_the_whole(number: int) -> None:
    early = record(number, ran_at=NOW - WEEK / 2 + timedelta(seconds=1))
    late = record(number, ran_at=NOW - WEEK)
    assert why(early) is None
    assert why(late) == Reason(RunReason.RECHECK)
    assert why(late) == why(late), "the same at every look"
    assert why(late, after=2 * WEEK + timedelta(seconds=1)) is None


@given(st.integers(1, 10**9))
def test_a_date_once_due_stays_due(number: int) -> None:
    """Nothing about the date is drawn anew at each look."""
    each = record(number)
    days = [why(each, now=NOW + timedelta(hours=n)) is not None for n in range(24 * 8)]
    assert days == sorted(days)
    assert days[-1]


def test_what_ran_together_is_not_due_together() -> None:
    """Of a thousand suites no hour sees more than a few times its share."""
    records = [record(number, ran_at=NOW) for number in range(1, 1001)]
    hours = [
        sum(1 for _ in plan_due(records, NOW + timedelta(hours=n), "now", recheck_after=WEEK, full=False))
        for n in range(24 * 7 + 1)
    ]
    assert hours[24 * 7 // 2 - 1] == 0
    assert hours[-1] == 1000
    assert max(b - a for a, b in pairwise(hours)) < 5 * 1000 / (24 * 7 / 2)


def test_they_come_in_the_order_of_titles_with_their_reasons() -> None:
    records = [record(3, ran_at=None), record(1, software="old"), record(2)]
    found = plan_due(records, NOW, "now", recheck_after=WEEK, full=False)
    assert [(each.tester_id, each.reason) for each in found] == [
        (1, Reason(RunReason.SOFTWARE)),
        (3, Reason(RunReason.NEVER_RAN)),
    ]
