"""The command ``picklebot``: its subcommands, and how an error becomes a message and an exit status."""

from __future__ import annotations

import os
import sys

import click

from picklebot import __version__, faults
from picklebot.cli.commands import LazyGroup
from picklebot.cli.streams import standard_streams, unwritten
from picklebot.errors import PicklebotError, WorkError
from picklebot.rendering.text import harmless

__all__ = ["cli", "main"]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="picklebot")
def cli() -> None:
    """Run the tests of a wiki's Lua modules, and record what they say where editors look for it."""


def main() -> None:
    """Run the command line; exit 0, 1, 2 or 3 as in docs/operators.md, "Exit statuses"."""
    with standard_streams():
        status = _run()
        if lost := unwritten():
            click.echo(f"picklebot: not all of the output could be written: {lost}", err=True)
            status = status or WorkError.exit_status
    sys.exit(status)


def _run() -> int:
    """Run a command, and say why where it ends in an error; its exit status."""
    try:
        faults.check(os.environ.get(faults.VARIABLE, ""))
        return int(cli.main(standalone_mode=False) or 0)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("picklebot: interrupted", err=True)
        return 130
    except PicklebotError as error:
        for line in f"picklebot: {error}".split("\n"):  # it may quote the wiki
            click.echo(harmless(line), err=True)
        return error.exit_status
