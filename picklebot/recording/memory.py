"""The knowledge of recorders beside transitions: the wiki's modules in summary, and the bot's own pages as last seen.

The store keeps it (`picklebot.store.memory`); recorders read it, and the writer keeps saved pages in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from picklebot.model import ModuleSummary, OwnPage, RefusedWrite

__all__ = ["NO_MEMORY", "Memory"]


class Memory(Protocol):
    """The memory of one wiki."""

    def summaries(self) -> Sequence[ModuleSummary]:
        """All modules, as they are known now."""

    def own_pages(self) -> Mapping[str, OwnPage]:
        """The bot's own pages whose contents are remembered, by title."""

    def page_saved(self, title: str, digest: str, *, overwritten: bool = False) -> None:
        """Remember a page of the bot's own that is up to date.

        :param overwritten: whether a change of somebody else's has just been overwritten
        """

    def edit_times(self) -> Sequence[datetime]:
        """When the latest edits were made, the oldest first, UTC."""

    def edited(self, kept: int) -> None:
        """Remember that an edit was made now.

        :param kept: of how many edits the times are kept
        """

    def refusals(self, recorder: str) -> Mapping[str, RefusedWrite]:
        """Writes of a recorder that the wiki refused, by subject."""

    def refused(self, recorder: str, refusal: RefusedWrite) -> None:
        """Remember that a write was refused."""

    def taken(self, recorder: str, subject: str) -> None:
        """Forget a refusal: the wiki took the write."""

    def has_news(self, recorder: str) -> bool:
        """Whether modules or suites have changed since a recorder last caught up with them."""

    def caught_up(self, recorder: str) -> None:
        """Remember that a recorder has written down all that it was told."""


class _Nothing:
    """Nothing is known, and nothing remembered."""

    def summaries(self) -> Sequence[ModuleSummary]:
        return ()

    def own_pages(self) -> Mapping[str, OwnPage]:
        return {}

    def page_saved(self, title: str, digest: str, *, overwritten: bool = False) -> None:
        """Forget it."""

    def edit_times(self) -> Sequence[datetime]:
        return ()

    def edited(self, kept: int) -> None:
        """Forget it."""

    def refusals(self, recorder: str) -> Mapping[str, RefusedWrite]:  # noqa: ARG002 (as the protocol names it)
        return {}

    def refused(self, recorder: str, refusal: RefusedWrite) -> None:
        """Forget it."""

    def taken(self, recorder: str, subject: str) -> None:
        """There is nothing to forget."""

    def has_news(self, recorder: str) -> bool:  # noqa: ARG002 (as the protocol names it)
        return False

    def caught_up(self, recorder: str) -> None:
        """Forget it."""


#: Memory of a wiki that nothing is known of.
NO_MEMORY: Memory = _Nothing()
