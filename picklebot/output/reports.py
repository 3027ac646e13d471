"""Reports as values that JSON knows: words for people beside the codes of picklebot's own findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from picklebot.model import Note, Point, Report, SuiteError
from picklebot.text.wording import error_words, note_words, point_message

__all__ = ["error_document", "failing_document", "report_document"]


def error_document(error: SuiteError | None) -> dict[str, Any] | None:
    """The error that ended a suite, or None."""
    if error is None:
        return None
    return {"kind": error.kind, "message": error_words(error), **_coded(error.note)}


def failing_document(point: Point) -> dict[str, Any]:
    """A point that makes its suite fail."""
    return {
        "number": point.number,
        "description": point.description,
        "expected": point.expected,
        "actual": point.actual,
        "message": point_message(point),
        **_coded(point.note),
    }


def report_document(report: Report) -> dict[str, Any]:
    """A report with all of its points."""
    return {
        "format": report.format,
        "points": [_point(point) for point in report.points],
        "plan": asdict(report.plan) if report.plan else None,
        "declared": asdict(report.declared) if report.declared else None,
        "error": error_document(report.error),
        "diagnostics": list(report.diagnostics),
        "notes": [note_words(note) for note in report.notes],
        "note_codes": [note.code for note in report.notes],
        "marks": report.marks,
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "ok": point.ok,
        **failing_document(point),
        "directive": point.directive,
        "reason": point.reason,
        "data": None if point.data is None else dict(point.data),
        "subtests": [_point(subtest) for subtest in point.subtests],
    }


def _coded(note: Note | None) -> dict[str, Any]:
    """The code of a finding, in place of words of a report; None where those are the report's own."""
    return {"code": note.code if note else None}
