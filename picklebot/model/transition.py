"""Transitions, their causes, and the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from picklebot.model.report import Counts, ErrorKind
from picklebot.model.state import State
from picklebot.model.suite import Page

__all__ = [
    "BOT",
    "BUILT_IN_RECORDERS",
    "Basis",
    "Cause",
    "ChangedPage",
    "OutboxEntry",
    "RecordedUnder",
    "SoftwareChange",
    "Transition",
]

#: The bot's name among the software of a wiki.
BOT = "picklebot"


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page that a suite depended on, and that changed between two runs. Revisions are 0 where it did not exist.

    :param user: who made the newest change, and ``at`` when (ISO 8601, UTC); empty where that is hidden or unknown
    """

    title: str
    old: int
    new: int
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class SoftwareChange:
    """Names and versions of the software that changed, before and now; a name that only one has came or went."""

    before: Mapping[str, str]
    now: Mapping[str, str]

    @property
    def of_bot_only(self) -> bool:
        """Whether nothing else changed than the bot, or its strategies."""
        return self.before.keys() | self.now.keys() == {BOT}


@dataclass(frozen=True, slots=True)
class Cause:
    """The changes between the last run in the old state and this one.

    :param pages: the likeliest first
    :param software: the wiki's or the bot's, where it changed
    """

    pages: tuple[ChangedPage, ...] = ()
    software: SoftwareChange | None = None


class Basis(StrEnum):
    """The basis of a new state. The values are stored, and written on the wiki."""

    #: Tests ran, and their points were counted.
    TESTS = "tests"
    NO_TEST_PAGE = "no-test-page"
    PAGE_GONE = "page-gone"
    #: Somebody else recorded it, or another version in words that this one cannot read.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Transition:
    """A module's state that differs from the last one.

    :param old: None when the module is first seen
    :param new: None when the page is no longer followed: a tester that stood alone and no longer does
    :param counts: the points behind the new state; None where there were none to count
    :param errors: kinds of errors that ended suites
    :param testers: titles of the testers that the state comes from
    :param cause: None where there was no earlier state
    :param detail: the words of another version, where the basis is unknown
    """

    page: Page
    old: State | None
    new: State | None
    counts: Counts | None = None
    errors: tuple[ErrorKind, ...] = ()
    testers: tuple[str, ...] = ()
    cause: Cause | None = None
    basis: Basis = Basis.TESTS
    detail: str = ""


class RecordedUnder(StrEnum):
    """The thing that a recorder writes under, which decides about its records when a page is moved or goes."""

    #: A title, such as a documentation page: it is written anew under another one, and taken back.
    TITLE = "title"
    #: A page, such as a tag of its revision: it goes with the page.
    PAGE = "page"
    #: Neither, such as a line of a log: it stays. That a page is gone is not told there.
    NEITHER = "neither"


#: Names of the recorders that come with picklebot, each with the thing that it records under.
BUILT_IN_RECORDERS: Final[Mapping[str, RecordedUnder]] = {
    "tags": RecordedUnder.PAGE,
    "data": RecordedUnder.TITLE,
    "log": RecordedUnder.NEITHER,
    "categories": RecordedUnder.TITLE,
}


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A transition in the outbox.

    :param token: derived from the transition's content, and written with it, so that it can be recognised
    :param at: when it was found, UTC
    :param former: titles under which something was recorded of the page, for recorders under titles
    """

    id: int
    token: str
    at: datetime
    transition: Transition
    former: tuple[str, ...] = ()
