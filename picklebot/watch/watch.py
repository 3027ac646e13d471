"""Stays up, follows a wiki's changes, and harvests when one of them could have changed an answer.

The list of touched pages is asked for again and again, cheaply; a stream of events says when to ask at once. Neither
decides the suites to run: a harvest reads on from where the last one stopped, so that a gap in watching loses no
change.
"""

from __future__ import annotations

import queue
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from picklebot.deadline import Deadline
from picklebot.discovery.sync import maybe_testers
from picklebot.errors import LeaseError, StoreError, WikiError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.events import Event
from picklebot.harvest import Harvest, Options, harvest_under_lease
from picklebot.recording import HELD_BACK, NO_RECORDING, Recording, record_waiting
from picklebot.store.lease import Confirm, lease
from picklebot.store.store import Store
from picklebot.text.wording import inconclusive_words, summary_words
from picklebot.watch.stream import Stream
from picklebot.wiki import Site, Wiki, read_site
from picklebot.wiki.changes import Follower

__all__ = ["Say", "Watch", "Watched"]

# With a stream, the wiki is asked all the same: a stream can lose changes without noticing.
_SLOW_SECONDS = 60.0
# How long a change that a stream told of may take to show in the wiki's own list, which may lag behind.
_EAGER_SECONDS = 30.0
# Page tables may lag behind the list of changes as well: touched pages are looked at a second time. A harvest goes
# back a minute in recent changes, so that this costs two requests or three, and runs nothing that stayed as it was.
_AGAIN_SECONDS = 30.0
# A pass begins no further suite after this time: edited pages go before rechecks.
_SLICE_SECONDS = 30.0
_SOFTWARE_SECONDS = 600.0
_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 2.0, 300.0
_STANDBY_SECONDS = 10.0


class Say(Protocol):
    """Writes a line of the log."""

    def __call__(self, event: Event, **values: object) -> None:
        """Log an event with its details."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The wiki that is watched, and how.

    :param evaluator_for: makes the evaluator, again when the wiki's software changed
    :param recording_for: the recorders, as the wiki describes itself; None to leave the wiki alone
    :param interval: seconds between two looks
    """

    wiki: Wiki
    store: Store
    evaluator_for: Callable[[Site], SuiteEvaluator]
    recording_for: Callable[[Site], Recording] | None
    options: Options
    interval: float


@dataclass(slots=True)
class _Pause:
    """A pause that grows with every failure; told once."""

    until: float = 0.0
    since: float | None = None
    length: float = _MIN_PAUSE_SECONDS
    reason: str = ""

    def fail(self, reason: str) -> bool:
        """Note a failure; whether it is one to tell."""
        new, self.reason = reason != self.reason, reason
        now = time.monotonic()
        self.since = self.since or now
        self.until = now + self.length * random.uniform(0.75, 1.25)  # noqa: S311 (jitter, no secret)
        self.length = min(2 * self.length, _MAX_PAUSE_SECONDS)
        return new

    def over(self) -> float | None:
        """Note a success; after how many seconds of failure, if any."""
        lasted = time.monotonic() - self.since if self.since else None
        self.until, self.since, self.length, self.reason = 0.0, None, _MIN_PAUSE_SECONDS, ""
        return lasted


