"""Lets every recorder work through the outbox; one that cannot does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError, StoppedError, WikiError
from picklebot.failpoints import failpoint
from picklebot.recording.recorder import RECORDERS, Done, Recorder
from picklebot.store.store import Store

__all__ = ["LOGIN", "Problem", "Told", "record", "record_waiting"]

#: In place of a recorder's name, where the account could not log in: then none of them can work.
LOGIN = "login"

#: Hears how far a recorder is: its name, transitions done, and how many there are.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a recorder could not do all of its work, and what to do about it.

    :param recorder: its name, or `LOGIN`
    :param postponed: whether it was only for lack of time
    """

    recorder: str
    message: str
    postponed: bool = False


class _LateError(Exception):
    """A recorder's time is over."""


def record_waiting(
    open_recorders: Callable[[], Sequence[Recorder]],
    store: Store,
    deadline: Deadline = NEVER,
    told: Told = lambda *_: None,
) -> Iterator[Problem]:
    """Record what waits in the outbox, if anything does: only then is the account needed.

    :param open_recorders: logs the account in
    :param deadline: begin nothing more after it
    :param told: hears how far each recorder is
    """
    if not any(store.pending(name) for name in RECORDERS):
        return
    try:
        recorders = open_recorders()
    except RecordingError as error:
        yield Problem(LOGIN, str(error), postponed=isinstance(error, StoppedError) and error.postponed)
        return
    yield from record(recorders, store, deadline, told)


def record(
    recorders: Sequence[Recorder], store: Store, deadline: Deadline = NEVER, told: Told = lambda *_: None
) -> Iterator[Problem]:
    """Record what waits in the outbox; yield what could not be recorded, which stays there for the next harvest.

    :param deadline: begin nothing more after it; every recorder gets its share of what is left, so that none keeps the
        others from their work in every harvest
    :param told: hears how far each recorder is
    """
    failpoint("before-recording")
    stopped: tuple[str, StoppedError] | None = None
    for place, recorder in enumerate(recorders):
        pending = store.pending(recorder.name)
        if not pending:
            continue
        if stopped and stopped[1].everywhere:
            yield Problem(recorder.name, f"not tried, for the same reason ({stopped[0]})", stopped[1].postponed)
            continue
        until = deadline.share(1 / (len(recorders) - place))
        try:
            recorder.record(pending, _done_in_time(store, recorder.name, len(pending), until, told))
        except StoppedError as error:
            stopped = recorder.name, error
            yield Problem(recorder.name, str(error), error.postponed)
        except (RecordingError, WikiError) as error:
            yield Problem(recorder.name, str(error), postponed=deadline.over)
        except _LateError:
            left = len(store.pending(recorder.name))
            yield Problem(recorder.name, f"{left} transitions wait: the deadline has come", postponed=True)


def _done_in_time(store: Store, recorder: str, total: int, until: Deadline, told: Told) -> Done:
    """Notes what is done, and ends the work of a recorder that has more to do and no time left."""
    waiting = total
    told(recorder, 0, total)

    def done(transitions: Sequence[int]) -> None:
        nonlocal waiting
        if transitions:
            store.done(recorder, transitions)
            waiting -= len(transitions)
            told(recorder, total - waiting, total)
        if waiting and until.over:
            raise _LateError

    return done
