"""The command ``picklebot``: its subcommands, and how an error becomes a message and an exit status."""

from __future__ import annotations

import os
import sys

import click

from picklebot import __version__, faults
from picklebot.cli.commands import LazyGroup
from picklebot.errors import PicklebotError
from picklebot.rendering.text import harmless

__all__ = ["cli", "main"]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="picklebot")
def cli() -> None:
    """Run the tests of a wiki's Lua modules, and record what they say where editors look for it."""


def main() -> None:
    """Run the command line; exit 0, 1, 2 or 3 as in docs/operators.md, "Exit statuses"."""
    try:
        faults.check(os.environ.get(faults.VARIABLE, ""))
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("picklebot: interrupted", err=True)
        sys.exit(130)
    except PicklebotError as error:
        for line in f"picklebot: {error}".split("\n"):  # it may quote the wiki
            click.echo(harmless(line), err=True)
        sys.exit(error.exit_status)
