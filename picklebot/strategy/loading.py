"""Reads strategies from TOML files; the message for a wrong file tells its author how to mend it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from picklebot.errors import StrategyError
from picklebot.plugins.manager import Plugins
from picklebot.reports.patterns import FORMAT as PATTERNS
from picklebot.strategy.schema import Strategy, Titles, keys_at
from picklebot.strategy.selection import Strategies

__all__ = ["load_strategies"]

_TITLES = "titles.toml"
_MARK = "picklebot looks for this line"
# Where a text is no TOML, as Python's reader says it.
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")

FileSchema = TypeVar("FileSchema", bound=BaseModel)


def load_strategies(plugins: Plugins, folders: Iterable[Path] = ()) -> Strategies:
    """Read the strategies that come with picklebot and its plugins, then those of a wiki's own folders.

    A strategy of the same name replaces the one of an earlier folder; ``titles.toml`` adds to the earlier ones.

    :raises StrategyError: a file is wrong (named with line, key and expected value), or a folder is not there
    """
    strategies: dict[str, Strategy] = {}
    origins: dict[str, str] = {}
    titles: list[Titles] = []
    digest = hashlib.blake2b(json.dumps(plugins.versions).encode(), digest_size=16)
    mistakes: list[str] = []
    for folder, origin in (*_plugged(plugins), *_own(folders)):
        here: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")):
            try:
                digest.update(json.dumps([path.name, _file_text(path)]).encode())
                if path.name == _TITLES:
                    titles.append(_read(path, Titles))
                    continue
                strategy = _read(path, Strategy)
                _check_formats(path, strategy, plugins)
                _check_name(path, strategy, here)
            except StrategyError as error:
                mistakes.append(str(error))
                continue
            strategies[strategy.name] = strategy
            origins[strategy.name] = f"{origin}{path.name}"
    if mistakes:
        raise StrategyError("\n".join(mistakes))
    ordered = sorted(strategies.values(), key=lambda strategy: (strategy.order, strategy.name))
    return Strategies(tuple(ordered), tuple(titles), origins, digest.hexdigest())


def _plugged(plugins: Plugins) -> Iterator[tuple[Path, str]]:
    for folder, name in plugins.folders():
        yield folder, f"{name}: "


def _own(folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        if not folder.is_dir():
            raise StrategyError(f"{folder}: there is no such folder of strategies")
        yield folder, f"{folder}/"


def _check_formats(path: Path, strategy: Strategy, plugins: Plugins) -> None:
    known = {*plugins.formats, PATTERNS}
    for number, name in enumerate(strategy.report.formats):
        if name not in known:
            line = _line(_file_text(path), ("report", "formats", number))
            expected = ", ".join(sorted(known))
            raise StrategyError(f"{path}:{line}: report.formats.{number}: expected one of {expected}; got {name!r}")


def _check_name(path: Path, strategy: Strategy, here: dict[str, Path]) -> None:
    other = here.setdefault(strategy.name, path)
    if other != path:
        line = _line(_file_text(path), ("name",))
        raise StrategyError(f"{path}:{line}: name: expected another name; {other.name} has {strategy.name!r}")


def _read(path: Path, table: type[FileSchema]) -> FileSchema:
    text = _file_text(path)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is another error than its own
        raise StrategyError(f"{path}:{_no_toml(text, error)}") from error
    try:
        return table.model_validate(values)
    except ValidationError as error:
        raise StrategyError("\n".join(_mistakes(path, text, table, error))) from error


def _no_toml(text: str, error: Exception) -> str:
    """Line and message of a text that is no TOML: tomlkit's, which say more, but for a key that comes twice."""
    import tomlkit  # noqa: PLC0415 (importing it takes longer than reading all files that have no mistake)
    from tomlkit.exceptions import KeyAlreadyPresent, ParseError  # noqa: PLC0415

    where = _POSITION.search(str(error))
    line = int(where[1]) if where and where[1] else text.count("\n") + 1
    try:
        tomlkit.parse(text)
    except ParseError as better:
        if not isinstance(better.__cause__, KeyAlreadyPresent):
            line = better.line
        return f"{line}: expected TOML: {str(better).removesuffix(f' at line {better.line} col {better.col}')}"
    return f"{line}: expected TOML: {_POSITION.sub('', str(error))}"


def _file_text(path: Path) -> str:
    """The text of a file; a byte order mark, which some editors write, is passed over."""
    if path.exists() and not path.is_file():
        raise StrategyError(f"{path}: expected a file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StrategyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise StrategyError(f"{path}:{line}: expected UTF-8 text: {error.reason} at byte {error.start}") from error


def _mistakes(path: Path, text: str, table: type[BaseModel], error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_url=False):
        keys = tuple(key for key in mistake["loc"] if key != "[key]")  # pydantic's mark for a key of a free table
        dotted = ".".join(str(key) for key in keys)
        yield f"{path}:{_line(text, keys)}: {dotted}: {_expected(mistake, table)}"


_TYPES = {
    "string_type": "a string",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "what matches {pattern}",
    "too_short": "at least one item",
    "literal_error": "{expected}",
    "enum": "{expected}",
}


def _expected(mistake: Any, table: type[BaseModel]) -> str:  # noqa: ANN401 (pydantic's ErrorDetails)
    kind, given = mistake["type"], mistake["input"]
    if kind == "extra_forbidden":
        return f"expected one of {', '.join(keys_at(table, mistake['loc'][:-1]))}; there is no such key here"
    if kind == "missing":
        return "expected this key, which is not there"
    if kind not in _TYPES:
        return str(mistake["msg"]).removeprefix("Value error, ")
    expected = _TYPES[kind].format(**mistake.get("ctx", {}))
    got = repr(given)
    if isinstance(given, list | dict):
        got = "none" if not given else "a table" if isinstance(given, dict) else "a list"
    return f"expected {expected}; got {got}"


def _line(text: str, keys: tuple[int | str, ...]) -> int:
    """Line (from 1) where the value behind these keys stands, or the start of the table that should hold it.

    TOML readers keep no line numbers; tomlkit keeps the layout instead: swap the value for a mark, look for the mark.
    """
    import tomlkit  # noqa: PLC0415 (as above)
    from tomlkit.items import AoT  # noqa: PLC0415

    document = tomlkit.parse(text)
    holder: Any = document
    found: list[tuple[Any, int | str]] = []
    for key in keys:
        try:
            value = holder[key]
        except (KeyError, IndexError, TypeError):
            break
        found.append((holder, key))
        holder = value
    if not found:
        return 1
    holder, key = found[-1]
    while (value := holder.get(key) if isinstance(holder, dict) else holder[key]) is not None:
        if isinstance(value, dict):
            holder, key = value, next(iter(value), "empty")
        elif isinstance(value, AoT):
            holder, key = value, 0
        else:
            break
    holder[key] = _MARK
    return tomlkit.dumps(document).partition(_MARK)[0].count("\n") + 1
