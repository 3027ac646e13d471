"""Plans of recorders: values of writes, and the tasks that they belong to. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

from picklebot.account.pages import BasePage, PageTarget
from picklebot.model import OutboxEntry, Page

__all__ = ["PageEdit", "PageSeen", "Purge", "TagChange", "TagDefinition", "Task", "Write"]


@dataclass(frozen=True, slots=True)
class PageEdit:
    """A page is to be saved with another text.

    :param base: the page as it was read; the edit is saved on this text or not at all
    :param text: all that it is to say
    :param digest: of the contents of a page of the bot's own, which are remembered
    :param overwrites: whether that page was changed by somebody else, whose work goes
    """

    target: PageTarget
    base: BasePage
    text: str
    summary: str
    digest: str = ""
    overwrites: bool = False


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of the bot's own is up to date already; it is remembered, and nothing is written."""

    base: BasePage
    digest: str


@dataclass(frozen=True, slots=True)
class TagChange:
    """The change tags of a page's revision are to be others.

    :param page: with the revision
    :param remove: tags that are there
    """

    page: Page
    add: str
    remove: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TagDefinition:
    """A change tag is to be defined."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Purge:
    """A page's category memberships are to be brought up to date.

    :param category: the one that it must then be in, without namespace; None where that does not matter
    :param shown_on: the page whose text puts it there
    """

    page: Page
    category: str | None = None
    shown_on: str = ""


Write: TypeAlias = PageEdit | PageSeen | TagChange | TagDefinition | Purge


@dataclass(frozen=True, slots=True)
class Task:
    """Transitions that are recorded together, or not at all.

    :param entries: of the outbox, oldest first
    :param subject: the thing that a problem is told of, such as a title; empty where its message names it
    :param chain: tasks of one chain are done in order: after one that failed none of the chain is tried
    :param place: where it is done, for recorders that need to tell tasks of the same entries apart
    :param settles: whether the entries are recorded when it is done
    """

    entries: tuple[OutboxEntry, ...]
    subject: str = ""
    chain: Hashable = None
    place: str = ""
    settles: bool = True
