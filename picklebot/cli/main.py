"""The command ``picklebot``: its subcommands, and how an error becomes a message and an exit status."""

from __future__ import annotations

import os
import sys

import click

from picklebot import __version__, failpoints, log
from picklebot.cli.commands import LazyGroup
from picklebot.cli.signals import note_signals
from picklebot.cli.streams import standard_streams, unwritten
from picklebot.errors import PicklebotError, WorkError
from picklebot.events import Event
from picklebot.text.redaction import redact
from picklebot.text.terminal import harmless

__all__ = ["cli", "main"]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="picklebot")
def cli() -> None:
    """Run the tests of a wiki's Lua modules, and record the results where editors look for them."""


def main() -> None:
    """Run the command line; exit 0, 1, 2 or 3 as in docs/operators.md, "Exit statuses"."""
    if sys.argv[1:2] == ["gate"]:  # it answers to a signal, however soon that comes
        note_signals()
    log.begin("json" if os.environ.get("PICKLEBOT_LOG_FORMAT") == "json" else "logfmt")
    with standard_streams(), log.library_messages():
        status = _run()
        if lost := unwritten():
            status = status or WorkError.exit_status
            _complain(f"not all of the output could be written: {lost}", status)
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
        if log.is_json():
            _complain(error.format_message(), error.exit_code)
        else:
            error.show()
        return error.exit_code
    except click.Abort:
        _complain("interrupted", 130)
        return 130
    except Exception as error:
        # Status 1 is an answer, and a traceback may show a password: neither is for mistakes of ours.
        foreseen = isinstance(error, PicklebotError)
        if sys.flags.dev_mode and not foreseen:
            raise
        status = error.exit_status if isinstance(error, PicklebotError) else WorkError.exit_status
        mistake = "failed, by a mistake of its own; please report this: "
        _complain(str(error) if foreseen else f"{mistake}{log.in_short(error)}", status)
        return status


def _complain(message: str, status: int) -> None:
    """Tell the error that ended the command; it may quote the wiki, and so a URL. For programs it is one more event."""
    if log.is_json():
        log.error(Event.COMMAND_FAILED, reason=message, exit_status=status)
        return
    for line in redact(f"picklebot: {message}").split("\n"):
        click.echo(harmless(line), err=True)
