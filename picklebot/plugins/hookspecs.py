"""The hooks of plugins, for work that a strategy file cannot do. docs/strategies.md shows a worked example.

A plugin is a Python package with an entry point in the group ``picklebot``; the object that it names (a module, or an
object) implements any of these hooks, each marked with `hookimpl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from picklebot.model import Report, State
from picklebot.reports import Parse

if TYPE_CHECKING:
    from picklebot.recording.recorder import RecorderType

__all__ = [
    "Parse",
    "hookimpl",
    "picklebot_recorders",
    "picklebot_report_formats",
    "picklebot_state",
    "picklebot_strategy_folders",
]

NAME = "picklebot"

hookspec = pluggy.HookspecMarker(NAME)
#: Marks a function of a plugin as the implementation of the hook of its name.
hookimpl = pluggy.HookimplMarker(NAME)


@hookspec
def picklebot_strategy_folders() -> list[Path]:  # type: ignore[empty-body]
    """Folders with strategy files, read after picklebot's own and before the user's."""


@hookspec
def picklebot_report_formats() -> Mapping[str, Parse]:  # type: ignore[empty-body]
    """Report formats by the names under which strategies may list them in ``report.formats``."""


@hookspec
def picklebot_recorders() -> list[RecorderType]:  # type: ignore[empty-body]
    """Classes of recorders; the setting ``recorders`` switches them on by their names. docs/recorders.md shows one."""


@hookspec(firstresult=True)
def picklebot_state(report: Report, strategy: str) -> State | None:
    """The state that a report comes to, or None to leave it to the next plugin, and at last to the table of states.

    :param strategy: name of the strategy that read the report
    """
