"""Holds recording back where many modules change at once: that is a wiki's trouble more often than theirs. Pure.

The suites of what is held back run again; what they come to a second time is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from picklebot.model import OutboxEntry, State

__all__ = ["HELD_BACK", "Holdings", "reason_to_hold"]

#: In place of a recorder's name, where none of them may work.
HELD_BACK = "held-back"
#: So many modules, and more than one in so many, are many at once.
_MANY, _ONE_IN = 10, 5


class Holdings(Protocol):
    """The changes of a wiki that nobody has recorded yet: the store."""

    def unrecorded(self) -> Sequence[OutboxEntry]:
        """Transitions that no recorder has recorded, oldest first."""

    def modules(self) -> int:
        """How many modules have a state."""

    def held(self) -> Mapping[int, State]:
        """The states of modules that are held back, by page id."""

    def run_again(self, page_ids: Collection[int]) -> bool:
        """Whether the suites of all these modules have run since they were held back."""

    def hold(self, states: Mapping[int, State]) -> None:
        """Hold changes back, and let the suites of the modules run again."""

    def release(self) -> None:
        """Hold nothing back any more."""

    def withdraw(self, entries: Collection[int]) -> None:
        """Forget transitions that nobody has recorded, by their ids."""


def reason_to_hold(holdings: Holdings, *, release: bool = False) -> str:
    """Why recording is held back; empty where it is not.

    :param release: whether whoever runs the harvest has looked, and wants it recorded
    """
    held = holdings.held()
    entries = holdings.unrecorded()
    by_page: dict[int, list[OutboxEntry]] = {}
    for entry in entries:
        by_page.setdefault(entry.transition.page.page_id, []).append(entry)
    changed = {page_id: _change(mine) for page_id, mine in by_page.items()}
    states = {page_id: new for page_id, (old, new) in changed.items() if old and new and old != new}
    if release:
        holdings.release()
        return ""
    if held and not holdings.run_again(held):
        return _words(len(held), holdings.modules())
    back = [page_id for page_id in held if page_id in changed and changed[page_id][0] == changed[page_id][1]]
    holdings.withdraw([entry.id for page_id in back for entry in by_page[page_id]])
    new = {page_id: state for page_id, state in states.items() if held.get(page_id) != state}
    first_seen = sum(old is None for old, _ in changed.values())
    earlier = holdings.modules() - first_seen
    if len(new) < _MANY or len(new) * _ONE_IN <= earlier:
        if held:
            holdings.release()
        return ""
    holdings.hold(states)
    return _words(len(states), earlier)


def _change(entries: Sequence[OutboxEntry]) -> tuple[State | None, State | None]:
    """The state before all of a module's transitions, and the one after them."""
    return entries[0].transition.old, entries[-1].transition.new


def _words(number: int, of: int) -> str:
    return (
        f"{number} of {of} modules change at once: nothing is recorded. Their tests run again in the next harvest,"
        " which records what they come to a second time; --release records it now"
    )
