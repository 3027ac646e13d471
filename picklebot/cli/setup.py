"""``picklebot setup``: the preparation of a wiki by a sysop, once."""

from __future__ import annotations

from typing import Any

import click

from picklebot.cli.options import need_account, open_app, wiki_options
from picklebot.recording.setup import set_up

__all__ = ["setup_command"]


@click.command("setup")
@wiki_options
def setup_command(**flags: Any) -> None:  # noqa: ANN401
    """Define the change tags and create the category pages, with a sysop's account. Run once per wiki.

    What is there already stays as it is.
    """
    app = open_app(flags)
    need_account(app.settings, ": those of a sysop, for this command")
    for item in set_up(app.log_in(), app.wiki, app.site, app.settings.categories):
        click.echo(f"{'created' if item.changed else 'is there'}: {item.what}")
