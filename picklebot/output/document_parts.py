"""Parts that several documents have: points, errors and reports, as models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from picklebot.model import Counts, Directive, ErrorKind, Marks, NoteCode, Plan

__all__ = ["DocumentPart", "FailingPoint", "Points", "ReportEntry", "SuiteErrorEntry"]


class DocumentPart(BaseModel):
    """A part of a document: all of its keys are always there, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Points(DocumentPart):
    """Points, each counted once."""

    total: Annotated[int, Field(description="all")]
    passed: Annotated[int, Field(description="passed, and neither skipped nor marked TODO")]
    failed: Annotated[int, Field(description="failed, and neither skipped nor marked TODO")]
    skipped: Annotated[int, Field(description="skipped")]
    todo: Annotated[int, Field(description="marked TODO")]


class FailingPoint(DocumentPart):
    """A point that makes its suite fail."""

    number: Annotated[int | None, Field(description="as the report numbers it, or null")]
    description: Annotated[str, Field(description="what was tested")]
    expected: Annotated[str | None, Field(description="the value expected, or null")]
    actual: Annotated[str | None, Field(description="the value found, or null")]
    message: Annotated[str | None, Field(description="the report's further words on it, or null")]
    code: Annotated[
        NoteCode | None, Field(description="of the message, where that is a finding of picklebot's own; else null")
    ]


class SuiteErrorEntry(DocumentPart):
    """The error that ended a whole suite."""

    kind: Annotated[
        ErrorKind, Field(description="`script`, `time`, `memory`, `output`, `bail-out`, `plan` or `syntax`")
    ]
    message: Annotated[str, Field(description="in the wiki's or the report's own words, or a finding of picklebot's")]
    code: Annotated[NoteCode | None, Field(description="of the message, where that is a finding; else null")]


class PointEntry(FailingPoint):
    """A point of a report."""

    ok: Annotated[bool, Field(description="as the report says it, before its directive is taken into account")]
    directive: Annotated[Directive | None, Field(description="`TODO`, `SKIP`, or null")]
    reason: Annotated[str, Field(description="the text behind the directive")]
    data: Annotated[dict[str, Any] | None, Field(description="its YAML block, or null")]
    subtests: Annotated[list[PointEntry], Field(description="the points that it sums up; they do not count")]


class ReportEntry(DocumentPart):
    """The report of a run."""

    format: Annotated[str, Field(description="name of the report format; empty when none recognised it")]
    points: Annotated[list[PointEntry], Field(description="in the order of the report")]
    plan: Annotated[Plan | None, Field(description="the points that it promises, or null")]
    declared: Annotated[Counts | None, Field(description="the counts of its headline, where not every point is shown")]
    error: Annotated[SuiteErrorEntry | None, Field(description="the error that ended the whole suite, or null")]
    diagnostics: Annotated[list[str], Field(description="its comments")]
    notes: Annotated[list[str], Field(description="findings of picklebot's own: lines not read, parts left out")]
    note_codes: Annotated[list[NoteCode], Field(description="the codes of the notes, in their order")]
    marks: Annotated[Marks, Field(description="whether passed tests can be told from failed ones")]
