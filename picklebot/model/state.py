"""States of suites and modules."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["State", "worst"]


class State(StrEnum):
    """The state of a report, the one that stands highest for a module first (DESIGN, "States")."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    MISSING = "missing"
    PENDING = "pending"
    TODO_FAIL = "todo-fail"
    TODO_GOOD = "todo-good"
    SKIP_FAIL = "skip-fail"
    SKIP_GOOD = "skip-good"
    GOOD = "good"

    @property
    def passing(self) -> bool:
        """Whether nothing about this state needs mending."""
        return self not in (State.FAIL, State.UNKNOWN, State.MISSING, State.PENDING)


_RANK = {state: rank for rank, state in enumerate(State)}


def worst(*states: State) -> State:
    """The state that stands highest in the table: the state of a module with these suites."""
    return min(states, key=_RANK.__getitem__)
