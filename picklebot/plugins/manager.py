"""Finds plugins, and asks them; picklebot's own report formats and strategies are the first of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from picklebot import __version__
from picklebot.errors import PluginError
from picklebot.model import Note, RecordedUnder, Report, Rule, RuleCode, State
from picklebot.plugins import hookspecs
from picklebot.plugins.hookspecs import NAME, Parse, hookimpl
from picklebot.reports import PARSERS
from picklebot.reports.states import state_of

if TYPE_CHECKING:
    from picklebot.recording.recorder import RecorderType

__all__ = ["Plugins", "load_plugins"]


# The store keeps names of this length.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


class _BuiltIn:
    """Picklebot's own formats, strategies and recorders."""

    @hookimpl
    def picklebot_strategy_folders(self) -> list[Path]:
        return [Path(str(files("picklebot") / "strategies"))]

    @hookimpl
    def picklebot_report_formats(self) -> Mapping[str, Parse]:
        return PARSERS

    @hookimpl
    def picklebot_recorders(self) -> list[RecorderType]:
        from picklebot.recording.categories import Categories  # noqa: PLC0415 (most commands record nothing)
        from picklebot.recording.data import Data  # noqa: PLC0415
        from picklebot.recording.log import Log  # noqa: PLC0415
        from picklebot.recording.tags import Tags  # noqa: PLC0415

        return [Tags, Data, Log, Categories]


class Plugins:
    """All plugins, the built-in one first."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._manager = manager
        self._formats: dict[str, tuple[str, Parse]] = {}
        for name, formats in self._each("picklebot_report_formats"):
            if not isinstance(formats, Mapping):
                raise PluginError(f"plugin {name}: picklebot_report_formats gives no mapping: {formats!r}")
            self._formats |= {key: (name, parse) for key, parse in formats.items()}

    def folders(self) -> Iterator[tuple[Path, str]]:
        """Folders with strategies, and the name of the plugin that each comes from.

        :raises PluginError: one is not there
        """
        for name, folders in self._each("picklebot_strategy_folders"):
            for folder in folders:
                if not Path(folder).is_dir():
                    raise PluginError(f"plugin {name}: there is no such folder of strategies: {folder}")
                yield Path(folder), name

    @cached_property
    def recorders(self) -> Mapping[str, RecorderType]:
        """Classes of all recorders by their names; a plugin's does not replace another of its name.

        :raises PluginError: one has no name that the store can keep
        """
        found: dict[str, RecorderType] = {}
        for plugin, types in self._each("picklebot_recorders"):
            for each in types:
                name = getattr(each, "name", None)
                if not isinstance(name, str) or not _NAME.fullmatch(name):
                    raise PluginError(
                        f"plugin {plugin}: {each!r} needs a name of small letters, digits and hyphens, 32 at most"
                    )
                if not isinstance(getattr(each, "under", None), RecordedUnder):
                    raise PluginError(f"plugin {plugin}: the recorder {name} does not say what it records under")
                if name in found:
                    raise PluginError(f"plugin {plugin}: there is a recorder {name} already")
                found[name] = each
        return found

    @property
    def versions(self) -> list[tuple[str, str]]:
        """Name and version of picklebot and of each package with plugins: others may judge otherwise."""
        installed = {(dist.project_name, dist.version) for _, dist in self._manager.list_plugin_distinfo()}
        return [(NAME, __version__), *sorted(installed)]

    @property
    def formats(self) -> frozenset[str]:
        """Names of all report formats that have a parser."""
        return frozenset(self._formats)

    def parse(self, report_format: str, text: str) -> Report:
        """Read a text as a report of a format.

        :raises PluginError: a plugin's parser failed
        """
        name, parse = self._formats[report_format]
        try:
            report = parse(text)
        except Exception as error:  # a plugin may raise anything, and must not end a harvest of other suites
            raise PluginError(f"plugin {name}: the parser of {report_format} failed: {error!r}") from error
        if not isinstance(report, Report):
            raise PluginError(f"plugin {name}: the parser of {report_format} gives no report: {report!r}")
        if not all(isinstance(note, Note) for note in report.notes):
            raise PluginError(
                f"plugin {name}: the parser of {report_format} gives notes that are no Note: {report.notes!r}"
            )
        return report

    def state(self, report: Report, strategy: str) -> tuple[State, Rule]:
        """The state of a report, and which rule gave it.

        :raises PluginError: a plugin failed
        """
        try:
            state = self._manager.hook.picklebot_state(report=report, strategy=strategy)
            return (State(state), Rule(RuleCode.PLUGIN)) if state is not None else state_of(report)
        except Exception as error:  # as above
            raise PluginError(f"a plugin's picklebot_state failed: {error!r}") from error

    def _each(self, hook: str) -> Iterator[tuple[str, Any]]:
        """The answers of plugins, in the order of registration, with their names."""
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            try:
                yield implementation.plugin_name, implementation.function()
            except Exception as error:
                raise PluginError(f"plugin {implementation.plugin_name}: {hook} failed: {error!r}") from error


def load_plugins() -> Plugins:
    """Load the built-in plugin and all installed ones.

    :raises PluginError: one cannot be loaded
    """
    manager = pluggy.PluginManager(NAME)
    manager.add_hookspecs(hookspecs)
    manager.register(_BuiltIn(), name="built in")
    try:
        manager.load_setuptools_entrypoints(NAME)
        manager.check_pending()
    except Exception as error:
        raise PluginError(f"a plugin cannot be loaded: {error!r}") from error
    return Plugins(manager)
