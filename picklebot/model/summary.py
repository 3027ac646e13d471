"""Summaries of modules, for readers that run nothing: the state of a module and all that explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from picklebot.model.report import Counts, Point, SuiteError
from picklebot.model.state import State
from picklebot.model.suite import Page
from picklebot.model.transition import Cause

__all__ = ["LastChange", "ModuleSummary", "OwnPage", "RefusedWrite"]


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a module came to its state, UTC, and the cause of it, where it is known."""

    at: datetime
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class ModuleSummary:
    """The state of a module (or of a tester without one) and all that explains it.

    :param page: at the revision that was tested
    :param since: when it came to this state, UTC; None where that is not known
    :param counts: points of all its suites
    :param testers: titles and states of its testers, by title; a state is None where its suite came to none yet
    :param failing: the points that make it fail
    :param errors: errors that ended suites
    :param flaky: whether runs of the same pages disagreed
    """

    page: Page
    state: State
    since: datetime | None = None
    counts: Counts = field(default_factory=Counts)
    testers: tuple[tuple[str, State | None], ...] = ()
    failing: tuple[Point, ...] = ()
    errors: tuple[SuiteError, ...] = ()
    cause: Cause | None = None
    flaky: bool = False


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of the bot's own, as it was last saved, or seen to be up to date.

    :param digest: of its contents
    :param checked_at: when that was, UTC
    :param overwritten_at: when a change of somebody else's was last overwritten, UTC
    """

    digest: str
    checked_at: datetime
    overwritten_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """A write that a wiki refused, and would refuse again.

    :param subject: the page, or the thing that could not be written
    :param code: of the error
    :param condition: digest of all that it may hang on: the page's revision and protection, the account's standing
    :param at: when it was last tried, UTC
    """

    subject: str
    code: str
    reason: str
    condition: str
    at: datetime
