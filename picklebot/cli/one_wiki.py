"""The harvest of one wiki, as the commands run it: with progress, recorders, and events of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from picklebot import log
from picklebot.app import App
from picklebot.cli.options import need_account, need_kept_store
from picklebot.cli.progress import recorded, shown_progress
from picklebot.config import Settings
from picklebot.errors import WorkError
from picklebot.events import Event
from picklebot.harvest import Harvest, harvest
from picklebot.model import Ending
from picklebot.plan import Options
from picklebot.recording import LOGIN, NO_RECORDING, Problem, Recording
from picklebot.store.store import Store

if TYPE_CHECKING:  # most commands write nothing
    from picklebot.account.observer import Observer
    from picklebot.recording.preview import PlannedTask

__all__ = ["Scope", "Writing", "failed", "harvest_wiki", "log_harvest"]

_BOT_FLAG = "it should be an account of the bot's own, in the group bot: its work looks like a person's now"
_WITHOUT = "; without an account: --no-record leaves the wiki alone, --dry-run the store too"


@dataclass(frozen=True, slots=True)
class Scope:
    """The suites that are to run, as flags say.

    :param drafts: also those of sandboxes and of users' drafts
    :param full: all, whatever changed
    :param sweep: list all pages
    """

    drafts: bool = False
    full: bool = False
    sweep: bool = False

    def options(self, app: App) -> Options:
        """How a harvest goes about it."""
        return app.options(drafts=self.drafts, full=self.full, sweep=self.sweep)


@dataclass(frozen=True, slots=True)
class Writing:
    """The writes that a harvest may make.

    :param store: else it is only read
    :param wiki: else it is left alone
    :param shown: whether the writes are planned, and not carried out
    :param release: whether to record however many modules change at once
    """

    store: bool = True
    wiki: bool = True
    shown: bool = False
    release: bool = False

    def check(self, settings: Settings) -> None:
        """See that the settings suffice to record.

        :raises UsageError: an account is missing, or the store would not be kept
        """
        if self.wiki:
            need_account(settings, _WITHOUT)
            need_kept_store(settings)


def harvest_wiki(
    app: App, scope: Scope, writing: Writing, *, terse: bool = False
) -> tuple[Harvest, Sequence[PlannedTask]]:
    """The harvest, and the writes that were planned and not carried out.

    One that was asked to end before it had read the wiki comes to nothing, and the next one does its work.

    :param terse: show no progress
    :raises PicklebotError: as `picklebot.harvest.harvest`
    """
    try:
        app.check()
        options = replace(scope.options(app), latest=app.read_changes())
        evaluator = app.evaluator
        with app.store(read_only=not writing.store) as store:
            recording = _recording(app, store, release=writing.release) if writing.wiki else NO_RECORDING
            with shown_progress(terse=terse) as progress:
                found = harvest(app.wiki, app.site, evaluator, store, recording, options, progress, recorded())
            return found, list(app.preview(store, found)) if writing.shown else ()
    except WorkError as error:
        if not app.deadline.brought_forward:
            raise
        log.warning(Event.HARVEST_TERMINATED, reason=str(error))
        return Harvest((), (), (), ending=Ending.TERMINATED), ()


def log_harvest(found: Harvest, settings: Settings) -> None:
    """Events of the log that concern the whole harvest."""
    for problem in found.problems:
        if problem.known:
            continue
        log.warning(
            Event.RECORDING_FAILED, recorder=problem.recorder, reason=problem.message, postponed=problem.postponed
        )
    if not found.matched and settings.only:
        log.warning(Event.SUITES_UNMATCHED, only=list(settings.only))
    if found.waiting:
        event = Event.HARVEST_TERMINATED if found.ending is Ending.TERMINATED else Event.DEADLINE_REACHED
        log.warning(event, suites_waiting=found.waiting)


def failed(found: Harvest, settings: Settings) -> bool:
    """Whether the harvest could not do its work."""
    if found.ending is Ending.TERMINATED:
        return False
    return found.useless or _nothing_recorded(found.problems, settings.recorders)


def _recording(app: App, store: Store, *, release: bool) -> Recording:
    """The recorders of the settings, with a login where transitions wait: after the tests ran and were kept."""

    @cache
    def log_in() -> Observer:
        observer = app.log_in_to_record(store)
        if not observer.has_right("bot"):
            log.warning(Event.BOT_FLAG_MISSING, account=observer.name, hint=_BOT_FLAG)
        return observer

    if app.settings.recorders:
        app.check_account()
    return app.recording(store, log_in, release=release)


def _nothing_recorded(problems: Sequence[Problem], recorders: Sequence[str]) -> bool:
    """Whether all recorders were kept from their work, by more than the time."""
    kept = {problem.recorder for problem in problems if not problem.postponed}
    return LOGIN in kept or (bool(kept) and len(kept) == len(recorders))
