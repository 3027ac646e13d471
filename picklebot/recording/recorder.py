"""The protocol of recorders: each plans writes, from transitions and from the wiki as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from picklebot.model import OutboxEntry, RecordedUnder
from picklebot.recording.memory import NO_MEMORY, Memory

if TYPE_CHECKING:
    from picklebot.account.pages import BasePage, PageTarget
    from picklebot.config import Settings
    from picklebot.recording.plan import Task, Write
    from picklebot.wiki import Site

__all__ = ["Keeper", "Recorder", "RecorderContext", "RecorderType", "WikiView"]


class WikiView(Protocol):
    """The wiki as a recorder may see it while it plans; asked when something is first looked at, and anew by each plan.

    All of it may raise WikiError: the wiki could not be asked.
    """

    @property
    def user(self) -> str:
        """The observer's name, as the wiki writes it."""

    def page(self, target: PageTarget) -> BasePage:
        """A page that is to be written, as it is now; a title without a page has an empty text.

        :raises RecordingError: it is not the page that is meant: a redirect, another content model, another namespace
        """

    def text(self, title: str) -> str:
        """The text of any page, whatever it is; empty where there is none."""

    def page_id(self, title: str) -> int | None:
        """The id of the page with a title; 0 where there is none, None where the wiki does not say."""

    def tags(self, revision: int) -> Sequence[str]:
        """The change tags of a revision."""

    def recorded_tokens(self) -> frozenset[str]:
        """Tokens in the log of tags, of the observer's entries since the oldest transition that waits."""


class Recorder(Protocol):
    """One way of recording transitions. It plans, and one writer (`picklebot.recording.writer`) carries the plans out.

    A plan depends on its arguments alone. It holds the work that is *left*: somebody else may have saved the page
    meanwhile, or a harvest was killed before it could note its work, and writes that the wiki has are not repeated.
    """

    #: Under this name the outbox notes recorded transitions, and the setting ``recorders`` switches it on.
    name: ClassVar[str]
    #: The end of its work when a page is moved or goes.
    under: ClassVar[RecordedUnder]

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterable[Task]:
        """The transitions that wait, oldest first, in parts that are recorded one after the other."""

    def plan(self, task: Task, view: WikiView) -> Iterable[Write]:
        """The writes left for a task; none where it is recorded.

        :raises RecordingError: it cannot be recorded; with StoppedError, neither can any other
        """


@runtime_checkable
class Keeper(Recorder, Protocol):
    """A recorder that keeps pages as the wiki is known, also where no transition waits."""

    def has_news(self) -> bool:
        """Whether there may be something to write; asks no wiki."""

    def look(self, view: WikiView) -> None:
        """Look at the wiki before `tasks` is asked."""

    def caught_up(self) -> None:
        """Hear that all tasks are done."""


@dataclass(frozen=True, slots=True)
class RecorderContext:
    """The parts that a recorder is made from.

    :param user: the observer's name, as the wiki writes it
    :param memory: the wiki's modules in summary, and the bot's own pages
    """

    site: Site
    settings: Settings
    user: str
    memory: Memory = NO_MEMORY


class RecorderType(Protocol):
    """A recorder's class, as the hook ``picklebot_recorders`` gives it."""

    name: str
    under: RecordedUnder

    def __call__(self, context: RecorderContext, /) -> Recorder:
        """Make the recorder of a wiki."""
