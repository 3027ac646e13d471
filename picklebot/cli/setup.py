"""``picklebot setup``: what a sysop does once."""

from __future__ import annotations

from typing import Any

import click

from picklebot.cli.options import need_account, open_wiki, settings_from, wiki_options
from picklebot.recording import log_in, set_up
from picklebot.wiki import read_site

__all__ = ["setup_command"]


@click.command("setup")
@wiki_options
def setup_command(**flags: Any) -> None:  # noqa: ANN401
    """Define the change tags and create the category pages, with a sysop's account. Run once per wiki.

    What is there already stays as it is.
    """
    settings = settings_from(flags)
    need_account(settings, ": those of a sysop, for this command")
    wiki = open_wiki(settings)
    site = read_site(wiki)
    for item in set_up(log_in(wiki, site, settings), wiki, site, settings.categories):
        click.echo(f"{'created' if item.changed else 'is there'}: {item.what}")
