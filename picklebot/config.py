"""Settings: flags beat the environment, which beats ``picklebot.toml``, which beats ``user-config.py``.

Every setting is a field of `Settings`; its environment variable is ``PICKLEBOT_`` and its name in capitals.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from picklebot.errors import ConfigError
from picklebot.model import State

__all__ = ["CATEGORIES", "CONFIG_FILE", "Configuration", "Settings", "data_folder", "load_settings"]

CONFIG_FILE = "picklebot.toml"
_PREFIX = "PICKLEBOT_"
# Variables of the same prefix that are no settings of a harvest.
_OTHER_VARIABLES = frozenset({"PICKLEBOT_DATA", "PICKLEBOT_CONFIG", "PICKLEBOT_FAULT"})

#: Names of the tracking categories, by the states they hold (FACTS: those of Extension:Pickle).
CATEGORIES: Mapping[State, str] = {
    State.GOOD: "Modules with passed tests",
    State.PENDING: "Modules with pending tests",
    State.TODO_GOOD: "Modules with incomplete tests",
    State.TODO_FAIL: "Modules with incomplete tests",
    State.SKIP_GOOD: "Modules with skipped tests",
    State.SKIP_FAIL: "Modules with skipped tests",
    State.FAIL: "Modules with failing tests",
    State.UNKNOWN: "Modules with unknown tests",
    State.MISSING: "Modules without test page",
}


# What no title can hold: https://www.mediawiki.org/wiki/Manual:Page_title
_FORBIDDEN = "# < > [ ] | { }"
_NO_TITLE = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f]")
# A year of seconds: nobody waits as long, and clocks can count it.
_LONGEST = 366 * 86_400.0


def data_folder() -> Path:
    """Where picklebot keeps its files: ``PICKLEBOT_DATA``, else the user's data folder."""
    return Path(os.environ.get("PICKLEBOT_DATA") or platformdirs.user_data_dir("picklebot"))


class Settings(BaseModel):
    """All that can be set. Durations are seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wiki: Annotated[str, Field(description="URL of the wiki's api.php, or a pywikibot family:code")] = ""
    user: Annotated[str, Field(description="the observer's account, or User@app for a bot password")] = ""
    password: Annotated[SecretStr, Field(description="its password or bot password")] = SecretStr("")
    store: Annotated[str, Field(description="SQLAlchemy URL of the database that remembers states")] = ""
    contact: Annotated[str, Field(description="who runs this bot, for the User-Agent: an e-mail or a user page")] = ""
    only: Annotated[tuple[str, ...], Field(description="patterns of titles; only matching modules run")] = ()
    strategies: Annotated[tuple[Path, ...], Field(description="folders with strategies of your own")] = ()
    timeout: Annotated[float, Field(gt=0, le=_LONGEST, description="how long to wait for one answer")] = 60.0
    retries: Annotated[int, Field(ge=0, le=20, description="how often to repeat a request that failed")] = 3
    concurrency: Annotated[
        int, Field(ge=1, le=50, description="suites that run at once, on a wiki that you run yourself")
    ] = 1
    recheck_after: Annotated[
        float, Field(gt=0, le=10_000, description="days after which a suite runs again in any case")
    ] = 7.0
    deadline: Annotated[
        float | None, Field(gt=0, le=_LONGEST, description="come to an end in good order after this time")
    ] = None
    interval: Annotated[float, Field(gt=0, le=_LONGEST, description="between two looks at recent changes")] = 5.0
    stream: Annotated[str, Field(description="EventStreams to follow: auto, off, or a URL")] = "auto"
    write_interval: Annotated[
        float | None, Field(ge=0, le=_LONGEST, description="between two writes; 10 unless the wiki is on this machine")
    ] = None
    log_page: Annotated[str, Field(description="log page; {user}, {year} and {month} are filled in")] = (
        "User:{user}/Log/{year}-{month}"
    )
    categories: Annotated[dict[State, str], Field(description="tracking category by state")] = dict(CATEGORIES)

    @field_validator("only", "strategies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A variable of the environment can hold several, one a line."""
        return tuple(line for line in value.splitlines() if line) if isinstance(value, str) else value

    @field_validator("categories", mode="after")
    @classmethod
    def _complete(cls, value: dict[State, str]) -> dict[State, str]:
        for name in value.values():
            if not name.strip() or _NO_TITLE.search(name) or name.strip().lower().startswith("category:"):
                raise ValueError(f"expected a name without {_FORBIDDEN} and without Category: before it")
        return {**CATEGORIES, **value}

    @field_validator("log_page", mode="after")
    @classmethod
    def _a_title(cls, value: str) -> str:
        plain = re.sub(r"\{(?:user|year|month)\}", "", value)
        if not value.strip() or not plain.strip(": /") or _NO_TITLE.search(plain):
            raise ValueError(f"expected a title without {_FORBIDDEN} but for {{user}}, {{year}}, {{month}}")
        return value

    @property
    def store_url(self) -> str:
        """Where states are kept: as set, else SQLite in the data folder."""
        return self.store or f"sqlite:///{data_folder() / 'picklebot.sqlite'}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and where each value came from."""

    settings: Settings
    sources: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def load_settings(
    flags: Mapping[str, object], environment: Mapping[str, str] = os.environ, file: Path | None = None
) -> Configuration:
    """Bring the layers together.

    :param flags: what the command line gave; None and empty tuples count as not given
    :param file: a ``picklebot.toml``; by default that of ``PICKLEBOT_CONFIG`` or of the working folder, where it is
    :raises ConfigError: naming the setting, where it came from and what was expected
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    path = file or Path(environment.get("PICKLEBOT_CONFIG", CONFIG_FILE))
    required = file is not None or "PICKLEBOT_CONFIG" in environment
    for name, value in _read_file(path, required=required).items():
        values[name], sources[name] = value, str(path)
    warnings = []
    for variable, text in environment.items():
        name = variable.removeprefix(_PREFIX).lower()
        if not variable.startswith(_PREFIX) or variable in _OTHER_VARIABLES:
            continue
        if name not in Settings.model_fields or name == "categories":
            warnings.append(f"{variable} is no setting{_nearest(name, _PREFIX, str.upper)}; it is ignored")
        elif text:
            values[name], sources[name] = text, variable
    for name, value in flags.items():
        if value is not None and value != ():
            values[name], sources[name] = value, f"--{name.replace('_', '-')}"
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError("\n".join(_mistake(item, sources) for item in error.errors(include_url=False))) from None
    return Configuration(settings, sources, tuple(warnings))


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{path}: there is no such file of settings") from None
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML: {error}") from error


def _mistake(item: Any, sources: Mapping[str, str]) -> str:  # noqa: ANN401 (pydantic's ErrorDetails)
    name = str(item["loc"][0])
    where = sources.get(name, "the settings")
    if item["type"] == "extra_forbidden":
        return f"{where}: there is no setting {name}{_nearest(name)}"
    dotted = ".".join(str(part) for part in item["loc"])
    given = "" if name == "password" else f", got {item['input']!r}"
    what = item["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{where}: {dotted}: {what}{given}"


def _nearest(name: str, prefix: str = "", case: Any = str) -> str:  # noqa: ANN401 (a function of str)
    close = difflib.get_close_matches(name, Settings.model_fields, 1)
    return f"; did you mean {prefix}{case(close[0])}?" if close else ""
