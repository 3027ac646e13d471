"""Plans of recorders, shown and not carried out: the wiki is read as anybody may, and no account is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from picklebot.account.exclusion import see_that_bots_may
from picklebot.account.pages import JSON_MODEL, BasePage, PageTarget, base_page, page_query
from picklebot.errors import RecordingError, StoppedError
from picklebot.model import OutboxEntry
from picklebot.recording.plan import PageEdit, Task, Write
from picklebot.recording.recorder import Keeper, Recorder
from picklebot.recording.view import View
from picklebot.wiki import Site, Wiki

__all__ = ["PlannedTask", "preview"]


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """The writes of one task.

    :param subject: of the task; it may be empty
    :param problem: why it cannot be recorded; empty where it can
    """

    recorder: str
    subject: str
    writes: tuple[Write, ...] = ()
    problem: str = ""


def preview(
    recorders: Sequence[Recorder],
    pending: Callable[[str], Sequence[OutboxEntry]],
    wiki: Wiki,
    site: Site,
    user: str,
) -> Iterator[PlannedTask]:
    """All that recorders would write now, task by task; each sees the pages as the tasks before it would leave them.

    :param pending: transitions that wait for a recorder, by its name
    :param user: the observer's name
    :raises WikiError: the wiki could not be read
    """

    def read(target: PageTarget) -> BasePage:
        return base_page(wiki.get(**page_query(target)), target)

    for recorder in recorders:
        waiting = pending(recorder.name)
        if not waiting and not (isinstance(recorder, Keeper) and recorder.has_news()):
            continue
        view = View(wiki, user, read, waiting)
        if isinstance(recorder, Keeper):
            recorder.look(view)
        tasks = list(recorder.tasks(waiting))
        view.begin_group(tasks)
        for task in tasks:
            try:
                yield PlannedTask(recorder.name, task.subject, _planned(recorder, task, view, site))
            except RecordingError as error:
                yield PlannedTask(recorder.name, task.subject, problem=str(error))
                if isinstance(error, StoppedError):
                    break


def _planned(recorder: Recorder, task: Task, view: View, site: Site) -> tuple[Write, ...]:
    writes = tuple(recorder.plan(task, view))
    for write in writes:
        if isinstance(write, PageEdit) and write.target.model != JSON_MODEL:
            see_that_bots_may(write.base, view.user, site.capital)
    for write in writes:
        view.assume(write)
    return writes
