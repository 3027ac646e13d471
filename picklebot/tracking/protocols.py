"""Protocols of tracking: its needs of a wiki and of a store, without knowing either."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from picklebot.model import Dependencies, Knowledge, Page, StoreUpdate

__all__ = ["PageLookup", "Software", "StateStore"]


class PageLookup(Protocol):
    """Pages of a wiki: which there are now, who changed them, who took them away. Asks the wiki."""

    def current(self, titles: Iterable[str], /) -> Mapping[str, Page]:
        """Pages by title, titles without a page too."""

    def by_id(self, ids: Iterable[int], /) -> Mapping[int, Page]:
        """Existing pages, by page id."""

    def editors(self, revisions: Collection[int], /) -> Mapping[int, tuple[str, str]]:
        """Authors and times of revisions (ISO 8601, UTC)."""

    def remover(self, title: str, /) -> tuple[str, str]:
        """The user who deleted or moved a page that is no more, and the time."""


class Software(Protocol):
    """A wiki's software, and its rules for titles."""

    @property
    def software(self) -> Mapping[str, str]:
        """Versions by name."""

    @property
    def software_digest(self) -> str:
        """The same for the same software, and no other."""

    def module(self, title: str, /) -> str:
        """The title of a module as the wiki writes it."""


class StateStore(Protocol):
    """Knowledge of one wiki, kept from harvest to harvest."""

    def knowledge(self) -> Knowledge:
        """All that is known of suites and modules."""

    def advance(self, step: StoreUpdate, now: datetime, point: str = "") -> None:
        """Keep one step of a harvest, all of it or nothing."""

    def dependencies(self, testers: Iterable[int], /) -> Mapping[int, Dependencies]:
        """Pages that the last believed runs depended on, by tester."""

    def remember_software(self, digest: str, versions: Mapping[str, str], /) -> None:
        """Keep versions, by their digest."""

    def versions(self, digest: str, /) -> Mapping[str, str]:
        """Versions by their digest; empty where they are not known."""
