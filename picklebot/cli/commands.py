"""The table of commands: each is imported only when it is run.

Python's imports are most of the processor time that a short command takes.
"""

from __future__ import annotations

import difflib
import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import click

__all__ = ["COMMANDS", "CommandEntry", "LazyGroup"]


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """Where a command is defined.

    :param module: below ``picklebot.cli``
    :param name: of the command in that module
    :param help: the summary in the list of commands, one line
    """

    module: str
    name: str
    help: str


#: All commands by name, in the order in which a newcomer meets them.
COMMANDS: Final[Mapping[str, CommandEntry]] = {
    "demo": CommandEntry("demo", "demo", "Make a wiki on this machine, and harvest it."),
    "setup": CommandEntry("setup", "setup_command", "Prepare a wiki, once, with a sysop's account."),
    "harvest": CommandEntry("harvest", "harvest_command", "Run the tests that may have changed, record their states."),
    "plan": CommandEntry("harvest", "plan_command", "Show which suites a harvest would run, and why."),
    "watch": CommandEntry("watch", "watch_command", "Stay up, and harvest within seconds of an edit."),
    "status": CommandEntry("status", "status_command", "Show how a wiki stands."),
    "history": CommandEntry("history", "history_command", "Tell the story of one module."),
    "explain": CommandEntry("explain", "explain_command", "Show how the state of one module comes about."),
    "try": CommandEntry("try_", "try_command", "Run a module's tests against text that is not saved."),
    "gate": CommandEntry("gate", "gate_command", "Say whether new software broke modules; for deployers."),
    "strategies": CommandEntry("strategies", "strategies_command", "List the kinds of suites that are known."),
    "rebuild": CommandEntry("rebuild", "rebuild_command", "Rebuild a lost store from what the wiki shows."),
    "wiki": CommandEntry("wiki", "wiki_command", "Confirm, move or forget the addresses of a wiki."),
    "sandbox": CommandEntry("sandbox", "sandbox", "Make, reset and stop wikis to try things on."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for, and listed without that."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of all commands."""
        return list({**COMMANDS, **self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        entry = COMMANDS.get(cmd_name)
        if cmd_name in self.commands or entry is None:
            return super().get_command(ctx, cmd_name)
        # Imported modules stay, so garbage collection would find nothing; it takes a tenth of the time of imports.
        gc.disable()
        try:
            command = getattr(import_module(f"picklebot.cli.{entry.module}"), entry.name)
        finally:
            gc.freeze()
            gc.enable()
        if not isinstance(command, click.Command):
            raise TypeError(f"picklebot.cli.{entry.module}.{entry.name} is no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with.

        :raises UsageError: there is none; the message names the nearest
        """
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
        if near and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])
