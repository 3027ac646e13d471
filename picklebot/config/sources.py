"""The layers of settings: options beat the environment, which beats ``picklebot.toml``.

Each layer may hold settings for all wikis, and some for a wiki by its name (``[wikis.NAME]`` in the file,
``PICKLEBOT_WIKIS__NAME__CONTACT`` in the environment), which beat those for all wikis in the same layer.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError, create_model
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from picklebot.config.settings import Settings
from picklebot.errors import ConfigError
from picklebot.text.redaction import redact

__all__ = ["CONFIG_FILE", "Configuration", "load_settings"]

CONFIG_FILE = "picklebot.toml"
_PREFIX = "PICKLEBOT_"
_WIKIS = "wikis"
# Variables of the same prefix that are no settings of a harvest.
_OTHER_VARIABLES = frozenset({"PICKLEBOT_DATA", "PICKLEBOT_CONFIG", "PICKLEBOT_FAULT"})
_OTHER_NAMES = tuple(variable.removeprefix(_PREFIX).lower() for variable in sorted(_OTHER_VARIABLES))
# A table by state has no place in a variable.
_ONLY_IN_FILE = frozenset({"categories"})
_SQLITE_FILE = re.compile(r"(?P<scheme>sqlite(?:\+\w+)?:///)(?P<path>(?!/|:memory:|file:)[^?].*)")
# These are not quoted where they are wrong.
_SECRET = frozenset({"password", "header"})
_IN_ENVIRONMENT = frozenset(Settings.model_fields) - _ONLY_IN_FILE


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and where each value came from.

    :param settings: of the wiki that was asked for
    :param sources: by setting, the option, variable or file that gave it; defaults have none
    :param wikis: settings of each wiki that has a name, by that name
    """

    settings: Settings
    sources: Mapping[str, str]
    wikis: Mapping[str, Settings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Values of one origin.

    :param own: values for one wiki, by its name
    """

    values: Mapping[str, Any]
    own: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, str]
    own_sources: Mapping[str, Mapping[str, str]]

    def names(self) -> Iterator[str]:
        yield from self.own

    def merged(self, name: str | None) -> Iterator[tuple[str, Any, str]]:
        """Setting, value and source, the later ones beating the earlier ones; a wiki's address is its own alone."""
        for key, value in self.values.items():
            if name is None or key != "wiki":
                yield key, value, self.sources[key]
        for key, value in self.own.get(name or "", {}).items():
            yield key, value, self.own_sources[name or ""][key]


def load_settings(
    flags: Mapping[str, object], environment: Mapping[str, str] = os.environ, file: Path | None = None
) -> Configuration:
    """Bring the layers together.

    :param flags: options of the command line; None and empty tuples count as not given
    :param file: a ``picklebot.toml``; by default that of ``PICKLEBOT_CONFIG`` or of the working folder, where it is
    :raises ConfigError: naming the setting, its source and the expected value
    """
    path = file or Path(environment.get("PICKLEBOT_CONFIG", CONFIG_FILE))
    required = file is not None or "PICKLEBOT_CONFIG" in environment
    layers = [_of_file(path, required=required), _of_environment(environment), _of_flags(flags)]
    names = list(dict.fromkeys(name for layer in layers for name in layer.names()))
    mistakes = [*_unknown(environment)]
    wikis = {name: _settings(layers, name, mistakes) for name in names}
    settings, sources = _settings(layers, None, mistakes)
    if mistakes:
        raise ConfigError("\n".join(dict.fromkeys(mistakes)))
    if settings.wiki in wikis:
        name = settings.wiki
        settings, sources = wikis[name]
        if not settings.wiki:
            raise ConfigError(f"{path}: wikis.{name}: wiki: expected the URL of its api.php, or a family:code")
    named = {name: each for name, (each, _) in wikis.items()}
    return Configuration(settings, sources, named)


def _settings(layers: list[_Layer], name: str | None, mistakes: list[str]) -> tuple[Settings, Mapping[str, str]]:
    """The settings of a wiki by its name, or of the one that has none, and where each value came from."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        for key, value, source in layer.merged(name):
            both_tables = isinstance(value, dict) and isinstance(values.get(key), dict)
            values[key] = {**values[key], **value} if both_tables else value
            sources[key] = source
    try:
        return Settings.model_validate(values), sources
    except ValidationError as error:
        mistakes += [_mistake(item, sources) for item in error.errors(include_url=False)]
        return Settings(), sources


def _of_flags(flags: Mapping[str, object]) -> _Layer:
    given = {name: value for name, value in flags.items() if value is not None and value != ()}
    return _Layer(given, {}, {name: f"--{name.replace('_', '-')}" for name in given}, {})


def _of_file(path: Path, *, required: bool) -> _Layer:
    values = dict(_read_file(path, required=required))
    own = values.pop(_WIKIS, {})
    if not isinstance(own, dict) or not all(isinstance(table, dict) for table in own.values()):
        raise ConfigError(f"{path}: wikis: expected tables of settings, [wikis.NAME] each")
    for table in (values, *own.values()):
        table.update(
            {name: relocate(path.parent, table[name]) for name, relocate in _RELATIVE.items() if name in table}
        )
    where = {name: dict.fromkeys(table, f"{path} [wikis.{name}]") for name, table in own.items()}
    return _Layer(values, own, dict.fromkeys(values, str(path)), where)


def _path_from(folder: Path, value: Any) -> Any:  # noqa: ANN401 (whatever stands in the file)
    """A path, or several, as seen from the working folder."""
    if isinstance(value, list):
        return [_path_from(folder, each) for each in value]
    return str(folder / value.strip()) if isinstance(value, str) and value.strip() else value


def _store_from(folder: Path, value: Any) -> Any:  # noqa: ANN401
    """The URL of a store, its file as seen from the working folder."""
    found = _SQLITE_FILE.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"{found['scheme']}{folder / found['path']}" if found else value


# Relative paths in a file are relative to it.
_RELATIVE = {"strategies": _path_from, "tls_ca": _path_from, "store": _store_from}


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{path}: there is no such file of settings") from None
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # TOML and UTF-8 have errors of their own among the former
        raise ConfigError(f"{path}: expected TOML: {error}") from error


class _Variables(BaseSettings):
    """Names alone: values are read as all others are, when the layers have been brought together."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", env_ignore_empty=True)

    wikis: dict[str, dict[str, Any]] = {}


