"""Between records and rows of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Row

from picklebot.model import (
    Baseline,
    Basis,
    Call,
    Candidate,
    Cause,
    ChangedPage,
    Cost,
    Counts,
    Dependencies,
    DisregardedCall,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    ModuleStatus,
    Note,
    NoteCode,
    NoteDetail,
    Origin,
    OutboxEntry,
    Page,
    Point,
    Reason,
    RunAloneReason,
    RunReason,
    RunResult,
    Schedule,
    SoftwareChange,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
)

__all__ = [
    "Once",
    "error_from",
    "inconclusive_from",
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

Value = TypeVar("Value")

_NO_DEPENDENCIES: Dependencies = {}
_POINT = ("description", "number", "expected", "actual", "message")


def to_column(time: datetime | None) -> datetime | None:
    """UTC without a zone, as databases keep it."""
    return time.astimezone(UTC).replace(tzinfo=None) if time else None


class Once:
    """Keeps one of all values that are equal: ten thousand suites have most counts, calls and costs in common."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def __call__(self, value: Value) -> Value:
        """The first of the values that are equal to this one."""
        known: Value = self._known.setdefault(value, value)
        return known


def suite_from(row: Row[Any], once: Once | None = None) -> SuiteRecord:
    """A suite's record from its row; the pages that it depends on stand elsewhere.

    :param once: for many rows, so that they share equal values
    """
    once = once or Once()
    candidates = tuple(_candidate(each, once) for each in row.candidates)
    return SuiteRecord(
        Suite(
            Page(once(row.testee_title), row.testee_id, row.testee_revision),
            Page(once(row.tester_title), row.tester_id, row.tester_revision),
            candidates,
            functions=None if row.functions is None else once(frozenset(row.functions)),
            data=bool(row.data),
            elsewhere=bool(row.elsewhere),
        ),
        Baseline(
            state=State(row.state) if row.state else None,
            strategy=once(row.strategy),
            call=_last_call(candidates, row.strategy),
            page_counts=once(Counts(**row.page_counts)) if row.page_counts else None,
            fingerprint=once(row.fingerprint or ""),
            title_dependent=row.title_dependent,
            flaky=row.flaky,
            cost=once(Cost(row.lua_ms, row.memory_bytes, row.permille)),
            software=once(row.software),
            dependencies=_NO_DEPENDENCIES,
        ),
        Schedule(
            ran_at=_time(row.ran_at),
            must_run=reason_from(row.must_run_reason, row.must_run_detail),
            run_alone=RunAloneReason(row.run_alone_reason) if row.run_alone_reason else None,
        ),
        SuiteStatus(
            counts=once(Counts(**row.counts)),
            error=error_from(row),
            failing=tuple(map(_point, row.failing)),
            revision=row.revision,
            duration_ms=row.duration_ms,
            other=DisregardedCall(_call(row.other["call"], once), State(row.other["state"])) if row.other else None,
        ),
        stands_alone=bool(row.stands_alone),
    )


def _last_call(candidates: Sequence[Candidate], strategy: str) -> Call | None:
    """The call of the last run: of the first candidate of its strategy, which may not have been any candidate's."""
    mine = (candidate.call for candidate in candidates if candidate.strategy == strategy)
    return next(mine, candidates[0].call) if candidates and strategy else None


def suite_row(record: SuiteRecord) -> dict[str, Any]:
    """A suite's row from its record."""
    suite, baseline, status, must_run = record.suite, record.baseline, record.status, record.schedule.must_run
    return {
        "tester_id": suite.tester.page_id,
        "tester_title": suite.tester.title,
        "tester_revision": suite.tester.revision,
        "testee_id": suite.testee.page_id,
        "testee_title": suite.testee.title,
        "testee_revision": suite.testee.revision,
        "candidates": [asdict(candidate) for candidate in suite.candidates],
        "functions": None if suite.functions is None else sorted(suite.functions),
        "data": suite.data,
        "elsewhere": suite.elsewhere,
        "stands_alone": record.stands_alone,
        "strategy": baseline.strategy,
        "state": baseline.state,
        "page_counts": asdict(baseline.page_counts) if baseline.page_counts else None,
        "fingerprint": baseline.fingerprint or None,
        "title_dependent": baseline.title_dependent,
        "flaky": baseline.flaky,
        "lua_ms": baseline.cost.lua_ms,
        "memory_bytes": baseline.cost.memory_bytes,
        "permille": baseline.cost.permille,
        "software": baseline.software,
        "counts": asdict(status.counts),
        **_error_columns(status.error),
        "failing": _failing(status.failing),
        "revision": status.revision,
        "duration_ms": status.duration_ms,
        "other": asdict(status.other) if status.other else None,
        "ran_at": to_column(record.schedule.ran_at),
        "must_run_reason": must_run and must_run.code,
        "must_run_detail": _reason_detail(must_run),
        "run_alone_reason": record.schedule.run_alone,
    }


