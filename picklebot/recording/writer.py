"""Carries out recorders' plans, under the observer's account. Nothing else of picklebot writes on a wiki."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn, TypeVar

from picklebot import log
from picklebot.account.answers import ODD
from picklebot.account.observer import RATE_LIMITED, WARNED, Observer
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import PicklebotError, RecordingError, StoppedError
from picklebot.events import Event
from picklebot.failpoints import failpoint
from picklebot.model import LUA_MODEL, OutboxEntry
from picklebot.recording.budget import EditBudget
from picklebot.recording.memory import NO_MEMORY, Memory
from picklebot.recording.plan import PageEdit, PageSeen, Purge, TagChange, TagDefinition, Task, Write
from picklebot.recording.recorder import Keeper, Recorder
from picklebot.recording.refused import RefusedWrites
from picklebot.recording.view import View
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import pages_by_id
from picklebot.wiki.site import CATEGORY_NAMESPACE

__all__ = ["Done", "Writer"]

#: Memory transitions as recorded, by their ids: called as soon as the wiki has them.
Done = Callable[[Sequence[int]], None]

# Errors found before anything is sent, and protection of a page, say nothing of the next page.
_OF_ONE_PAGE = frozenset({"", "protectedpage", "cascadeprotected", "protectedtitle", "titleblacklist-forbidden-edit"})
_UNDEFINED_TAG, _NO_APPLYING, _NO_TAGGING = "badtags", "tags-apply-no-permission", "tags-update-no-permission"
# The next page would come to the same.
_OF_ALL_PAGES = frozenset({RATE_LIMITED, _UNDEFINED_TAG, _NO_APPLYING, _NO_TAGGING})
# So often the wiki refuses a page in the same way before it is taken to refuse them all.
_MAX_REFUSALS_IN_A_ROW = 3
# Tasks whose memberships are brought up to date and looked at together.
_TASKS_A_GROUP = 10
# Seconds in which a wiki's other databases get to know of a change.
_LAG_SECONDS = 2.0
# Stands for all writes of a recorder.
_ALL = "*"
# How often a task is planned because somebody else was quicker.
_MAX_ATTEMPTS = 3
# Somebody else was quicker (https://www.mediawiki.org/wiki/API:Edit), or the answer does not tell the result.
_PLAN_AGAIN = frozenset({WARNED, "editconflict", "articleexists", "missingtitle", "nosuchrevid", ODD})
_TAG_HINTS = {
    _UNDEFINED_TAG: "the change tags are not defined here: a sysop runs `picklebot setup` once",
    _NO_APPLYING: "the account lacks the right applychangetags (grant: edit existing pages)",
    _NO_TAGGING: "the account lacks the right changetags (grant: edit existing pages)",
    "permissiondenied": "the account lacks the rights changetags and applychangetags (grant: edit existing pages)",
    RATE_LIMITED: "the wiki limits how many tags an account sets in a minute; the rest waits for the next harvest",
}


@dataclass(slots=True)
class _Progress:
    """How far a recorder is: tasks that could not be done, and whether the next one is worth a try.

    :param in_a_row: how often the wiki refused one page after the other, by the code of its error
    :param failed_chains: of the tasks that could not be done
    :param noted: how many transitions are recorded
    :param waits: whether some task waits of which nobody is told
    """

    problems: list[str] = field(default_factory=list)
    in_a_row: Counter[str] = field(default_factory=Counter)
    failed_chains: set[Hashable] = field(default_factory=set)
    noted: int = 0
    late: bool = False
    waits: bool = False
    stopped: StoppedError | None = None

    def note(self, recorder: Recorder, tasks: Sequence[Task], done: Done) -> None:
        """Note the transitions of tasks that are done."""
        ids = [item.id for task in tasks if task.settles for item in task.entries]
        if ids:
            done(ids)
        self.noted += len(ids)
        failpoint(f"after-{recorder.name}-done")

    def wait(self, task: Task) -> None:
        """Note that a task waits of which nobody is told; those after it of its chain wait, too."""
        self.waits = True
        if task.chain is not None:
            self.failed_chains.add(task.chain)

    def refused(self, task: Task, error: RecordingError) -> None:
        """Note why a task could not be done."""
        if task.chain is not None:
            self.failed_chains.add(task.chain)
        if isinstance(error, StoppedError):
            self.stopped = error
            return
        self.problems.append(f"{task.subject}: {error}" if task.subject else str(error))
        self.in_a_row[error.code] += error.code not in _OF_ONE_PAGE
        if self.in_a_row[error.code] >= _MAX_REFUSALS_IN_A_ROW or error.code in _OF_ALL_PAGES:
            self.stopped = StoppedError("the others are not tried any more", code=error.code, everywhere=False)


Planned = TypeVar("Planned", Task, Write)


class _WaitingError(Exception):
    """A page is gone, and may come back, or its refusal is known already: its transitions wait, and nobody is told."""


class Writer:
    """Writes as one account on one wiki.

    :param memory: of the bot's own pages
    :param budget: of edits; without one there is no limit, as for setup
    """

    def __init__(
        self,
        observer: Observer,
        wiki: Wiki,
        site: Site,
        memory: Memory = NO_MEMORY,
        budget: EditBudget | None = None,
    ) -> None:
        self._observer = observer
        self._wiki = wiki
        self._site = site
        self._memory = memory
        self._budget = budget
        self._refused_writes = self._refused(NO_MEMORY, "")

    def view(self, pending: Sequence[OutboxEntry] = ()) -> View:
        """The wiki for planning: pages that are to be written are read as the account that writes them."""
        return View(self._wiki, self._observer.name, self._observer.read, pending)

    def work(self, recorder: Recorder, pending: Sequence[OutboxEntry], done: Done, until: Deadline = NEVER) -> None:
        """Record transitions, oldest first, and note each as done; failures are told of at the end.

        :param until: no task is begun after it
        :raises StoppedError: with ``postponed``, for lack of time; else no task can be done, and the rest was not tried
        :raises RecordingError: some tasks cannot be done
        """
        view, progress = self.view(pending), _Progress()
        self._refused_writes = self._refused(self._memory, recorder.name)
        if isinstance(recorder, Keeper):
            recorder.look(view)
        left = iter(_planned(recorder, lambda: list(recorder.tasks(pending))))
        while progress.stopped is None and (group := list(islice(left, _TASKS_A_GROUP))):
            view.begin_group(group)
            written: list[tuple[Task, Sequence[Purge]]] = []
            try:
                self._work_on(recorder, group, view, progress, written, done, until)
            finally:
                if written:
                    progress.note(recorder, self._finish_purged(written, progress.problems), done)
        if progress.late:
            words = f"{len(pending) - progress.noted} transitions wait: the deadline has come"
            progress.stopped = StoppedError(words, everywhere=False, postponed=True)
        if progress.stopped:
            raise progress.stopped.after(progress.problems)
        self._refused_writes.done(_ALL)
        if progress.problems:
            raise RecordingError.of(progress.problems)
        if isinstance(recorder, Keeper) and not progress.waits:
            recorder.caught_up()

    def _work_on(
        self,
        recorder: Recorder,
        group: Sequence[Task],
        view: View,
        progress: _Progress,
        written: list[tuple[Task, Sequence[Purge]]],
        done: Done,
        until: Deadline,
    ) -> None:
        """Do the tasks of a group, until one shows that no other can be done.

        :param written: gets the tasks whose memberships are still to be brought up to date
        """
        for task in group:
            if progress.stopped is None and task.settles and until.ending:
                progress.late = True
                progress.stopped = StoppedError("")
            if progress.stopped:
                return
            if task.chain in progress.failed_chains:
                continue
            purges = self._try(recorder, task, view, progress)
            if purges:
                written.append((task, purges))
            elif purges is not None:
                progress.note(recorder, [task], done)

    def _try(self, recorder: Recorder, task: Task, view: View, progress: _Progress) -> list[Purge] | None:
        """Do a task; the purges that are left, or None where it could not be done."""

        def plan(seen: View) -> list[Write]:
            return _planned(recorder, lambda: list(recorder.plan(task, seen)))

        try:
            purges = self.carry_out(plan, view, recorder.name)
        except _WaitingError:
            progress.wait(task)
            return None
        except RecordingError as error:
            if not isinstance(error, StoppedError) and self._refused_writes.note_unplanned(task.subject, error):
                progress.wait(task)
            else:
                progress.refused(task, error)
            return None
        progress.in_a_row.clear()
        self._refused_writes.done(task.subject)
        return purges

    def carry_out(self, plan: Callable[[View], Iterable[Write]], view: View, name: str = "") -> list[Purge]:
        """Plan, and write the plan; again where somebody else was quicker. The purges are left to do.

        :param name: in the points of `picklebot.failpoints`
        :raises RecordingError: it cannot be written
        """
        view.begin()
        last = RecordingError("")
        for _ in range(_MAX_ATTEMPTS):
            purges: list[Purge] = []
            for write in list(plan(view)):
                if isinstance(write, Purge):
                    purges.append(write)
                    continue
                if isinstance(write, PageSeen):
                    self._memory.page_saved(write.base.title, write.digest)
                    continue
                failpoint(f"before-{name}")
                if self._refused_writes.waits(write):
                    raise _WaitingError
                try:
                    self.write(write)
                    self._refused_writes.taken(write)
                except RecordingError as error:
                    quicker = isinstance(write, PageEdit) and error.code in _PLAN_AGAIN
                    if not quicker or error.code == last.code == WARNED:
                        self._tell_of(write, error)
                    last = error
                    break
                finally:
                    view.forget()
                failpoint(f"after-{name}")
            else:
                return purges
        raise last

    def was_told(self, recorder: str, error: StoppedError) -> bool:
        """Whether an earlier harvest told of the same obstacle to all writing of a recorder."""
        return self._refused(self._memory, recorder).note_unplanned(_ALL, error)

    def _refused(self, memory: Memory, recorder: str) -> RefusedWrites:
        """The refusals of a recorder's writes, for the account as it stands."""
        return RefusedWrites(memory, recorder, lambda: self._observer.standing)

    def _tell_of(self, write: PageEdit | TagChange | TagDefinition, error: RecordingError) -> NoReturn:
        """Raise a refusal, unless it was told of before."""
        if not isinstance(error, StoppedError) and self._refused_writes.note(write, error):
            raise _WaitingError from error
        raise error

    def write(self, write: PageEdit | TagChange | TagDefinition) -> None:
        """Write, once.

        :raises RecordingError: the wiki does not take it
        """
        if isinstance(write, PageEdit):
            self._save(write)
        elif isinstance(write, TagDefinition):
            self._observer.write(
                action="managetags", operation="create", tag=write.name, reason=write.reason, ignorewarnings=1
            )
        elif not (self._tag(write) or pages_by_id(self._wiki, [write.page.page_id])):
            raise _WaitingError

    def begin(self) -> None:
        """Begin a harvest: its edits are counted from here on."""
        if self._budget:
            self._budget.begin()

    def _save(self, edit: PageEdit) -> None:
        if self._budget:
            self._budget.wait_for_turn(self._observer.pause)
        self._observer.save(edit.target, edit.base, edit.text, edit.summary)
        if self._budget:
            self._budget.note()
        if edit.digest:
            self._memory.page_saved(edit.base.title, edit.digest, overwritten=edit.overwrites)
        if edit.overwrites:
            by = edit.base.user or ("somebody" if edit.base.page_id else "somebody, who deleted it")
            log.warning(Event.PAGE_OVERWRITTEN, page=edit.base.title, changed_by=by)

    def _tag(self, change: TagChange) -> bool:
        """Change the tags of a revision; whether it was there."""
        try:
            return self._observer.tag(change.page, change.add, "|".join(change.remove), change.reason)
        except StoppedError:
            raise
        except RecordingError as error:
            # MediaWiki 1.43 gives the same answer to an account that may not and to one that may not at this moment.
            limited = error.code == _NO_TAGGING and self._observer.has_right("changetags")
            code = RATE_LIMITED if limited else error.code
            if code not in _TAG_HINTS:
                raise
            kept = _NO_APPLYING if code == "permissiondenied" else code
            raise RecordingError(f"{_TAG_HINTS[code]} ({error})", code=kept) from error

    def _finish_purged(self, written: Sequence[tuple[Task, Sequence[Purge]]], problems: list[str]) -> list[Task]:
        """Bring memberships up to date, and see that they are; the tasks of which they are."""
        purges = [purge for _, mine in written for purge in mine]
        try:
            self._observer.purge([purge.page.title for purge in purges])
        except RecordingError as error:
            problems.append(str(error))
            return []
        failpoint("after-purge")
        hidden = self._hidden(purges)
        if hidden:
            time.sleep(_LAG_SECONDS)
            hidden = self._hidden(hidden)
        problems += [
            f"{purge.page.title}: {purge.shown_on} puts it into the category {purge.category}, and yet it is not there:"
            " look for a <noinclude>, <!-- or other tag on that page that is not closed before the bot's own part"
            for purge in hidden
        ]
        return [task for task, mine in written if not set(mine) & set(hidden)]

    def _hidden(self, purges: Sequence[Purge]) -> list[Purge]:
        """Pages that are not in their category: other text on the page that shows it may hide it.

        A page that is no Lua any more shows no documentation, and one that was moved meanwhile is recorded anew.
        """
        prefix = self._site.namespaces[CATEGORY_NAMESPACE]
        wanted = {p.page.title: self._site.normalise(f"{prefix}:{p.category}") for p in purges if p.category}
        ids = {purge.page.title: purge.page.page_id for purge in purges}
        names = sorted(set(wanted.values()))
        out = {
            page["title"]
            for page in self._wiki.pages(wanted, prop=["info", "categories"], clcategories=names, cllimit="max")
            if page.get("contentmodel") == LUA_MODEL
            and page.get("pageid") == ids.get(page["title"])
            and wanted.get(page["title"]) not in {each["title"] for each in page.get("categories", ())}
        }
        return [purge for purge in purges if purge.page.title in out]


def _planned(recorder: Recorder, plan: Callable[[], list[Planned]]) -> list[Planned]:
    """A part of a recorder's plan.

    :raises RecordingError: it failed at its work: a plugin's recorder may raise anything
    """
    try:
        return plan()
    except PicklebotError:
        raise
    except Exception as error:  # a mistake of one recorder must not keep the others from theirs
        raise RecordingError(f"the recorder {recorder.name} failed: {error!r}", code="plugin") from error
