"""`gate.toml`: groups of wikis that pass the gate together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from picklebot.errors import ConfigError
from picklebot.gate.hosts import expand_hosts
from picklebot.text.http import read_address, read_header

__all__ = ["WikiEntryInFile", "read_group"]


class WikiEntryInFile(BaseModel):
    """A wiki of a group. Options of the command beat its values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wiki: Annotated[str, Field(description="URL of api.php")]
    name: Annotated[str, Field(description="as outputs call it")] = ""
    connect_to: Annotated[tuple[str, ...], Field(description="machines of the candidate, host ranges allowed")] = ()
    header: Annotated[tuple[str, ...], Field(description="headers, as Name: value")] = ()
    baseline: Annotated[Path | None, Field(description="file of the baseline")] = None
    baseline_url: Annotated[str, Field(description="URL of the old software's api.php")] = ""
    baseline_connect_to: Annotated[str, Field(description="machine with the old software")] = ""
    baseline_header: Annotated[tuple[str, ...], Field(description="headers for the old software alone")] = ()

    @field_validator("connect_to", mode="after")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            for host in expand_hosts(text):
                read_address(host)
        return value

    @field_validator("header", "baseline_header", mode="after")
    @classmethod
    def _headers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            read_header(line)
        return value


def read_group(file: Path, group: str) -> list[WikiEntryInFile]:
    """The wikis of a group: the tables ``[[groups.NAME]]``; paths are relative to the file.

    :raises ConfigError: there is no such file or group, or it is wrong
    """
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: it cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: expected TOML: {error}") from error
    groups = data.get("groups")
    if not isinstance(groups, dict) or data.keys() != {"groups"}:
        stray = next((key for key in data if key != "groups"), "groups")
        raise ConfigError(f"{file}:{_line(text, stray)}: {stray}: expected tables [[groups.NAME]] and no more")
    if group not in groups:
        raise ConfigError(f"{file}: there is no group {group}; there are: {', '.join(groups)}")
    tables = groups[group]
    if not isinstance(tables, list) or not tables:
        raise ConfigError(f"{file}:{_line(text, f'groups.{group}')}: {group}: expected tables [[groups.{group}]]")
    return [_entry(file, text, group, number, table) for number, table in enumerate(tables)]


def _entry(file: Path, text: str, group: str, number: int, table: Any) -> WikiEntryInFile:  # noqa: ANN401 (TOML)
    try:
        entry = WikiEntryInFile.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or group
        known = (
            f"; the keys are {', '.join(WikiEntryInFile.model_fields)}" if first["type"] == "extra_forbidden" else ""
        )
        line = _line_in_table(text, group, number, str(first["loc"][0]) if first["loc"] else "")
        raise ConfigError(f"{file}:{line}: {key}: {first['msg']}{known}") from error
    if entry.baseline is not None:
        entry = entry.model_copy(update={"baseline": file.parent / entry.baseline})
    return entry


def _line(text: str, key: str) -> int:
    pattern = re.compile(rf"\s*\[*\s*{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _line_in_table(text: str, group: str, number: int, key: str) -> int:
    """The line of a key in the table of that number; that of its head where the key is not there."""
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines, 1) if re.match(rf"\s*\[\[\s*groups\.[\"']?{re.escape(group)}\b", line)]
    head = heads[number] if number < len(heads) else 1
    for place in range(head, len(lines)):
        if re.match(r"\s*\[", lines[place]):
            break
        if key and re.match(rf"\s*[\"']?{re.escape(key)}\b", lines[place]):
            return place + 1
    return head
