"""Harvests of many wikis by one command: how each ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["WikiEnding", "WikiOutcome"]


class WikiEnding(StrEnum):
    """How the harvest of one wiki of many ended."""

    DONE = "done"
    #: Another harvest or watch holds the wiki.
    HELD = "held"
    #: The wiki gave no answer.
    AWAY = "away"
    #: Its time was over before all was done; the next round goes on.
    DEADLINE = "deadline"
    TERMINATED = "terminated"
    #: Somebody has to do something about it.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WikiOutcome:
    """The harvest of one wiki of many.

    :param name: in the settings
    :param wiki: URL of its api.php, without a password
    :param reason: why it is not done, in words; empty where it is
    :param ran: suites that came to a state
    :param changed: modules whose state changed
    :param waiting: suites that should have run and did not
    :param requests: made to read the wiki and to run suites
    :param seconds: how long it took
    """

    name: str
    wiki: str
    ending: WikiEnding
    reason: str = ""
    ran: int = 0
    changed: int = 0
    waiting: int = 0
    requests: int = 0
    seconds: float = 0.0
