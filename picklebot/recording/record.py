"""Lets every recorder work through the outbox; one that cannot does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from picklebot.account.observer import Account, Observer
from picklebot.config import Settings, data_folder
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import ConfigError, RecordingError, StoppedError, WikiError
from picklebot.failpoints import failpoint
from picklebot.recording.categories import Categories
from picklebot.recording.log import Log
from picklebot.recording.recorder import Done, Recorder
from picklebot.recording.tags import Tags
from picklebot.store.store import Store
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import is_loopback

__all__ = ["RECORDERS", "Problem", "log_in", "make_recorders", "record"]

#: Names of all recorders, in the order in which they work.
RECORDERS = (Tags.name, Categories.name, Log.name)


#: Hears how far a recorder is: its name, transitions done, and how many there are.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a recorder could not do all of its work, and what to do about it.

    :param postponed: whether it was only for lack of time
    """

    recorder: str
    message: str
    postponed: bool = False


def log_in(wiki: Wiki, site: Site, settings: Settings, deadline: Deadline = NEVER) -> Observer:
    """Log the configured account in, at the address that the wiki answers at.

    :param deadline: after it nothing is asked or written any more
    :raises ConfigError: its password would be sent for all to read
    :raises RecordingError: it cannot log in
    """
    api = wiki.reached
    if not (api.startswith("https:") or is_loopback(api) or settings.allow_http):
        raise ConfigError(
            f"wiki: {wiki.shown} is no https, and so the password of {settings.user} could be read on the way there:"
            " give the address with https; where there is none, allow_http = true in picklebot.toml takes the risk"
        )
    account = Account(settings.user, settings.password.get_secret_value(), site.capital)
    try:
        name = account.name
    except WikiError as error:
        raise RecordingError(f"{settings.user} cannot log in: {error}") from error
    folder = data_folder() / "pywikibot" / _file_name(site.key) / _file_name(name)
    return Observer(
        api,
        account,
        folder,
        contact=settings.contact,
        write_interval=settings.write_interval,
        timeout=settings.timeout,
        deadline=deadline,
    )


def make_recorders(observer: Observer, wiki: Wiki, site: Site, settings: Settings) -> list[Recorder]:
    """All recorders, in the order in which they work."""
    return [
        Tags(observer, wiki),
        Categories(observer, wiki, site, settings.categories, settings.doc_namespaces),
        Log(observer, site, settings.log_page),
    ]


class _LateError(Exception):
    """A recorder's time is over."""


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


def _file_name(text: str) -> Path:
    return Path("".join(char if char.isalnum() or char in "-." else "_" for char in text).strip("_."))
