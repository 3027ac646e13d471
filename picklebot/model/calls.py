"""Calls of suites, and the functions that their pages offer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["NOWHERE", "Call", "Candidate", "Offer", "Origin"]

#: A title that is no suite's own; the one that MediaWiki itself takes where a request names none.
NOWHERE = "API"


@dataclass(frozen=True, slots=True)
class Call:
    """The call that runs a suite: the text between the braces of its ``#invoke``, and the title it runs under.

    :param found_on: title of the page on which editors run it so; empty where only the strategy says how
    :param page: title of the module that is invoked, where that is not the tester itself
    """

    function: str
    arguments: tuple[str, ...] = ()
    title: str = ""
    found_on: str = ""
    page: str = ""


class Origin(StrEnum):
    """The source of a call."""

    STRATEGY = "strategy"
    DOCUMENTATION = "documentation"
    TALK = "talk"
    #: Nobody does, and the tester offers no other function.
    ONLY_CHOICE = "only-choice"

    @property
    def written(self) -> bool:
        """Whether an editor wrote the call down."""
        return self in (Origin.DOCUMENTATION, Origin.TALK)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A strategy (by name) that may be a suite's, and how it would run it.

    :param declared_in_source: whether the tester's source says that it is of this kind
    """

    strategy: str
    call: Call
    declared_in_source: bool = False
    origin: Origin = Origin.STRATEGY


@dataclass(frozen=True, slots=True)
class Offer:
    """The return value of a page of Lua: the names of its functions, and whether it holds anything else."""

    functions: frozenset[str] = frozenset()
    data: bool = False
