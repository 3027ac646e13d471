"""Options that several commands share, and how they become settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from picklebot.config import Settings, load_settings
from picklebot.errors import ConfigError, UsageError
from picklebot.invocation import Runner
from picklebot.judgement import Judge
from picklebot.plugins import load_plugins
from picklebot.strategy import load_strategies
from picklebot.wiki import Site, Wiki
from picklebot.wiki.address import from_user_config, resolve
from picklebot.wiki.client import is_loopback

__all__ = ["need_account", "open_judge", "open_wiki", "settings_from", "wiki_options"]

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--wiki", metavar="URL", help="The wiki: URL of its api.php, or a pywikibot family:code."),
    click.option("--user", metavar="NAME", help="The observer's account; User@app for a bot password."),
    click.option("--contact", help="Who runs this bot, for the User-Agent: an e-mail address or a user page."),
    click.option("--timeout", type=float, metavar="SECONDS", help="How long to wait for one answer.  [default: 60]"),
    click.option("--retries", type=int, metavar="N", help="How often to repeat a failed request.  [default: 3]"),
    click.option(
        "--config",
        "config_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File with settings.  [default: picklebot.toml, where it is]",
    ),
)


def wiki_options(command: Command) -> Command:
    """Add the options that say which wiki, and as whom."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_from(flags: dict[str, Any]) -> Settings:
    """Settings from a command's flags and all other layers; warnings go to stderr.

    :raises UsageError: no wiki is given
    :raises ConfigError: a setting is wrong
    """
    configuration = load_settings(flags, file=flags.pop("config_file", None))
    for warning in configuration.warnings:
        click.echo(f"picklebot: {warning}", err=True)
    settings = configuration.settings
    if not settings.wiki:
        wiki, user = from_user_config() or ("", "")
        settings = settings.model_copy(update={"wiki": wiki, "user": settings.user or user})
    if not settings.wiki:
        raise UsageError('which wiki? Give --wiki URL, PICKLEBOT_WIKI, or wiki = "…" in picklebot.toml')
    return settings


def need_account(settings: Settings, otherwise: str) -> None:
    """Refuse to go on without an account.

    :raises UsageError: user or password is missing
    """
    missing = [name for name, value in (("user", settings.user), ("password", settings.password)) if not value]
    if missing:
        ways = " and ".join(f"PICKLEBOT_{name.upper()}" for name in missing)
        raise UsageError(f"{ways} must be set (or {' and '.join(missing)} in picklebot.toml){otherwise}")


def open_wiki(settings: Settings) -> Wiki:
    """The reading client for the wiki in the settings.

    :raises ConfigError: the settings name no wiki that can be found, or nobody whom its operators could ask
    """
    api = resolve(settings.wiki)
    if not settings.contact and not is_loopback(api):
        raise ConfigError(
            f"contact: {api} is not on this machine, and those who run it must be able to reach who runs this bot: give"
            " --contact, PICKLEBOT_CONTACT or contact in picklebot.toml, an e-mail address or the URL of a user page,"
            ' such as "https://meta.wikimedia.org/wiki/User:Example"'
        )
    return Wiki(api, contact=settings.contact, timeout=settings.timeout, retries=settings.retries)


def open_judge(settings: Settings) -> Callable[[Wiki, Site], Judge]:
    """What makes a judge for a wiki, with all strategies and plugins; a mistake in them shows before any request.

    :raises StrategyError: a strategy file is wrong
    :raises PluginError: a plugin cannot be loaded
    """
    plugins = load_plugins()
    strategies = load_strategies(plugins, settings.strategies)
    return lambda wiki, site: Judge(Runner(wiki, site), strategies, plugins)
