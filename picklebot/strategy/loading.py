"""Reads strategies from TOML files, and says what is wrong with a file in a way that lets its writer mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit.exceptions import ParseError

from picklebot.errors import StrategyError
from picklebot.plugins import Plugins
from picklebot.reports.patterns import FORMAT as PATTERNS
from picklebot.strategy.schema import Strategy, Titles
from picklebot.strategy.selection import Strategies

__all__ = ["load_strategies"]

_TITLES = "titles.toml"
_MARK = "picklebot looks for this line"

Table = TypeVar("Table", bound=BaseModel)


def load_strategies(plugins: Plugins, folders: Iterable[Path] = ()) -> Strategies:
    """Read the strategies that come with picklebot and its plugins, then those of a wiki's own folders.

    A strategy of the same name replaces the earlier one; ``titles.toml`` adds to the earlier ones.

    :raises StrategyError: a file is wrong (names file, line, key and what was expected), or a folder is not there
    """
    strategies: dict[str, Strategy] = {}
    origins: dict[str, str] = {}
    titles: list[Titles] = []
    for folder, origin in (*_plugged(plugins), *_own(folders)):
        for path in sorted(folder.glob("*.toml")):
            if path.name == _TITLES:
                titles.append(_read(path, Titles))
                continue
            strategy = _read(path, Strategy)
            _check_formats(path, strategy, plugins)
            strategies[strategy.name] = strategy
            origins[strategy.name] = f"{origin}{path.name}"
    ordered = sorted(strategies.values(), key=lambda strategy: (strategy.order, strategy.name))
    return Strategies(tuple(ordered), tuple(titles), origins)


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
            line = _line(path.read_text(encoding="utf-8"), ("report", "formats", number))
            expected = ", ".join(sorted(known))
            raise StrategyError(f"{path}:{line}: report.formats: expected one of {expected}; got {name!r}")


def _read(path: Path, table: type[Table]) -> Table:
    try:
        text = path.read_text(encoding="utf-8")
        return table.model_validate(tomlkit.parse(text).unwrap())
    except OSError as error:
        raise StrategyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StrategyError(f"{path}: expected UTF-8 text: {error.reason} at byte {error.start}") from error
    except ParseError as error:
        raise StrategyError(f"{path}:{error.line}: expected TOML: {error}") from error
    except ValidationError as error:
        raise StrategyError("\n".join(_mistakes(path, text, error))) from error


def _mistakes(path: Path, text: str, error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_url=False):
        keys = mistake["loc"]
        dotted = ".".join(str(key) for key in keys)
        yield f"{path}:{_line(text, keys)}: {dotted}: {_expected(mistake)}"


def _expected(mistake: Any) -> str:  # noqa: ANN401 (pydantic's ErrorDetails, read as a plain mapping)
    match mistake["type"]:
        case "extra_forbidden":
            return "there is no such key here; see docs/strategies.md for those there are"
        case "missing":
            return "expected this key, which is not there"
        case _:
            message: str = mistake["msg"]
            return message.removeprefix("Value error, ").replace("Input should be", "expected")


def _line(text: str, keys: tuple[int | str, ...]) -> int:
    """Line (from 1) where the value behind these keys stands, or the start of the table that should hold it.

    TOML readers keep no line numbers; tomlkit keeps the layout instead: swap the value for a mark, look for the mark.
    """
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
    while isinstance(holder[key], dict) and holder[key]:
        holder, key = holder[key], next(iter(holder[key]))
    holder[key] = _MARK
    return tomlkit.dumps(document).partition(_MARK)[0].count("\n") + 1
