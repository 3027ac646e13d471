"""Harvests of many wikis: one process imports everything, and forks a child for each.

pywikibot keeps session and settings for a whole process, so each wiki has a process of its own; a fork shares all that
is imported, which is nearly all of the processor time and memory of an unchanged wiki.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from picklebot import log
from picklebot.app import App
from picklebot.cli.one_wiki import Scope, Writing, failed, harvest_wiki, log_harvest
from picklebot.cli.signals import GRACE_SECONDS, ending_in_good_order
from picklebot.config import Settings
from picklebot.deadline import Deadline
from picklebot.errors import LeaseError, PicklebotError, WikiUnreachable
from picklebot.events import Event
from picklebot.harvest import Harvest
from picklebot.model import Ending, WikiEnding, WikiOutcome
from picklebot.text.redaction import redact, shown_url

__all__ = ["harvest_wikis"]

# A child whose time is over ends by itself; after this it is asked to, and then killed.
_LATE_SECONDS = 15.0
_KILL_SECONDS = GRACE_SECONDS + 2.0
_LOOK_SECONDS = 0.5
_ENDINGS = {
    Ending.COMPLETE: WikiEnding.DONE,
    Ending.DEADLINE: WikiEnding.DEADLINE,
    Ending.TERMINATED: WikiEnding.TERMINATED,
}


@dataclass(slots=True)
class _Child:
    """A process that harvests a wiki.

    :param began: on the clock of `time.monotonic`
    :ivar asked: when it was asked to end
    """

    name: str
    settings: Settings
    process: BaseProcess
    answers: Connection
    began: float
    asked: float | None = None

    def outcome(self) -> WikiOutcome:
        """The outcome that it sent, else that it was killed."""
        seconds = round(time.monotonic() - self.began, 1)
        with suppress(EOFError, OSError):
            if self.answers.poll():
                outcome: WikiOutcome = self.answers.recv()
                return replace(outcome, seconds=seconds)
        why = f"it took longer than {self.settings.wiki_deadline:g} seconds, and was killed"
        reason = why if self.asked else f"its process ended by itself, with status {self.process.exitcode}"
        return WikiOutcome(self.name, shown_url(self.settings.wiki), WikiEnding.FAILED, reason, seconds=seconds)

    def press(self, *, ending: bool) -> None:
        """Ask it to end where its time is over or the whole command ends, and kill it where it does not."""
        now = time.monotonic()
        if self.asked is not None:
            if now - self.asked > _KILL_SECONDS:
                self.process.kill()
        elif ending or now - self.began > self.settings.wiki_deadline + _LATE_SECONDS:
            self.asked = now
            self.process.terminate()


def harvest_wikis(
    wikis: Mapping[str, Settings], scope: Scope, writing: Writing, jobs: int, deadline: Deadline
) -> Iterator[WikiOutcome]:
    """Harvest wikis, some at a time; yield the outcome of each as it ends.

    :param wikis: settings by name, in the order in which they are begun
    :param jobs: how many at a time
    :param deadline: none is begun after it, and running ones are asked to end
    """
    context = multiprocessing.get_context("fork")
    left = list(wikis.items())
    running: list[_Child] = []
    while running or (left and not deadline.ending):
        while left and len(running) < jobs and not deadline.ending:
            name, settings = left.pop(0)
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_child, args=(name, settings, scope, writing, sender), name=name)
            began = time.monotonic()
            process.start()
            sender.close()
            running.append(_Child(name, settings, process, receiver, began))
        wait([child.process.sentinel for child in running], _LOOK_SECONDS)
        for child in list(running):
            if child.process.is_alive():
                child.press(ending=deadline.ending)
            else:
                running.remove(child)
                child.process.join()
                yield child.outcome()
                child.answers.close()
    for name, settings in left:
        yield WikiOutcome(name, shown_url(settings.wiki), WikiEnding.TERMINATED, "not begun")


def _child(name: str, settings: Settings, scope: Scope, writing: Writing, answers: Connection) -> None:
    """Harvest a wiki, and send its outcome."""
    log.bind(wiki=shown_url(settings.wiki))
    outcome = WikiOutcome(name, shown_url(settings.wiki), WikiEnding.FAILED)
    deadline = Deadline.after(min(settings.wiki_deadline, settings.deadline or settings.wiki_deadline))
    app = App(settings, deadline)
    try:
        with ending_in_good_order(deadline):
            found, _ = harvest_wiki(app, scope, writing, terse=True)
        log_harvest(found, settings)
        outcome = _of(outcome, found, settings, app.wiki.requests_made)
    except LeaseError as error:
        outcome = replace(outcome, ending=WikiEnding.HELD, reason=redact(str(error)))
    except WikiUnreachable as error:
        outcome = replace(outcome, ending=WikiEnding.AWAY, reason=redact(str(error)))
    except PicklebotError as error:
        outcome = replace(outcome, reason=redact(str(error)))
    except Exception as error:  # noqa: BLE001 (a mistake on one wiki is no reason to leave the others)
        reason = redact(log.in_short(error))
        log.error(Event.DEFECT_FOUND, reason=reason)
        outcome = replace(outcome, reason=reason)
    answers.send(outcome)


def _of(outcome: WikiOutcome, found: Harvest, settings: Settings, requests: int) -> WikiOutcome:
    """The outcome of a harvest that came to its end."""
    problems: Sequence[str] = [problem.message for problem in found.problems if not problem.postponed]
    unable = failed(found, settings)
    return replace(
        outcome,
        ending=WikiEnding.FAILED if unable else _ENDINGS[found.ending],
        reason=redact("; ".join(problems)) or ("no suite came to a state" if unable else ""),
        ran=found.ran,
        changed=len(found.transitions),
        waiting=found.waiting,
        requests=requests,
    )
