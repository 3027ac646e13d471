"""``picklebot software``: the software that a wiki runs on."""

from __future__ import annotations

from typing import Any

import click

from picklebot.cli.options import open_app, wiki_options
from picklebot.text.terminal import plain

__all__ = ["software_command"]


@click.command("software")
@wiki_options
def software_command(**flags: Any) -> None:  # noqa: ANN401
    """List the software of a wiki, with versions.

    Asks the wiki once, and changes nothing.
    """
    for name, version in sorted(open_app(flags).site.software.items()):
        click.echo(plain(f"{name} {version}"))
