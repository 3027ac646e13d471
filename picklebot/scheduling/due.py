"""Which of the known suites run now, and why. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from picklebot.model import PlannedRun, Reason, RunReason, SuiteRecord

__all__ = ["next_due", "plan_due", "reason_to_run"]


def plan_due(
    records: Iterable[SuiteRecord], now: datetime, software: str, *, recheck_after: timedelta, full: bool
) -> Iterator[PlannedRun]:
    """Plan the suites that must run, in the order of titles; see `reason_to_run`."""
    for record in sorted(records, key=lambda record: record.suite.tester.title):
        reason = reason_to_run(record, now, software, recheck_after=recheck_after, full=full)
        if reason is not None:
            yield PlannedRun(record.suite, record.baseline, record.schedule, reason)


def reason_to_run(
    record: SuiteRecord, now: datetime, software: str, *, recheck_after: timedelta, full: bool
) -> Reason | None:
    """Why a suite's answer could have changed; None where nothing says so.

    :param now: UTC
    :param software: digest of the wiki's software, with picklebot and its strategies
    :param recheck_after: after this time it runs again in any case, for changes that the API does not show
    :param full: whether all suites run
    """
    if record.schedule.must_run is not None:
        return record.schedule.must_run
    if record.schedule.ran_at is None:
        return Reason(RunReason.NEVER_RAN)
    if record.baseline.software != software:
        return Reason(RunReason.SOFTWARE)
    if full:
        return Reason(RunReason.ASKED_FOR)
    if now - record.schedule.ran_at >= recheck_after * _spread(record.tester_id):
        return Reason(RunReason.RECHECK)
    return None


def next_due(records: Iterable[SuiteRecord], now: datetime, *, recheck_after: timedelta) -> datetime | None:
    """When a suite must run next if nothing changes, UTC: now where one waits already; None where there is none."""
    times = (
        now
        if record.schedule.must_run is not None or record.schedule.ran_at is None
        else record.schedule.ran_at + recheck_after * _spread(record.tester_id)
        for record in records
    )
    return min(times, default=None)


def _spread(tester_id: int) -> float:
    """Between a half and one, the same for a suite at all times: suites that ran together are not due together."""
    digest = hashlib.blake2b(str(tester_id).encode(), digest_size=4).digest()
    return 0.5 + int.from_bytes(digest, "big") / 2**33
