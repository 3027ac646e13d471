"""Lets every recorder work through the outbox; one that cannot does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError, StoppedError, WikiError
from picklebot.failpoints import failpoint
from picklebot.model import OutboxEntry
from picklebot.recording.hold import HELD_BACK
from picklebot.recording.recorder import Keeper

if TYPE_CHECKING:
    from picklebot.recording.recorder import Recorder
    from picklebot.recording.writer import Done, Writer

__all__ = ["LOGIN", "NO_RECORDING", "Outboxes", "Problem", "ProgressCallback", "Recording", "record", "record_waiting"]

#: In place of a recorder's name, where the account could not log in: then none of them can work.
LOGIN = "login"

#: Hears how far a recorder is: its name, transitions done, and how many there are.
ProgressCallback = Callable[[str, int, int], None]


class Outboxes(Protocol):
    """Transitions that wait to be recorded: the store."""

    def pending(self, recorder: str) -> list[OutboxEntry]:
        """Transitions that a recorder has not recorded yet, oldest first."""

    def done(self, recorder: str, transitions: Collection[int]) -> None:
        """Note that a recorder has recorded transitions, by their ids."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The reason why a recorder could not do all of its work, and a remedy.

    :param recorder: its name, or `LOGIN`
    :param postponed: whether it was only for lack of time
    :param known: whether it was told of by an earlier harvest
    """

    recorder: str
    message: str
    postponed: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """Which recorders record, and how they are set to work.

    :param names: in the order in which they work
    :param open: logs the account in, and makes writer and recorders
    :param has_news: whether a recorder has something to write that no transition waits for; asks no wiki
    :param hold: why nothing is to be recorded now although something waits; empty where there is no reason
    """

    names: tuple[str, ...]
    open: Callable[[], tuple[Writer, Sequence[Recorder]]]
    has_news: Callable[[], bool] = lambda: False
    hold: Callable[[], str] = lambda: ""


def _nobody() -> NoReturn:
    raise AssertionError("without recorders nothing is opened")


#: Leaves the wiki alone: transitions wait in the outbox.
NO_RECORDING = Recording((), _nobody)


def record_waiting(
    recording: Recording,
    store: Outboxes,
    deadline: Deadline = NEVER,
    told: ProgressCallback = lambda *_: None,
) -> Iterator[Problem]:
    """Record the transitions in the outbox, and other news, if there are any: only then is the account needed.

    :param deadline: begin nothing more after it
    :param told: hears how far each recorder is
    """
    if not (any(store.pending(name) for name in recording.names) or recording.has_news()):
        return
    if deadline.brought_forward:
        yield Problem(LOGIN, "the transitions wait: the command was asked to end", postponed=True)
        return
    reason = recording.hold()
    if reason:
        yield Problem(HELD_BACK, reason, postponed=True)
        return
    try:
        writer, recorders = recording.open()
    except RecordingError as error:
        yield Problem(LOGIN, str(error), postponed=isinstance(error, StoppedError) and error.postponed)
        return
    yield from record(writer, recorders, store, deadline, told)


def record(
    writer: Writer,
    recorders: Sequence[Recorder],
    store: Outboxes,
    deadline: Deadline = NEVER,
    told: ProgressCallback = lambda *_: None,
) -> Iterator[Problem]:
    """Record the transitions in the outbox; yield the problems of the ones left for the next harvest.

    :param deadline: begin nothing more after it; every recorder gets its share of the time, so that none keeps the
        others from their work in every harvest
    :param told: hears how far each recorder is
    """
    failpoint("before-recording")
    writer.begin()
    stopped: tuple[str, StoppedError] | None = None
    known = False
    for place, recorder in enumerate(recorders):
        pending = store.pending(recorder.name)
        if not pending and not (isinstance(recorder, Keeper) and recorder.has_news()):
            continue
        if stopped and stopped[1].everywhere:
            yield Problem(recorder.name, f"not tried, for the same reason ({stopped[0]})", stopped[1].postponed, known)
            continue
        until = deadline.share(1 / (len(recorders) - place))
        try:
            writer.work(recorder, pending, _noting(store, recorder.name, len(pending), told), until)
        except StoppedError as error:
            stopped = recorder.name, error
            known = writer.was_told(recorder.name, error)
            for message in error.each or (str(error),):
                yield Problem(recorder.name, message, error.postponed, known)
        except RecordingError as error:
            for message in error.each or (str(error),):
                yield Problem(recorder.name, message, postponed=deadline.over)
        except WikiError as error:
            yield Problem(recorder.name, str(error), postponed=deadline.over)


def _noting(store: Outboxes, recorder: str, total: int, told: ProgressCallback) -> Done:
    """Notes recorded transitions in the outbox, and tells how far it is."""
    done = 0
    told(recorder, done, total)

    def note(transitions: Sequence[int]) -> None:
        nonlocal done
        store.done(recorder, transitions)
        done += len(transitions)
        told(recorder, done, total)

    return note
