"""Codes whose words are messages: how harvests end, why suites run, and alone, what gave their states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from picklebot.model.notes import Note
from picklebot.model.report import ErrorKind

__all__ = ["Ending", "Inconclusive", "InconclusiveCode", "Reason", "Rule", "RuleCode", "RunAloneReason", "RunReason"]


class Ending(StrEnum):
    """How a harvest ended."""

    COMPLETE = "complete"
    DEADLINE = "deadline"
    TERMINATED = "terminated"


class RunReason(StrEnum):
    """Why a suite must run. The values are stored."""

    NEW = "new"
    NEVER_RAN = "never-ran"
    #: Pages that it depends on, which are named.
    CHANGED = "changed"
    #: It is made otherwise than before, and no page that was followed tells why: its title, its module, its strategies.
    REMADE = "remade"
    WIKI_RESTORED = "wiki-restored"
    INCONCLUSIVE = "inconclusive"
    STORE_REBUILT = "store-rebuilt"
    HELD_BACK = "held-back"
    SOFTWARE = "software"
    ASKED_FOR = "asked-for"
    RECHECK = "recheck"
    TITLE_PROBE = "title-probe"
    #: Words that another version stored, kept as they are.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a suite must run.

    :param titles: of the pages that changed
    :param detail: the words of another version
    """

    code: RunReason
    titles: tuple[str, ...] = ()
    detail: str = ""


class RunAloneReason(StrEnum):
    """Why a suite never runs in a batch. The values are stored."""

    NEAR_LIMIT = "near-limit"
    DIFFERENT_OUTPUT = "different-output"
    #: As another version found.
    OTHER = "other"


class RuleCode(StrEnum):
    """The rules of the table of states (docs/states.md)."""

    ERROR = "error"
    UNRECOGNISED = "unrecognised"
    FAILED = "failed"
    ALL_SKIPPED = "all-skipped"
    EMPTY = "empty"
    TODO_FAILED = "todo-failed"
    TODO_PASSED = "todo-passed"
    SKIP_FAILED = "skip-failed"
    SKIPPED = "skipped"
    CONTRADICTORY = "contradictory"
    PASSED = "passed"
    #: A plugin decided.
    PLUGIN = "plugin"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule that gave a state.

    :param count: of the points that it counts
    :param error: kind of the error that ended the suite
    :param detail: the wiki's or the report's own words
    :param note: a finding of picklebot's own about the error, in place of words
    """

    code: RuleCode
    count: int = 0
    error: ErrorKind | None = None
    detail: str = ""
    note: Note | None = None


class InconclusiveCode(StrEnum):
    """Why a run came to no state. The values are stored."""

    #: Pages changed while it ran, or servers differed.
    UNSTABLE = "unstable"
    #: Too many before it got no answer.
    NOT_TRIED = "not-tried"
    DEPENDENCIES_UNREAD = "dependencies-unread"
    PAGES_MOVED = "pages-moved"
    OFFER_UNKNOWN = "offer-unknown"
    PLUGIN = "plugin"
    #: A mistake of picklebot's own.
    DEFECT = "defect"
    #: Passed tests look like failed ones, and the console did not answer.
    MARKS_UNCLEAR = "marks-unclear"
    #: The wiki did not answer, or with an error.
    WIKI = "wiki"
    #: The wiki's server does not have a revision of a page yet.
    SERVER_BEHIND = "server-behind"
    NOT_RUN = "not-run"
    LOG_UNREAD = "log-unread"
    NO_REPORT = "no-report"
    #: Words that another version stored, kept as they are.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """Why a run came to no state.

    :param details: an error's message, in whose words ever; of a server that is behind, the revision and the title
    """

    code: InconclusiveCode
    details: tuple[str, ...] = ()

    @classmethod
    def by(cls, code: InconclusiveCode, error: object) -> Inconclusive:
        """With an error's message."""
        return cls(code, (str(error),))
