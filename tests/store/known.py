"""Some pages, suites and transitions that a store is given to keep."""

from __future__ import annotations

from datetime import UTC, datetime

from picklebot.model import (
    Baseline,
    Call,
    Candidate,
    Cause,
    ChangedPage,
    ChangesCursor,
    Cost,
    Counts,
    ErrorKind,
    ModuleStatus,
    Note,
    NoteCode,
    Point,
    Reason,
    RunAloneReason,
    RunReason,
    Schedule,
    SoftwareChange,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
)
from tests.factories import FOO, NOW, TESTS

__all__ = ["ANCHOR", "CALL", "CAUSE", "CHANGE", "FOO", "MENDED", "MODULE", "NOW", "RECORD", "SUITE", "TESTS"]

CALL = Call("tap", ("a=1", "b"), TESTS.title)
SUITE = Suite(FOO, TESTS, (Candidate("tap", CALL), Candidate("pickle", Call("tap"))), frozenset({"tap", "run"}))
RECORD = SuiteRecord(
    SUITE,
    Baseline(
        State.FAIL,
        "tap",
        CALL,
        page_counts=Counts(3, 1, 1, 1),
        fingerprint="0123456789abcdef0123456789abcdef",
        title_dependent=True,
        flaky=True,
        cost=Cost(2_000, 40_000_000, 120),
        software="digest",
    ),
    Schedule(ran_at=NOW, must_run=Reason(RunReason.CHANGED, ("Module:Foo",)), run_alone=RunAloneReason.NEAR_LIMIT),
    SuiteStatus(
        Counts(3, 1, 1, 1),
        SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (4, 3))),
        (
            Point(
                ok=False,
                description="naïve — 数",
                number=2,
                expected="a\nb",
                actual="",
                note=Note(NoteCode.VALUES_ALIKE),
            ),
        ),
        revision=10,
        duration_ms=12,
    ),
)
MODULE = ModuleStatus(FOO, State.FAIL, State.GOOD)
CAUSE = Cause(
    (ChangedPage("Module:Bär 🥒", 7, 0), ChangedPage("Module:Foo", 9, 10, "A. User", "2026-03-04T05:06:07Z")),
    SoftwareChange({"MediaWiki": "1.39", "Gone": ""}, {"MediaWiki": "1.43"}),
)
CHANGE = Transition(
    FOO, State.GOOD, State.FAIL, Counts(3, 1, 1, 1), (ErrorKind.PLAN,), testers=(TESTS.title,), cause=CAUSE
)
MENDED = Transition(FOO, State.FAIL, State.GOOD, Counts(3, 3))
ANCHOR = ChangesCursor(
    datetime(2026, 3, 4, 5, 0, tzinfo=UTC), {11: "", 12: "2026-03-04T04:59:00Z", 13: "2026-03-04T05:00:00Z"}
)
