"""Lets every recorder work through the outbox; one that cannot does not keep the others from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from picklebot.config import Settings, data_folder
from picklebot.errors import RecordingError, WikiError
from picklebot.recording.categories import Categories
from picklebot.recording.log import Log
from picklebot.recording.observer import Account, Observer
from picklebot.recording.recorder import Recorder
from picklebot.recording.tags import Tags
from picklebot.tracking import Store
from picklebot.wiki import Site, Wiki

__all__ = ["Problem", "log_in", "make_recorders", "record"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a recorder could not do all of its work, and what to do about it."""

    recorder: str
    message: str


def log_in(wiki: Wiki, site: Site, settings: Settings) -> Observer:
    """Log the configured account in.

    :raises RecordingError: it cannot log in
    """
    account = Account(settings.user, settings.password.get_secret_value())
    folder = data_folder() / "pywikibot" / _file_name(site.key) / _file_name(account.name)
    return Observer(wiki.api, account, folder, contact=settings.contact, write_interval=settings.write_interval)


def make_recorders(observer: Observer, wiki: Wiki, site: Site, settings: Settings) -> list[Recorder]:
    """All recorders, in the order in which they work."""
    return [
        Tags(observer, wiki),
        Categories(observer, site, settings.categories),
        Log(observer, settings.log_page),
    ]


def record(recorders: Sequence[Recorder], store: Store) -> Iterator[Problem]:
    """Record what waits in the outbox; yield what could not be recorded, which stays there for the next harvest."""
    for recorder in recorders:
        pending = store.pending(recorder.name)
        if not pending:
            continue
        try:
            recorder.record(pending, partial(store.done, recorder.name))
        except (RecordingError, WikiError) as error:
            yield Problem(recorder.name, str(error))


def _file_name(text: str) -> Path:
    return Path("".join(char if char.isalnum() or char in "-." else "_" for char in text).strip("_."))
