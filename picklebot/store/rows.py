"""Between records and rows of the store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from picklebot.model import (
    Call,
    Candidate,
    Cause,
    Cost,
    Counts,
    ErrorKind,
    ModuleStatus,
    Origin,
    OtherVerdict,
    OutboxEntry,
    Page,
    Point,
    Reason,
    RunAloneReason,
    RunReason,
    State,
    SuiteError,
    SuiteRecord,
    SuiteResult,
    SuiteStatus,
    Transition,
)

__all__ = [
    "module_from",
    "module_row",
    "outbox_entry_from",
    "reason_from",
    "result_row",
    "suite_from",
    "suite_row",
    "to_column",
    "transition_row",
]

_POINT = ("description", "number", "expected", "actual", "message")


def to_column(time: datetime | None) -> datetime | None:
    """UTC without a zone, as databases keep it."""
    return time.astimezone(UTC).replace(tzinfo=None) if time else None


def suite_from(row: Row[Any]) -> SuiteRecord:
    """A suite's record from its row."""
    testee = Page(row.testee_title, row.testee_id, row.testee_revision)
    status = SuiteStatus(
        testee=testee,
        tester=Page(row.tester_title, row.tester_id, row.tester_revision),
        strategy=row.strategy,
        state=State(row.state) if row.state else None,
        counts=Counts(**row.counts),
        error=SuiteError(ErrorKind(row.error_kind), row.error_message or "") if row.error_kind else None,
        failing=tuple(Point(ok=False, **point) for point in row.failing),
        flaky=row.flaky,
        revision=row.revision,
        duration_ms=row.duration_ms,
        title_dependent=row.title_dependent,
        elsewhere=bool(row.elsewhere),
        stands_alone=bool(row.stands_alone),
        other=OtherVerdict(_call(row.other["call"]), State(row.other["state"])) if row.other else None,
    )
    return SuiteRecord(
        status,
        candidates=tuple(map(_candidate, row.candidates)),
        functions=None if row.functions is None else frozenset(row.functions),
        data=bool(row.data),
        ran_at=_time(row.ran_at),
        software=row.software,
        reason=reason_from(row.must_run_reason, row.must_run_detail),
        run_alone_reason=RunAloneReason(row.run_alone_reason) if row.run_alone_reason else None,
        flaky=row.flaky,
        cost=Cost(row.lua_ms, row.memory_bytes, row.permille),
        page_counts=Counts(**row.page_counts) if row.page_counts else None,
        fingerprint=row.fingerprint or "",
    )


def suite_row(record: SuiteRecord) -> dict[str, Any]:
    """A suite's row from its record."""
    status = record.status
    return {
        "tester_id": status.tester.page_id,
        "tester_title": status.tester.title,
        "tester_revision": status.tester.revision,
        "testee_id": status.testee.page_id,
        "testee_title": status.testee.title,
        "testee_revision": status.testee.revision,
        "candidates": [asdict(candidate) for candidate in record.candidates],
        "functions": None if record.functions is None else sorted(record.functions),
        "data": record.data,
        "strategy": status.strategy,
        "state": status.state,
        "counts": asdict(status.counts),
        "error_kind": status.error and status.error.kind,
        "error_message": status.error and status.error.message,
        "failing": _failing(status.failing),
        "revision": status.revision,
        "duration_ms": status.duration_ms,
        "title_dependent": status.title_dependent,
        "other": asdict(status.other) if status.other else None,
        "elsewhere": status.elsewhere,
        "stands_alone": status.stands_alone,
        "lua_ms": record.cost.lua_ms,
        "memory_bytes": record.cost.memory_bytes,
        "permille": record.cost.permille,
        "page_counts": asdict(record.page_counts) if record.page_counts else None,
        "fingerprint": record.fingerprint or None,
        "ran_at": to_column(record.ran_at),
        "software": record.software,
        "must_run_reason": record.reason and record.reason.code,
        "must_run_detail": _reason_detail(record.reason),
        "run_alone_reason": record.run_alone_reason,
        "flaky": record.flaky,
    }


def result_row(result: SuiteResult, at: datetime, reason: Reason) -> dict[str, Any]:
    """A row of the history from one run."""
    report = result.report
    return {
        "tester_id": result.suite.tester.page_id,
        "at": to_column(at),
        "state": result.state,
        "counts": asdict(report.counts if report else Counts()),
        "error_kind": report and report.error and report.error.kind,
        "error_message": report and report.error and report.error.message,
        "failing": _failing(tuple(point for point in report.points if point.failed)) if report else [],
        "inconclusive": result.inconclusive,
        "duration_ms": result.duration_ms,
        "lua_ms": result.cost.lua_ms,
        "run_reason": reason.code,
        "run_reason_detail": _reason_detail(reason),
    }


def module_from(row: Row[Any]) -> ModuleStatus:
    """A module's status from its row."""
    previous = State(row.previous) if row.previous else None
    return ModuleStatus(Page(row.title, row.page_id, row.revision), State(row.state), previous)


def module_row(module: ModuleStatus) -> dict[str, Any]:
    """A module's row from its status."""
    return {
        "page_id": module.page.page_id,
        "title": module.page.title,
        "revision": module.page.revision,
        "state": module.state,
        "previous": module.previous,
    }


def transition_row(transition: Transition, token: str, at: datetime) -> dict[str, Any]:
    """A row of the outbox."""
    return {
        "token": token,
        "page_id": transition.page.page_id,
        "title": transition.page.title,
        "revision": transition.page.revision,
        "old": transition.old,
        "new": transition.new,
        "summary": transition.summary,
        "testers": list(transition.testers),
        "cause": transition.cause.to_json() if transition.cause else None,
        "at": to_column(at),
    }


def outbox_entry_from(row: Row[Any]) -> OutboxEntry:
    """A transition of the outbox from its row."""
    transition = Transition(
        Page(row.title, row.page_id, row.revision),
        State(row.old) if row.old else None,
        State(row.new) if row.new else None,
        row.summary,
        tuple(row.testers),
        Cause.from_json(row.cause) if row.cause else None,
    )
    return OutboxEntry(row.id, row.token, row.at.replace(tzinfo=UTC), transition)


def _candidate(candidate: dict[str, Any]) -> Candidate:
    origin = Origin(candidate.get("origin", Origin.STRATEGY))
    declared = candidate.get("declared_in_source", False)
    return Candidate(candidate["strategy"], _call(candidate["call"]), declared, origin)


def reason_from(code: str | None, detail: dict[str, Any] | None) -> Reason | None:
    """Why a suite must run, or ran, from its columns."""
    detail = detail or {}
    return Reason(RunReason(code), tuple(detail.get("titles", ())), detail.get("words", "")) if code else None


def _reason_detail(reason: Reason | None) -> dict[str, Any] | None:
    if reason is None or not (reason.titles or reason.detail):
        return None
    return {"titles": list(reason.titles)} if reason.titles else {"words": reason.detail}


def _call(call: dict[str, Any]) -> Call:
    found_on, page = call.get("found_on", ""), call.get("page", "")
    return Call(call["function"], tuple(call["arguments"]), call["title"], found_on, page)


def _failing(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    return [{name: getattr(point, name) for name in _POINT} for point in points]


def _time(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None
