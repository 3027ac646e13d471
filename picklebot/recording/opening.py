"""The observer logged in, and the recorders of a wiki: imported only by commands that record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from picklebot.account.observer import Account, Observer
from picklebot.config import Settings, session_folder
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import ConfigError, RecordingError, WikiError
from picklebot.recording.data import Data
from picklebot.recording.memory import Memory
from picklebot.recording.recorder import Recorder, RecorderContext, RecorderType
from picklebot.recording.wikitext import fill
from picklebot.wiki import Site, Wiki

__all__ = ["check_privacy", "has_news", "log_in", "make_recorders", "user_page"]


def log_in(
    wiki: Wiki,
    site: Site,
    settings: Settings,
    deadline: Deadline = NEVER,
    before_write: Callable[[str], None] | None = None,
) -> Observer:
    """Log the configured account in, at the address that the wiki answers at.

    :param deadline: after it nothing is asked or written any more
    :param before_write: called with the action of each write right before it is sent; it may raise
    :raises ConfigError: its password would be sent for all to read
    :raises RecordingError: it cannot log in
    """
    check_privacy(wiki, settings)
    account, folder = _account(site, settings)
    return Observer(
        wiki.reached,
        account,
        folder,
        contact=settings.contact,
        write_interval=settings.write_interval,
        timeout=settings.timeout,
        deadline=deadline,
        before_write=before_write,
    )


def check_privacy(wiki: Wiki, settings: Settings) -> None:
    """See that the password is read by nobody on its way to the wiki, at the address that the wiki has answered at.

    :raises ConfigError: it would be sent for all to read
    """
    if not (wiki.reached.private or settings.allow_http):
        raise ConfigError(
            f"wiki: {wiki.shown} is no https, and so the password of {settings.user} could be read on the way there:"
            " give the address with https; where there is none, allow_http = true in picklebot.toml takes the risk"
        )


def has_news(site: Site, settings: Settings, memory: Memory) -> bool:
    """Whether the data pages may have to be written although no transition waits; logs nobody in.

    :raises RecordingError: the account's name cannot be told
    """
    if Data.name not in settings.recorders:
        return False
    account, _ = _account(site, settings)
    return Data(RecorderContext(site, settings, account.name, memory)).has_news()


def user_page(site: Site, settings: Settings, template: str) -> str:
    """A title of the settings with the observer's name filled in.

    :raises RecordingError: the account's name cannot be told
    """
    account, _ = _account(site, settings)
    return fill(template, {"user": account.name})


def _account(site: Site, settings: Settings) -> tuple[Account, Path]:
    """The configured account, and the folder of its session.

    :raises RecordingError: its name cannot be told, or there is no such folder
    """
    account = Account(settings.user, settings.password.get_secret_value(), site.capital)
    try:
        name = account.name
    except WikiError as error:
        raise RecordingError(f"{settings.user} cannot log in: {error}") from error
    try:
        folder = session_folder()
    except ConfigError as error:  # results are there already, and not to be lost
        raise RecordingError(f"{settings.user} cannot log in: {error}") from error
    return account, folder / _file_name(site.key) / _file_name(name)


def make_recorders(
    types: Mapping[str, RecorderType], observer_name: str, site: Site, settings: Settings, memory: Memory
) -> list[Recorder]:
    """The recorders of the setting, in its order.

    :param types: all that there are, by name
    :param observer_name: as the wiki writes it
    :param memory: the wiki's modules in summary, and the bot's own pages
    :raises RecordingError: a plugin's cannot be made
    """
    context = RecorderContext(site, settings, observer_name, memory)
    made: list[Recorder] = []
    for name in settings.recorders:
        try:
            made.append(types[name](context))
        except Exception as error:  # a plugin may raise anything
            raise RecordingError(f"the recorder {name} cannot be made: {error!r}") from error
    return made


def _file_name(text: str) -> Path:
    return Path("".join(char if char.isalnum() or char in "-." else "_" for char in text).strip("_."))
