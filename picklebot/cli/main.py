"""The command ``picklebot``: its subcommands, and how an error becomes a message and an exit status."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path

import click

from picklebot import __version__, failpoints
from picklebot.cli.commands import LazyGroup
from picklebot.cli.streams import standard_streams, unwritten
from picklebot.errors import PicklebotError, WorkError
from picklebot.text.redaction import redact
from picklebot.text.terminal import harmless

__all__ = ["cli", "main"]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="picklebot")
def cli() -> None:
    """Run the tests of a wiki's Lua modules, and record what they say where editors look for it."""


def main() -> None:
    """Run the command line; exit 0, 1, 2 or 3 as in docs/operators.md, "Exit statuses"."""
    logging.getLogger("picklebot").handlers = [_Complaints()]
    with standard_streams():
        status = _run()
        if lost := unwritten():
            click.echo(f"picklebot: not all of the output could be written: {lost}", err=True)
            status = status or WorkError.exit_status
    sys.exit(status)


def _run() -> int:
    """Run a command, and say why where it ends in an error; its exit status."""
    try:
        failpoints.check(os.environ.get(failpoints.VARIABLE, ""))
        return int(cli.main(standalone_mode=False) or 0)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.message = redact(error.message)  # type: ignore[misc] # (final to subclasses; it quotes arguments)
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("picklebot: interrupted", err=True)
        return 130
    except Exception as error:
        # Status 1 is an answer, and a traceback may show a password: neither is for mistakes of ours.
        foreseen = isinstance(error, PicklebotError)
        if sys.flags.dev_mode and not foreseen:
            raise
        _complain(str(error) if foreseen else f"failed, by a mistake of its own; please report this: {_short(error)}")
        return error.exit_status if isinstance(error, PicklebotError) else WorkError.exit_status


class _Complaints(logging.Handler):
    """Warnings on the way, in the form of the errors at the end."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _complain(record.getMessage() + (f": {_short(error)}" if error else ""))


def _complain(message: str) -> None:
    """Say what went wrong on stderr; it may quote the wiki, and what quotes a URL."""
    for line in redact(f"picklebot: {message}").split("\n"):
        click.echo(harmless(line), err=True)


def _short(error: BaseException) -> str:
    """An unforeseen error and its place; `python -X dev -m picklebot` shows all of it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