@dataclass(slots=True)
class Watch:
    """A watch over one wiki. All its methods but `stop` belong to one thread.

    :param say: writes its log
    :param inbox: titles that a stream saw, or None to look up from waiting
    :param log_unread: whether the reader of the log is gone, as ``head`` is after some lines: then the watch ends
    """

    watched: Watched
    site: Site
    say: Say
    inbox: queue.SimpleQueue[str | None]
    stream: Stream | None = None
    log_unread: Callable[[], bool] = lambda: False
    _stopping: bool = False
    _evaluator: SuiteEvaluator = field(init=False)
    _follower: Follower = field(init=False)
    _next_look: float = 0.0
    _eager: dict[str, float] = field(default_factory=dict)
    _harvest_at: float = 0.0
    _again_at: float | None = None
    _software_at: float = 0.0
    _away: _Pause = field(default_factory=_Pause)
    _unanswered: _Pause = field(default_factory=_Pause)
    _unrecorded: _Pause = field(default_factory=_Pause)

    def stop(self) -> None:
        """End soon, in good order. May be called by a signal's handler, or by another thread."""
        self._stopping = True
        self.inbox.put(None)

    def _say(self, event: Event, **values: object) -> None:
        """Log an event, and end in good order where nobody reads it."""
        self.say(event, **values)
        if self.log_unread():
            self.stop()

    def run(self) -> None:
        """Watch until `stop`; stand by while another does.

        :raises RecordingError: the account cannot log in
        """
        self._evaluator = self.watched.evaluator_for(self.site)
        self._follower = Follower(self.watched.wiki)
        if self._recording.names:
            self._recording.open()
        standby = False
        while not self._stopping:
            try:
                with lease(self.watched.store) as confirm:
                    standby = False
                    self._harvest_at = 0.0  # pages touched before are not known
                    self._software_at = time.monotonic() + _SOFTWARE_SECONDS
                    self._say(
                        Event.WATCH_STARTED, wiki=self.watched.wiki.shown, by="stream" if self.stream else "polling"
                    )
                    self._attend(confirm)
            except (LeaseError, StoreError) as error:
                if not standby:
                    self._say(Event.WATCH_WAITING, reason=error)
                standby = True
                self._wait(time.monotonic() + _STANDBY_SECONDS * random.uniform(1, 1.2))  # noqa: S311 (jitter)
        self._say(Event.WATCH_STOPPED)

    def _attend(self, confirm: Confirm) -> None:
        """Watch for as long as the wiki is ours."""
        while not self._stopping:
            try:
                self._step(confirm)
            except LeaseError:
                raise
            except (WikiError, StoreError) as error:
                self._harvest_at = 0.0  # events of the meantime may have gone unseen
                if self._away.fail(str(error)):
                    self._say(Event.CONNECTION_LOST, reason=error)
            else:
                lasted = self._away.over()
                if lasted is not None:
                    self._say(Event.CONNECTION_RESTORED, after_seconds=round(lasted))
            soon = min(self._next_look, self._harvest_at, self._unrecorded.until or self._next_look)
            self._wait(max(soon, self._away.until))

    def _step(self, confirm: Confirm) -> None:
        """Do all that is due by now."""
        now = time.monotonic()
        if now >= self._software_at:
            self._read_software()
        if now >= self._next_look or self._harvest_at <= now:
            self._look()
        if self._harvest_at <= now:
            confirm()
            self._harvest()
        if self._unrecorded.until and self._unrecorded.until <= now:
            self._record()

    def _look(self) -> None:
        """Ask for touched pages, and whether a suite depends on one."""
        titles = self._follower.look()
        now = time.monotonic()
        self._eager = {title: until for title, until in self._eager.items() if title not in titles and until > now}
        lively = not (self.stream and self.stream.live) or self._eager
        self._next_look = now + (self.watched.interval if lively else max(_SLOW_SECONDS, self.watched.interval))
        if self._matter(titles):
            self._harvest_at, self._again_at = 0.0, now + _AGAIN_SECONDS

    def _matter(self, titles: frozenset[str]) -> bool:
        if maybe_testers(self.site, self._evaluator.strategies, titles):
            return True
        try:
            return self.watched.store.depends_on_any(titles)
        except StoreError:
            return True  # a harvest will tell

    def _harvest(self) -> None:
        """One pass, and its consequences."""
        watched = self.watched
        started = time.monotonic()
        asked = watched.wiki.requests_made
        options = replace(watched.options, deadline=Deadline.after(_SLICE_SECONDS))
        found = harvest_under_lease(
            watched.wiki, self.site, self._evaluator, watched.store, options, stop=lambda: self._stopping
        )
        self._tell(found)
        if found.ran:
            seconds = round(time.monotonic() - started, 1)
            self._say(
                Event.HARVEST_FINISHED, ran=found.ran, requests=watched.wiki.requests_made - asked, seconds=seconds
            )
        self._harvest_at = self._when(found)
        self._record()

    def _tell(self, found: Harvest) -> None:
        for transition in found.transitions:
            pages = [page.title for page in transition.cause.pages] if transition.cause else []
            self._say(
                Event.STATE_CHANGED,
                module=transition.page.title,
                old=transition.old or "none",
                new=transition.new or "none",
                summary=summary_words(transition),
                cause=pages,
            )
        silent = [record for record in found.suites if record.status.inconclusive]
        if not silent:
            self._unanswered.over()
        elif self._unanswered.fail(str(sorted(record.suite.tester.title for record in silent))):
            first = silent[0]
            why = inconclusive_words(first.status.inconclusive) if first.status.inconclusive else ""
            self._say(Event.SUITES_INCONCLUSIVE, suites=len(silent), first=first.suite.tester.title, reason=why)

    def _when(self, found: Harvest) -> float:
        """When to harvest again if nothing is touched."""
        now = time.monotonic()
        if self._unanswered.until:
            return self._unanswered.until
        if found.waiting:
            return now
        if self._again_at is not None and self._again_at > now:
            return self._again_at
        self._again_at = None
        utc = datetime.now(UTC)
        return now + max(((found.next_due or utc) - utc).total_seconds(), self.watched.interval)

    def _record(self) -> None:
        """Record the transitions in the outbox; log in again for it, as a wiki forgets a login after an hour."""
        found = list(record_waiting(self._recording, self.watched.store))
        if any(problem.recorder == HELD_BACK for problem in found):
            self._harvest_at = min(self._harvest_at, time.monotonic() + self.watched.interval)
        problems = [(problem.recorder, problem.message) for problem in found if not problem.known]
        if not problems:
            self._unrecorded.over()
        elif self._unrecorded.fail(str(problems)):
            for recorder, message in problems:
                self._say(Event.RECORDING_FAILED, recorder=recorder, reason=message)

    @property
    def _recording(self) -> Recording:
        return self.watched.recording_for(self.site) if self.watched.recording_for else NO_RECORDING

    def _read_software(self) -> None:
        """See whether the wiki's software changed: then everything may answer otherwise."""
        site = read_site(self.watched.wiki)
        self._software_at = time.monotonic() + _SOFTWARE_SECONDS
        if site != self.site:
            self._say(Event.SOFTWARE_CHANGED, version=site.software.get("MediaWiki", ""))
            self.site, self._harvest_at = site, 0.0
            self._evaluator = self.watched.evaluator_for(site)

    def _wait(self, until: float) -> None:
        """Wait, but not when a stream tells of something that matters, or the watch is to end."""
        while not self._stopping:
            left = until - time.monotonic()
            if left <= 0:
                return
            try:
                title = self.inbox.get(timeout=left)
            except queue.Empty:
                return
            now = time.monotonic()
            if title is not None and self._away.until <= now and self._matter(frozenset({title})):
                self._eager[title] = now + _EAGER_SECONDS
                self._next_look = 0.0
                return
            if title is None and self.stream and not self.stream.live:
                self._next_look = min(self._next_look, now + self.watched.interval)
                until = min(until, max(self._next_look, self._away.until))
