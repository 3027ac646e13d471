"""picklebot runs the tests that wiki editors keep beside their Lua modules, and records the results on the wiki.

The names of ``__all__`` are the public API: plugins and scripts import them from here, and docs/api.md describes them.
Other modules of the package may change with every version. A name is imported when it is first used, so that a script
and a short command load no more than they need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from picklebot.account.pages import PageTarget
    from picklebot.app import App
    from picklebot.config import Settings, load_settings
    from picklebot.errors import (
        ConfigError,
        PicklebotError,
        PluginError,
        RecordingError,
        StoppedError,
        StoreError,
        StrategyError,
        UsageError,
        WikiError,
        WorkError,
    )
    from picklebot.model import (
        Cause,
        ChangedPage,
        Counts,
        Directive,
        ErrorKind,
        ModuleStatus,
        Note,
        NoteCode,
        OutboxEntry,
        Page,
        Plan,
        Point,
        RecordedUnder,
        Report,
        State,
        Suite,
        SuiteError,
        SuiteStatus,
        Transition,
    )
    from picklebot.plugins.hookspecs import Parse, hookimpl
    from picklebot.plugins.manager import Plugins, load_plugins
    from picklebot.recording.plan import PageEdit, Purge, TagChange, Task
    from picklebot.recording.recorder import Recorder, RecorderContext, WikiView
    from picklebot.strategy import Strategies, Strategy, load_strategies
    from picklebot.text.json import read_json

__all__ = [
    "App",
    "Cause",
    "ChangedPage",
    "ConfigError",
    "Counts",
    "Directive",
    "ErrorKind",
    "ModuleStatus",
    "Note",
    "NoteCode",
    "OutboxEntry",
    "Page",
    "PageEdit",
    "PageTarget",
    "Parse",
    "PicklebotError",
    "Plan",
    "PluginError",
    "Plugins",
    "Point",
    "Purge",
    "RecordedUnder",
    "Recorder",
    "RecorderContext",
    "RecordingError",
    "Report",
    "Settings",
    "State",
    "StoppedError",
    "StoreError",
    "Strategies",
    "Strategy",
    "StrategyError",
    "Suite",
    "SuiteError",
    "SuiteStatus",
    "TagChange",
    "Task",
    "Transition",
    "UsageError",
    "WikiError",
    "WikiView",
    "WorkError",
    "__version__",
    "hookimpl",
    "load_plugins",
    "load_settings",
    "load_strategies",
    "read_json",
]

__version__ = "0.2.0.dev0"

_HOMES: Final = {
    "picklebot.account.pages": ("PageTarget",),
    "picklebot.app": ("App",),
    "picklebot.config": ("Settings", "load_settings"),
    "picklebot.recording.plan": ("PageEdit", "Purge", "TagChange", "Task"),
    "picklebot.recording.recorder": ("Recorder", "RecorderContext", "WikiView"),
    "picklebot.errors": (
        "ConfigError",
        "PicklebotError",
        "PluginError",
        "RecordingError",
        "StoppedError",
        "StoreError",
        "StrategyError",
        "UsageError",
        "WikiError",
        "WorkError",
    ),
    "picklebot.model": (
        "Cause",
        "ChangedPage",
        "Counts",
        "Directive",
        "ErrorKind",
        "ModuleStatus",
        "Note",
        "NoteCode",
        "OutboxEntry",
        "Page",
        "Plan",
        "Point",
        "RecordedUnder",
        "Report",
        "State",
        "Suite",
        "SuiteError",
        "SuiteStatus",
        "Transition",
    ),
    "picklebot.plugins.hookspecs": (
        "Parse",
        "hookimpl",
    ),
    "picklebot.plugins.manager": (
        "Plugins",
        "load_plugins",
    ),
    "picklebot.strategy": (
        "Strategies",
        "Strategy",
        "load_strategies",
    ),
    "picklebot.text.json": ("read_json",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562).

    :raises AttributeError: it is no public name
    """
    for home, names in _HOMES.items():
        if name in names:
            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, for completion in a shell."""
    return sorted({*globals(), *__all__})