_FIELDS: dict[str, Any] = dict.fromkeys(_IN_ENVIRONMENT, (Any, None))
_VARIABLES = create_model("_VARIABLES", __base__=_Variables, **_FIELDS)


class _Environment(EnvSettingsSource):
    """Variables of an environment that need not be this process's own."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(_VARIABLES)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._variables, case_sensitive=False, ignore_empty=True)


def _of_environment(environment: Mapping[str, str]) -> _Layer:
    values = dict(_Environment(environment)())
    own = values.pop(_WIKIS, {})
    sources = {name: f"{_PREFIX}{name.upper()}" for name in values}
    where = {
        wiki: {name: f"{_PREFIX}WIKIS__{wiki.upper()}__{name.upper()}" for name in table} for wiki, table in own.items()
    }
    return _Layer(values, own, sources, where)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """Mistakes of the environment: variables that look like settings and are none."""
    for variable in environment:
        name = variable.removeprefix(_PREFIX).lower()
        if not variable.startswith(_PREFIX) or variable in _OTHER_VARIABLES or name.startswith(f"{_WIKIS}__"):
            continue
        if name in _ONLY_IN_FILE:
            yield f"{variable}: {name} can only be set in {CONFIG_FILE}"
        elif name not in _IN_ENVIRONMENT:
            near = difflib.get_close_matches(name, [*_IN_ENVIRONMENT, *_OTHER_NAMES], 1)
            meant = f"; did you mean {_PREFIX}{near[0].upper()}?" if near else ""
            yield f"{variable}: there is no setting {name}{meant}"


def _mistake(item: Any, sources: Mapping[str, str]) -> str:  # noqa: ANN401 (pydantic's ErrorDetails)
    name = str(item["loc"][0])
    where = sources.get(name, "the settings")
    if item["type"] == "extra_forbidden":
        return f"{where}: there is no setting {name}{_nearest(name)}"
    dotted = ".".join(str(part) for part in item["loc"])
    given = "" if name in _SECRET else f", got {redact(repr(item['input']))}"
    expected = item["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{where}: {dotted}: {expected}{given}"


def _nearest(name: str) -> str:
    close = _close(name)
    return f"; did you mean {close}?" if close else ""


def _close(name: str) -> str | None:
    return next(iter(difflib.get_close_matches(name, Settings.model_fields, 1)), None)
