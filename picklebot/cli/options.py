"""Options that several commands share, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from picklebot.config import Settings, load_settings
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import ConfigError, UsageError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.invocation import Runner
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import load_strategies
from picklebot.text.redaction import keep_secret, keep_url, shown_url
from picklebot.wiki import Site, Wiki
from picklebot.wiki.address import from_user_config, resolve
from picklebot.wiki.client import is_loopback

__all__ = ["need_account", "open_evaluator", "open_wiki", "setting_options", "settings_from", "wiki_options"]

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG = click.option(
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
        type=next((kind for kind in (int, float) if kind in (field.annotation, *get_args(field.annotation))), str),
        metavar=str(extra["metavar"]) if isinstance(extra, dict) else None,
        help=f"{description[:1].upper()}{description[1:]}.{shown if default else ''}",
    )


def wiki_options(command: Command) -> Command:
    """Add the options that say which wiki, and as whom."""
    return setting_options("wiki", "user", "contact", "timeout", "retries")(_CONFIG(command))


def settings_from(flags: dict[str, Any]) -> Settings:
    """Settings from a command's flags and all other layers; warnings go to stderr.

    :raises UsageError: no wiki is given
    :raises ConfigError: a setting is wrong
    """
    configuration = load_settings(flags, file=flags.pop("config_file", None))
    for each in (configuration.settings, *configuration.wikis.values()):
        keep_secret(each.password.get_secret_value())
        keep_url(each.store)
        keep_url(each.wiki)
    for warning in configuration.warnings:
        click.echo(f"picklebot: {warning}", err=True)
    settings = configuration.settings
    if not settings.wiki:
        wiki, user = from_user_config() or ("", "")
        settings = settings.model_copy(update={"wiki": wiki, "user": settings.user or user})
    if not settings.wiki:
        named = f"; these have a name: {', '.join(configuration.wikis)}" if configuration.wikis else ""
        raise UsageError(f'which wiki? Give --wiki URL, PICKLEBOT_WIKI, or wiki = "…" in picklebot.toml{named}')
    return settings


def need_account(settings: Settings, otherwise: str) -> None:
    """Refuse to go on without an account.

    :raises UsageError: user or password is missing
    """
    missing = [name for name, value in (("user", settings.user), ("password", settings.password)) if not value]
    if missing:
        ways = " and ".join(f"PICKLEBOT_{name.upper()}" for name in missing)
        raise UsageError(f"{ways} must be set (or {' and '.join(missing)} in picklebot.toml){otherwise}")


def open_wiki(settings: Settings, deadline: Deadline = NEVER) -> Wiki:
    """The reading client for the wiki in the settings.

    :param deadline: after it nothing is asked any more
    :raises ConfigError: the settings name no wiki that can be found, or nobody whom its operators could ask
    """
    api = resolve(settings.wiki)
    if not settings.contact and not is_loopback(api):
        raise ConfigError(
            f"contact: {shown_url(api)} is not on this machine, and those who run it must be able to reach who runs"
            " this bot: give --contact, PICKLEBOT_CONTACT or contact in picklebot.toml, an e-mail address or the URL of"
            ' a user page, such as "https://meta.wikimedia.org/wiki/User:Example"'
        )
    return Wiki(api, contact=settings.contact, timeout=settings.timeout, retries=settings.retries, deadline=deadline)


def open_evaluator(settings: Settings) -> Callable[[Wiki, Site], SuiteEvaluator]:
    """The evaluator of a wiki, with all strategies and plugins; a mistake in them shows before any request.

    :raises StrategyError: a strategy file is wrong
    :raises PluginError: a plugin cannot be loaded
    """
    plugins = load_plugins()
    strategies = load_strategies(plugins, settings.strategies)
    return lambda wiki, site: SuiteEvaluator(Runner(wiki, site), strategies, plugins)