def result_row(result: RunResult, at: datetime, reason: Reason) -> dict[str, Any]:
    """A row of the history from one run."""
    report = result.report
    return {
        "tester_id": result.suite.tester.page_id,
        "at": to_column(at),
        "state": result.state,
        "counts": asdict(report.counts if report else Counts()),
        **_error_columns(report.error if report else None),
        "failing": _failing(tuple(point for point in report.points if point.failed)) if report else [],
        "inconclusive_code": result.inconclusive and result.inconclusive.code,
        "inconclusive_details": list(result.inconclusive.details) or None if result.inconclusive else None,
        "duration_ms": result.duration_ms,
        "lua_ms": result.cost.lua_ms,
        "run_reason": reason.code,
        "run_reason_detail": _reason_detail(reason),
    }


def module_from(row: Row[Any], once: Once | None = None) -> ModuleStatus:
    """A module's status from its row.

    :param once: as for `suite_from`
    """
    title = once(row.title) if once else row.title
    previous = State(row.previous) if row.previous else None
    return ModuleStatus(Page(title, row.page_id, row.revision), State(row.state), previous)


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
        "basis": transition.basis,
        "counts": asdict(transition.counts) if transition.counts else None,
        "errors": list(transition.errors) or None,
        "detail": transition.detail or None,
        "testers": list(transition.testers),
        "cause": asdict(transition.cause) if transition.cause else None,
        "at": to_column(at),
    }


def outbox_entry_from(row: Row[Any]) -> OutboxEntry:
    """A transition of the outbox from its row."""
    transition = Transition(
        Page(row.title, row.page_id, row.revision),
        State(row.old) if row.old else None,
        State(row.new) if row.new else None,
        Counts(**row.counts) if row.counts else None,
        tuple(map(ErrorKind, row.errors or ())),
        tuple(row.testers),
        _cause(row.cause) if row.cause else None,
        Basis(row.basis),
        row.detail or "",
    )
    return OutboxEntry(row.id, row.token, row.at.replace(tzinfo=UTC), transition)


def _cause(cause: dict[str, Any]) -> Cause:
    software = SoftwareChange(**cause["software"]) if cause["software"] else None
    return Cause(tuple(ChangedPage(**page) for page in cause["pages"]), software)


def _candidate(candidate: dict[str, Any], once: Once) -> Candidate:
    origin = Origin(candidate.get("origin", Origin.STRATEGY))
    declared = candidate.get("declared_in_source", False)
    return Candidate(once(candidate["strategy"]), _call(candidate["call"], once), declared, origin)


def reason_from(code: str | None, detail: dict[str, Any] | None) -> Reason | None:
    """Why a suite must run, or ran, from its columns."""
    detail = detail or {}
    return Reason(RunReason(code), tuple(detail.get("titles", ())), detail.get("words", "")) if code else None


def inconclusive_from(code: str | None, details: list[str] | None) -> Inconclusive | None:
    """Why a run came to no state, from its columns."""
    return Inconclusive(InconclusiveCode(code), tuple(details or ())) if code else None


def _reason_detail(reason: Reason | None) -> dict[str, Any] | None:
    if reason is None or not (reason.titles or reason.detail):
        return None
    return {"titles": list(reason.titles)} if reason.titles else {"words": reason.detail}


def _call(call: dict[str, Any], once: Once) -> Call:
    found_on, page = once(call.get("found_on", "")), once(call.get("page", ""))
    return Call(once(call["function"]), once(tuple(call["arguments"])), once(call["title"]), found_on, page)


def _failing(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    return [{**{name: getattr(point, name) for name in _POINT}, "note": _note_value(point.note)} for point in points]


def _point(kept: dict[str, Any]) -> Point:
    return Point(ok=False, **{name: kept[name] for name in _POINT}, note=_note(kept.get("note")))


def error_from(row: Row[Any]) -> SuiteError | None:
    """The error that ended a suite, from its columns."""
    if not row.error_kind:
        return None
    note = _note({"code": row.error_code, "details": row.error_details or ()} if row.error_code else None)
    return SuiteError(ErrorKind(row.error_kind), row.error_message or "", note)


def _error_columns(error: SuiteError | None) -> dict[str, Any]:
    note = error.note if error else None
    return {
        "error_kind": error and error.kind,
        "error_message": (error.message or None) if error else None,
        "error_code": note and note.code,
        "error_details": [_detail_value(detail) for detail in note.details] or None if note else None,
    }


def _note_value(note: Note | None) -> dict[str, Any] | None:
    return {"code": note.code, "details": [_detail_value(detail) for detail in note.details]} if note else None


def _detail_value(detail: NoteDetail) -> Any:  # noqa: ANN401 (a value that JSON knows)
    return _note_value(detail) if isinstance(detail, Note) else detail


def _note(kept: dict[str, Any] | None) -> Note | None:
    return Note(NoteCode(kept["code"]), tuple(map(_detail, kept["details"]))) if kept else None


def _detail(kept: Any) -> NoteDetail:  # noqa: ANN401 (as above)
    if isinstance(kept, dict):
        return Note(NoteCode(kept["code"]), tuple(map(_detail, kept["details"])))
    return tuple(kept) if isinstance(kept, list) else kept


def _time(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None
