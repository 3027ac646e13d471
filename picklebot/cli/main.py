"""The command ``picklebot``: its subcommands, and how an error becomes a message and an exit status."""

from __future__ import annotations

import os
import sys

import click

from picklebot import __version__, faults
from picklebot.cli.demo import demo
from picklebot.cli.explain import explain_command
from picklebot.cli.harvest import harvest_command, plan_command
from picklebot.cli.history import history_command
from picklebot.cli.rebuild import rebuild_command
from picklebot.cli.sandbox import sandbox
from picklebot.cli.setup import setup_command
from picklebot.cli.status import status_command
from picklebot.cli.strategies import strategies_command
from picklebot.cli.try_ import try_command
from picklebot.cli.watch import watch_command
from picklebot.errors import PicklebotError
from picklebot.rendering.text import harmless

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="picklebot")
def cli() -> None:
    """Run the tests of a wiki's Lua modules, and record what they say where editors look for it."""


cli.add_command(harvest_command)
cli.add_command(plan_command)
cli.add_command(watch_command)
cli.add_command(history_command)
cli.add_command(status_command)
cli.add_command(rebuild_command)
cli.add_command(explain_command)
cli.add_command(try_command)
cli.add_command(setup_command)
cli.add_command(strategies_command)
cli.add_command(sandbox)
cli.add_command(demo)


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
