"""Options that several commands share, and how they become settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import click

from picklebot import log
from picklebot.app import App
from picklebot.config import Configuration, Settings, load_settings
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import UsageError
from picklebot.text.redaction import keep_header, keep_secret, keep_url, shown_url
from picklebot.wiki.address import from_user_config

__all__ = [
    "Command",
    "all_settings_from",
    "config_option",
    "need_account",
    "need_kept_store",
    "open_app",
    "setting_options",
    "settings_from",
    "wiki_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])

# https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite
_IN_MEMORY = re.compile(r"sqlite(?:\+\w+)?:/{0,3}(?:\?.*|:memory:.*|file::memory:.*|.*[?&]mode=memory\b.*)?")

#: The option that names the file of settings.
config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with settings.  [default: picklebot.toml, where it is]",
)


def setting_options(*names: str) -> Callable[[Command], Command]:
    """Options for settings, made from their model: help, type and default stand there alone."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            command = _option(name)(command)
        return command

    return add


def _option(name: str) -> Callable[[Command], Command]:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra
    description = field.description or ""
    default = field.get_default()
    shown = f"  [default: {default:g}]" if isinstance(default, int | float) else f"  [default: {default}]"
    return click.option(
        f"--{name.replace('_', '-')}",
        multiple=isinstance(default, tuple),
        type=_type(field.annotation),
        metavar=str(extra["metavar"]) if isinstance(extra, dict) else None,
        help=f"{description[:1].upper()}{description[1:]}.{shown if default else ''}",
    )


def _type(annotation: Any) -> Any:  # noqa: ANN401 (of a field of the model, and for click)
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation))
    return next((kind for kind in (int, float) if kind in (annotation, *get_args(annotation))), str)


def wiki_options(command: Command) -> Command:
    """Add the options that say which wiki, and as whom."""
    names = ("wiki", "connect_to", "header", "tls_ca", "user", "contact", "timeout", "retries", "log_format")
    return setting_options(*names)(config_option(command))


def settings_from(flags: dict[str, Any], *, of_a_wiki: bool = True) -> Settings:
    """Settings from a command's flags and all other layers; warnings go to stderr.

    :param of_a_wiki: whether they have to say which wiki
    :raises UsageError: no wiki is given
    :raises ConfigError: a setting is wrong
    """
    configuration = _configuration(flags)
    settings = configuration.settings
    if not of_a_wiki:
        return settings
    if not settings.wiki:
        wiki, user = from_user_config() or ("", "")
        settings = settings.model_copy(update={"wiki": wiki, "user": settings.user or user})
    if not settings.wiki:
        named = f"; these have a name: {', '.join(configuration.wikis)}" if configuration.wikis else ""
        raise UsageError(f'which wiki? Give --wiki URL, PICKLEBOT_WIKI, or wiki = "…" in picklebot.toml{named}')
    log.bind(wiki=shown_url(settings.wiki))
    return settings


def all_settings_from(flags: dict[str, Any]) -> Mapping[str, Settings]:
    """Settings of all wikis that have a name, by it.

    :raises UsageError: there is none, or one has no address
    :raises ConfigError: a setting is wrong
    """
    wikis = _configuration(flags).wikis
    if not wikis:
        raise UsageError("no wiki has a name: a table [wikis.NAME] in picklebot.toml for each, with wiki = its address")
    without = [name for name, settings in wikis.items() if not settings.wiki]
    if without:
        raise UsageError(f"{', '.join(without)}: wiki: expected the URL of its api.php, or a family:code")
    return wikis


def _configuration(flags: dict[str, Any]) -> Configuration:
    """All layers together; the log is written as they say, and never tells a secret of theirs."""
    configuration = load_settings(flags, file=flags.pop("config_file", None))
    for each in (configuration.settings, *configuration.wikis.values()):
        keep_secret(each.password.get_secret_value())
        keep_url(each.store)
        keep_url(each.wiki)
        for line in each.header:
            keep_header(line.get_secret_value())
    log.set_format(configuration.settings.log_format)
    return configuration


def open_app(flags: dict[str, Any], deadline: Deadline = NEVER) -> App:
    """All that a command works with, by its flags and all other layers of settings; raises as `settings_from`.

    :param deadline: by which the command is to end
    """
    return App(settings_from(flags), deadline)


def need_kept_store(settings: Settings) -> None:
    """Refuse to record transitions that the next harvest would not know: it would record all anew.

    :raises UsageError: the store is in memory
    """
    if _IN_MEMORY.fullmatch(settings.store_url):
        raise UsageError(
            f"store: {settings.store_url} is gone when the command ends, and the next one would record everything anew;"
            " name a file or a database, or give --no-record"
        )


def need_account(settings: Settings, otherwise: str) -> None:
    """Refuse to go on without an account.

    :raises UsageError: user or password is missing
    """
    missing = [name for name, value in (("user", settings.user), ("password", settings.password)) if not value]
    if missing:
        ways = " and ".join(f"PICKLEBOT_{name.upper()}" for name in missing)
        raise UsageError(f"{ways} must be set (or {' and '.join(missing)} in picklebot.toml){otherwise}")
