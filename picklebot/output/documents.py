"""The JSON documents that commands print, as models: their schema is docs/schema/, and operators.md tells their keys.

Commands build their documents from plain values, as a harvest's may be of ten thousand suites; tests hold every
document that a command prints to these models. A key is never taken away or given another meaning; new ones may come.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from picklebot.model import (
    Basis,
    Call,
    Ending,
    ErrorKind,
    InconclusiveCode,
    NoteCode,
    Page,
    RuleCode,
    RunAloneReason,
    RunReason,
    State,
)
from picklebot.output.document_parts import DocumentPart, FailingPoint, Points, ReportEntry, SuiteErrorEntry

__all__ = ["DOCUMENTS", "Explanations", "HarvestDocument", "HistoryDocument", "PlanDocument", "StatusDocument"]


class OtherCall(DocumentPart):
    """A call that editors wrote down, and that does not count."""

    function: Annotated[str, Field(description="the function that it calls")]
    arguments: Annotated[list[str], Field(description="its arguments")]
    found_on: Annotated[str, Field(description="title of the page that it stands on")]
    state: Annotated[State, Field(description="the state that it comes to")]


class SuiteEntry(DocumentPart):
    """A suite after a harvest."""

    testee: Annotated[str, Field(description="title of the module under test")]
    testee_exists: Annotated[bool, Field(description="false for a test page without a module")]
    tester: Annotated[str, Field(description="title of the test page")]
    strategy: Annotated[str, Field(description="name of the strategy that read the report")]
    state: Annotated[State | None, Field(description="one of the [states](states.md); null if no run ever came to one")]
    points: Annotated[Points, Field(description="the points of the report, each counted once")]
    failing: Annotated[list[FailingPoint], Field(description="the points that make the suite fail")]
    error: Annotated[SuiteErrorEntry | None, Field(description="the error that ended the whole suite, or null")]
    inconclusive: Annotated[
        str | None, Field(description="why this harvest came to no state, or null; all else is then from before")
    ]
    inconclusive_code: Annotated[
        InconclusiveCode | None, Field(description="the same as a code; null where it came to a state")
    ]
    ran: Annotated[bool, Field(description="whether it ran in this harvest and came to a state")]
    revision: Annotated[int, Field(description="revision of the module that was tested; 0 without a module")]
    duration_ms: Annotated[int, Field(description="how long the last run took, in milliseconds")]
    title_dependent: Annotated[
        bool | None,
        Field(
            description="whether it ends otherwise under another title; null where that was not tried (yet): a suite"
            " that passes and takes more than 0.1 s of Lua time waits for the next batch"
        ),
    ]
    flaky: Annotated[bool, Field(description="whether its last two runs disagreed, so that its state stayed as it was")]
    stands_alone: Annotated[
        bool,
        Field(
            description="whether its state is recorded on the test page itself: there is no module, or the test page"
            " stands elsewhere and the module has test pages of its own"
        ),
    ]
    other: Annotated[
        OtherCall | None,
        Field(
            description="a call that editors wrote down, where it comes to another state than the strategy's own, which"
            " counts; else null"
        ),
    ]


class ModuleEntry(DocumentPart):
    """A module, or a test page without one."""

    title: Annotated[str, Field(description="title of the page")]
    page_id: Annotated[int, Field(description="its id, which it keeps when it is moved")]
    state: Annotated[State, Field(description="the state: that of its worst suite")]
    previous_state: Annotated[State | None, Field(description="the state before, or null")]
    revision: Annotated[int, Field(description="its newest revision")]


class ChangedPageEntry(DocumentPart):
    """A page that changed between two states."""

    title: Annotated[str, Field(description="title of the page")]
    old: Annotated[int, Field(description="its revision before; 0 if it did not exist")]
    new: Annotated[int, Field(description="its revision now; 0 if it does not exist")]
    user: Annotated[str, Field(description="who made the newest change; empty if hidden")]
    at: Annotated[str, Field(description="when; empty if hidden")]


class LinkedPageEntry(ChangedPageEntry):
    """A page that changed between two states, with a link."""

    diff: Annotated[str | None, Field(description="address of the difference between the two revisions, or null")]


class SoftwareVersions(DocumentPart):
    """Software that changed."""

    before: Annotated[dict[str, str], Field(description="versions before, by name")]
    now: Annotated[dict[str, str], Field(description="versions now, by name")]


class _CauseOf(DocumentPart):
    software: Annotated[tuple[str, str] | None, Field(description="the software that changed, before and now, or null")]
    software_versions: Annotated[SoftwareVersions | None, Field(description="its names and versions, or null")]


class CauseEntry(_CauseOf):
    """Changes since the old state."""

    pages: Annotated[list[ChangedPageEntry], Field(description="pages that the tests depend on, the likeliest first")]


class LinkedCauseEntry(_CauseOf):
    """Changes since the old state, with links."""

    pages: Annotated[list[LinkedPageEntry], Field(description="pages that the tests depend on, the likeliest first")]


class _Change(DocumentPart):
    title: Annotated[str, Field(description="title of the page")]
    old: Annotated[State | None, Field(description="the state before; null when it is first seen")]
    new: Annotated[State | None, Field(description="the state now; null when it is followed no more")]
    summary: Annotated[str, Field(description="the counts, in words")]
    basis: Annotated[
        Basis,
        Field(
            description="`tests` for results of tests; `no-test-page`, `page-gone`, or `unknown` for records of others"
        ),
    ]
    points: Annotated[
        Points | None,
        Field(description="the counts of all its suites, as in `suites[].points`; null where there were none"),
    ]
    errors: Annotated[
        list[ErrorKind], Field(description="kinds of errors that ended suites, as in `suites[].error.kind`")
    ]


class TransitionEntry(_Change):
    """A change of state in a harvest."""

    page_id: Annotated[int, Field(description="its id")]
    cause: Annotated[
        CauseEntry | None,
        Field(description="pages and software that changed since the old state; null when it is first seen"),
    ]


class HarvestDocument(DocumentPart):
    """`picklebot harvest --format json`: all that is known, suites that did not run included."""

    suites: Annotated[list[SuiteEntry], Field(description="one object per test page")]
    modules: Annotated[
        list[ModuleEntry], Field(description="one object per module with tests, and per test page without a module")
    ]
    transitions: Annotated[list[TransitionEntry], Field(description="changes of state in this harvest")]
    ended: Annotated[
        Ending, Field(description="how it ended; `terminated` by SIGTERM or Ctrl-C: what did not run, runs next time")
    ]


class _Reason(DocumentPart):
    reason: Annotated[str, Field(description="why it runs")]
    reason_code: Annotated[RunReason, Field(description="the same as a code")]
    reason_titles: Annotated[list[str], Field(description="the pages that changed")]


class PlannedEntry(_Reason):
    """A suite that would run."""

    tester: Annotated[str, Field(description="title of the test page")]
    testee: Annotated[str, Field(description="title of the module under test")]


class PlanDocument(DocumentPart):
    """`picklebot plan --format json`: the suites that a harvest would run now."""

    suites: Annotated[list[PlannedEntry], Field(description="one object per test page")]
    alone: Annotated[int, Field(description="how many of them would run alone")]
    batches: Annotated[int, Field(description="how many requests would take the others")]
    requests_made: Annotated[int, Field(description="how many requests it took to find that out")]


class InconclusiveEntry(DocumentPart):
    """A suite whose last run came to no state."""

    tester: Annotated[str, Field(description="title of the test page")]
    reason: Annotated[str, Field(description="why")]
    code: Annotated[InconclusiveCode, Field(description="the same as a code")]


class WaitingEntry(DocumentPart):
    """The work left to a recorder."""

    waiting: Annotated[int, Field(description="how many transitions it has not recorded")]
    since: Annotated[str | None, Field(description="when the first of them was found, or null")]


class LastHarvest(DocumentPart):
    """The latest harvest."""

    started: Annotated[str, Field(description="when it began")]
    ended: Annotated[str | None, Field(description="when it ended; null where it was broken off, or is going on")]
    seconds: Annotated[float | None, Field(description="how long it took; null likewise")]
    requests: Annotated[
        int, Field(description="made to read the wiki and to run suites; those of the account are not counted")
    ]
    ran: Annotated[int, Field(description="suites that came to a state")]
    inconclusive: Annotated[int, Field(description="suites without one")]
    changed: Annotated[int, Field(description="changes of state")]


class StatusDocument(DocumentPart):
    """`picklebot status --format json`: how a wiki stands, as the store knows it."""

    wiki: Annotated[str, Field(description="what the store calls it")]
    modules: Annotated[dict[State, int], Field(description="number of modules, by state")]
    suites: Annotated[int, Field(description="how many are known")]
    due: Annotated[int, Field(description="how many would run now")]
    flaky: Annotated[list[str], Field(description="test pages whose last two runs disagreed")]
    inconclusive: Annotated[
        list[InconclusiveEntry], Field(description="test pages whose last run came to no state, and why")
    ]
    outbox: Annotated[dict[str, WaitingEntry], Field(description="what waits, by recorder")]
    last_harvest: Annotated[LastHarvest | None, Field(description="the latest; null before the first")]
    running: Annotated[bool, Field(description="whether a harvest or a watch holds the wiki")]


class PastRunEntry(_Reason):
    """One run of a suite."""

    at: Annotated[str, Field(description="when")]
    state: Annotated[State | None, Field(description="what it came to, or null")]
    points: Annotated[Points, Field(description="the points of the report, each counted once")]
    error: Annotated[SuiteErrorEntry | None, Field(description="the error that ended the whole suite, or null")]
    inconclusive: Annotated[str | None, Field(description="why it came to no state, or null")]
    inconclusive_code: Annotated[
        InconclusiveCode | None, Field(description="the same as a code; null where it came to a state")
    ]
    duration_ms: Annotated[int, Field(description="how long it took, in milliseconds")]
    lua_ms: Annotated[int, Field(description="how much of it in Lua")]


class SuiteStoryEntry(DocumentPart):
    """A suite as it is, and its last runs."""

    tester: Annotated[str, Field(description="title of the test page")]
    testee: Annotated[str, Field(description="title of the module under test")]
    strategy: Annotated[str, Field(description="name of the strategy that read the report")]
    state: Annotated[State | None, Field(description="its last state, or null")]
    points: Annotated[Points, Field(description="the points of the report, each counted once")]
    flaky: Annotated[bool, Field(description="whether its last two runs disagreed")]
    runs_alone: Annotated[str | None, Field(description="why it is never confirmed beside others, or null")]
    runs_alone_code: Annotated[RunAloneReason | None, Field(description="the same as a code")]
    last_verdict: Annotated[str | None, Field(description="when it last came to one, or null")]
    must_run: Annotated[str | None, Field(description="why the next harvest runs it in any case, or null")]
    must_run_code: Annotated[RunReason | None, Field(description="the same as a code")]
    must_run_titles: Annotated[list[str], Field(description="the pages that changed")]
    runs: Annotated[list[PastRunEntry], Field(description="its last runs, the latest first")]


class RecordedTransitionEntry(_Change):
    """A change of state, and where it was recorded."""

    token: Annotated[str, Field(description="stands in the tag's reason and in the line of the log")]
    at: Annotated[str, Field(description="when it was found")]
    revision: Annotated[int, Field(description="the revision tested")]
    testers: Annotated[list[str], Field(description="titles of the test pages that the state comes from")]
    cause: Annotated[
        LinkedCauseEntry | None,
        Field(description="pages and software that changed since the old state; null when it is first seen"),
    ]
    recorded: Annotated[dict[str, str], Field(description="when it was recorded, by recorder")]
    waits_for: Annotated[list[str], Field(description="recorders that have not recorded it yet")]


class HistoryDocument(DocumentPart):
    """`picklebot history --format json`: all that is kept of one page."""

    title: Annotated[str, Field(description="title of the page, as last seen")]
    page_id: Annotated[int, Field(description="its id")]
    state: Annotated[State | None, Field(description="of the module; null where it is followed no more")]
    previous_state: Annotated[State | None, Field(description="the state before, or null")]
    suites: Annotated[list[SuiteStoryEntry], Field(description="its test pages")]
    transitions: Annotated[
        list[RecordedTransitionEntry], Field(description="the changes of its state, the latest first")
    ]


class RequestEntry(DocumentPart):
    """A request of a run."""

    parameters: Annotated[dict[str, Any], Field(description="as the API got them")]
    answer: Annotated[dict[str, Any], Field(description="as the API gave it")]


class ExplanationEntry(DocumentPart):
    """The whole way of one suite."""

    tester: Annotated[Page, Field(description="the test page")]
    testee: Annotated[Page, Field(description="the module under test")]
    why: Annotated[list[str], Field(description="findings that led to this module and these strategies")]
    why_codes: Annotated[list[NoteCode], Field(description="the codes of `why`, in their order")]
    candidates: Annotated[list[str], Field(description="names of the strategies that were tried")]
    strategy: Annotated[str, Field(description="the one that read the report")]
    call: Annotated[Call | None, Field(description="how it was run, or null")]
    other: Annotated[OtherCall | None, Field(description="as in the document of a harvest")]
    requests: Annotated[list[RequestEntry], Field(description="what was asked and answered")]
    report: Annotated[ReportEntry | None, Field(description="the report, or null")]
    points: Annotated[Points | None, Field(description="its points, each counted once, or null")]
    state: Annotated[State | None, Field(description="what it came to, or null")]
    rule: Annotated[str, Field(description="the rule that gave the state")]
    rule_code: Annotated[RuleCode | None, Field(description="the same as a code")]
    inconclusive: Annotated[str | None, Field(description="why it came to no state, or null")]
    inconclusive_code: Annotated[
        InconclusiveCode | None, Field(description="the same as a code; null where it came to a state")
    ]
    title_dependent: Annotated[bool | None, Field(description="as in the document of a harvest")]
    dependencies: Annotated[list[Page], Field(description="pages that the run depended on, as they are now")]


class Explanations(RootModel[list[ExplanationEntry]]):
    """`picklebot explain --format json`: the way of each suite of a module."""

    model_config = ConfigDict(defer_build=True)


#: All documents, by the command that prints them.
DOCUMENTS: dict[str, type[BaseModel]] = {
    "harvest": HarvestDocument,
    "plan": PlanDocument,
    "status": StatusDocument,
    "history": HistoryDocument,
    "explain": Explanations,
}
