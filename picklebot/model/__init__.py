"""The nouns of picklebot: frozen values without I/O.

Times are UTC, durations milliseconds, revisions integers, titles as the wiki normalises them.
"""

from picklebot.model.calls import NOWHERE, Call, Candidate, Offer, Origin
from picklebot.model.changes import ChangesCursor, Dependencies, Dependent, SyncResult, SyncState
from picklebot.model.reasons import Reason, RunAloneReason, RunReason
from picklebot.model.report import Counts, Directive, ErrorKind, Marks, Plan, Point, Report, SuiteError
from picklebot.model.result import Cost, Knowledge, ModuleStatus, OtherVerdict, SuiteRecord, SuiteResult, SuiteStatus
from picklebot.model.state import State, worst
from picklebot.model.suite import DiscoveredSuite, Page, Suite
from picklebot.model.transition import BUILT_IN_RECORDERS, Cause, ChangedPage, OutboxEntry, RecordedUnder, Transition

__all__ = [
    "BUILT_IN_RECORDERS",
    "NOWHERE",
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
    "ErrorKind",
    "Knowledge",
    "Marks",
    "ModuleStatus",
    "Offer",
    "Origin",
    "OtherVerdict",
    "OutboxEntry",
    "Page",
    "Plan",
    "Point",
    "Reason",
    "RecordedUnder",
    "Report",
    "RunAloneReason",
    "RunReason",
    "State",
    "Suite",
    "SuiteError",
    "SuiteRecord",
    "SuiteResult",
    "SuiteStatus",
    "SyncResult",
    "SyncState",
    "Transition",
    "worst",
]
