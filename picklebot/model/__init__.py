"""The nouns of picklebot: frozen values without I/O.

Times are UTC, durations milliseconds, revisions integers, titles as the wiki normalises them.
"""

from picklebot.model.baseline import Baseline
from picklebot.model.calls import NOWHERE, Call, Candidate, Offer, Origin
from picklebot.model.changes import ChangesCursor, Dependencies, Dependent, SyncResult, SyncState
from picklebot.model.fleet import WikiEnding, WikiOutcome
from picklebot.model.notes import Note, NoteCode, NoteDetail
from picklebot.model.reasons import (
    Ending,
    Inconclusive,
    InconclusiveCode,
    Reason,
    Rule,
    RuleCode,
    RunAloneReason,
    RunReason,
)
from picklebot.model.record import Knowledge, ModuleStatus, SuiteRecord, SuiteStatus
from picklebot.model.report import Counts, Directive, ErrorKind, Marks, Plan, Point, Report, SuiteError
from picklebot.model.result import Cost, DisregardedCall, RunResult
from picklebot.model.schedule import BatchMiss, PlannedRun, Schedule
from picklebot.model.state import State, worst
from picklebot.model.suite import LUA_MODEL, DiscoveredSuite, Page, Suite, SuiteKey
from picklebot.model.summary import LastChange, ModuleSummary, OwnPage, RefusedWrite
from picklebot.model.transition import (
    BOT,
    BUILT_IN_RECORDERS,
    Basis,
    Cause,
    ChangedPage,
    OutboxEntry,
    RecordedUnder,
    SoftwareChange,
    Transition,
)
from picklebot.model.update import StoreUpdate

__all__ = [
    "BOT",
    "BUILT_IN_RECORDERS",
    "LUA_MODEL",
    "NOWHERE",
    "Baseline",
    "Basis",
    "BatchMiss",
    "Call",
    "Candidate",
    "Cause",
    "ChangedPage",
    "ChangesCursor",
    "Cost",
    "Counts",
    "Dependencies",
    "Dependent",
    "Directive",
    "DiscoveredSuite",
    "DisregardedCall",
    "Ending",
    "ErrorKind",
    "Inconclusive",
    "InconclusiveCode",
    "Knowledge",
    "LastChange",
    "Marks",
    "ModuleStatus",
    "ModuleSummary",
    "Note",
    "NoteCode",
    "NoteDetail",
    "Offer",
    "Origin",
    "OutboxEntry",
    "OwnPage",
    "Page",
    "Plan",
    "PlannedRun",
    "Point",
    "Reason",
    "RecordedUnder",
    "RefusedWrite",
    "Report",
    "Rule",
    "RuleCode",
    "RunAloneReason",
    "RunReason",
    "RunResult",
    "Schedule",
    "SoftwareChange",
    "State",
    "StoreUpdate",
    "Suite",
    "SuiteError",
    "SuiteKey",
    "SuiteRecord",
    "SuiteStatus",
    "SyncResult",
    "SyncState",
    "Transition",
    "WikiEnding",
    "WikiOutcome",
    "worst",
]
