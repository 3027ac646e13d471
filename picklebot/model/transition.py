"""Transitions, their causes, and the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from picklebot.model.state import State
from picklebot.model.suite import Page

__all__ = ["BUILT_IN_RECORDERS", "Cause", "ChangedPage", "OutboxEntry", "RecordedUnder", "Transition"]


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
class Cause:
    """What changed between the last run in the old state and this one.

    :param pages: the likeliest first
    :param software: the wiki's software before and now, where it changed, and the bot's
    """

    pages: tuple[ChangedPage, ...] = ()
    software: tuple[str, str] | None = None

    @property
    def whose_software(self) -> str:
        """What to call the software that changed: the bot's own, if nothing else did, is called ``picklebot``."""
        ours = self.software is not None and self.software[1].startswith("picklebot ")
        return "the bot" if ours else "the wiki's software"

    def to_json(self) -> dict[str, Any]:
        """As values that JSON knows."""
        return {"pages": [asdict(page) for page in self.pages], "software": self.software}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Cause:
        """The reverse of `to_json`."""
        software = data["software"]
        pages = tuple(ChangedPage(**page) for page in data["pages"])
        return cls(pages, (software[0], software[1]) if software else None)


@dataclass(frozen=True, slots=True)
class Transition:
    """A module's state that differs from the last one.

    :param old: None when the module is first seen
    :param new: None when the page is no longer followed: a tester that stood alone and no longer does
    :param summary: the counts behind the new state, in words
    :param testers: titles of the testers that the state comes from
    :param cause: None where there was no earlier state
    """

    page: Page
    old: State | None
    new: State | None
    summary: str = ""
    testers: tuple[str, ...] = ()
    cause: Cause | None = None


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
    "categories": RecordedUnder.TITLE,
    "log": RecordedUnder.NEITHER,
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
