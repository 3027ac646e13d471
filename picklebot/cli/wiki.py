"""``picklebot wiki``: the addresses at which the store knows a wiki."""

from __future__ import annotations

from typing import Any

import click

from picklebot.cli.options import config_option, open_app, setting_options, settings_from, wiki_options
from picklebot.errors import UsageError
from picklebot.store.addresses import confirm_address, forget_address, known_wikis
from picklebot.store.database import Database
from picklebot.text.redaction import shown_url
from picklebot.text.terminal import plain

__all__ = ["wiki_command"]


@click.group("wiki")
def wiki_command() -> None:
    """Confirm, move or forget the addresses at which the store knows a wiki.

    The first harvest of a wiki confirms its address. A wiki at another address that says it is the same one is refused:
    it may be a copy, such as a staging wiki.
    """


@wiki_command.command("confirm")
@wiki_options
@setting_options("store")
def confirm_command(**flags: Any) -> None:  # noqa: ANN401
    """Confirm that a wiki is the one that it says it is, at this address too."""
    _confirm(flags, alone=False)


@wiki_command.command("move")
@wiki_options
@setting_options("store")
def move_command(**flags: Any) -> None:  # noqa: ANN401
    """Confirm that a wiki has moved to this address, and left all others."""
    _confirm(flags, alone=True)


def _confirm(flags: dict[str, Any], *, alone: bool) -> None:
    app = open_app(flags)
    with app.store(unchecked=True) as store:
        confirm_address(store, app.address, alone=alone)
    click.echo(f"{plain(app.site.key)} is confirmed at {plain(app.address)}{' alone' if alone else ''}")


@wiki_command.command("forget")
@wiki_options
@setting_options("store")
def forget_command(**flags: Any) -> None:  # noqa: ANN401
    """Forget an address; what is known of the wiki stays. The wiki is not asked."""
    settings = settings_from(flags)
    address = shown_url(settings.wiki)
    if not forget_address(Database(settings.store_url), address):
        raise UsageError(f"the store knows no wiki at {address}; picklebot wiki list shows all addresses")
    click.echo(f"{plain(address)} is forgotten")


@wiki_command.command("list")
@config_option
@setting_options("store")
def list_command(**flags: Any) -> None:  # noqa: ANN401
    """List all wikis of the store, with their addresses. No wiki is asked."""
    settings = settings_from(flags, of_a_wiki=False)
    wikis = known_wikis(Database(settings.store_url, read_only=True))
    if not wikis:
        click.echo("the store knows no wiki yet: its first harvest makes one known", err=True)
    for key, addresses in wikis.items():
        click.echo(f"{plain(key)}  {plain(', '.join(addresses))}")
