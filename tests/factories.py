"""Pages, suites, results and what is known of them, as tests want them: a module ``Module:Foo`` with tests that pass.

A test says what matters to it, and nothing else.
"""

from __future__ import annotations

from datetime import UTC, datetime

from picklebot.model import (
    Baseline,
    Call,
    Candidate,
    Counts,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    OutboxEntry,
    Page,
    Point,
    Reason,
    Report,
    RunResult,
    Schedule,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
)
from picklebot.text.wording import note_words

__all__ = ["BAR", "CALL", "FOO", "LUA", "MORE", "NOW", "TESTS", "a_page", "a_record", "a_report", "a_result", "a_suite"]
__all__ += ["notes_in_words", "outbox", "words"]

LUA = "Scribunto"
NOW = datetime(2026, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)


def a_page(name: str, id_: int = 0, revision: int = 0, model: str = "") -> Page:
    """A page of the Module namespace; one without an id does not exist."""
    return Page(f"Module:{name}", id_, revision, model)


_NONE = Counts()
FOO, BAR = a_page("Foo", 1, 10), a_page("Bar", 4, 40)
#: Test pages of Module:Foo.
TESTS, MORE = a_page("Foo/testcases", 2, 20), a_page("Foo/testcases2", 3, 30)
CALL = Call("tap", (), TESTS.title)


def a_suite(tester: Page = TESTS, testee: Page = FOO, *, call: Call | None = None) -> Suite:
    """A suite.

    :param call: how it may be run, as TAP; no way by default
    """
    return Suite(testee, tester, (Candidate("tap", call),) if call else ())


def a_report(*points: Point, error: SuiteError | None = None, notes: tuple[Note, ...] = ()) -> Report:
    """A report of TAP."""
    return Report("tap", points=points, error=error, notes=notes)


def words(text: str) -> Note:
    """A note in the words of a plugin."""
    return Note(NoteCode.OTHER, (text,))


def notes_in_words(report: Report | None) -> tuple[str, ...]:
    """The notes of a report as people read them."""
    return tuple(map(note_words, report.notes)) if report else ()


def a_result(state: State | None = State.GOOD, suite: Suite | None = None, report: Report | None = None) -> RunResult:
    """A run of a suite that came to a state; with None for it, an inconclusive run."""
    suite = suite or a_suite()
    if state is None:
        return RunResult(suite, "tap", inconclusive=Inconclusive(InconclusiveCode.WIKI, ("no answer",)))
    report = report or a_report(Point(ok=state is State.GOOD))
    return RunResult(suite, "tap", CALL, report, state, page_counts=report.counts)


def a_record(
    state: State | None = State.GOOD,
    suite: Suite | None = None,
    *,
    software: str = "",
    ran_at: datetime | None = None,
    reason: Reason | None = None,
    counts: Counts = _NONE,
) -> SuiteRecord:
    """What is known of a suite.

    :param reason: why it must run, or None
    """
    baseline = Baseline(state, "tap", software=software)
    return SuiteRecord(suite or a_suite(), baseline, Schedule(ran_at, reason), SuiteStatus(counts))


def outbox(*changes: tuple[Page, State | None, State | None], former: tuple[str, ...] = ()) -> list[OutboxEntry]:
    """Transitions that wait, with ids from 1."""
    return [
        OutboxEntry(n, f"{n:010}", datetime.now(UTC), Transition(page, old, new, Counts(1, 1)), former)
        for n, (page, old, new) in enumerate(changes, 1)
    ]
