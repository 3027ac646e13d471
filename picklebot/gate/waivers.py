"""Waivers: regressions that somebody answers for until a day, read from a TOML file. Pure but for reading the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from picklebot.errors import ConfigError
from picklebot.gate.model import JudgedSuite, RegressionKind, SuiteOutcome, Waiver

__all__ = ["Waived", "read_waivers", "waive"]

# A waiver holds for a year at most.
_MAX_WAIVED = timedelta(days=366)
_KEYS = {
    "suite": "the title of a module or of its test page",
    "point": 'the name of a point, or "*" for all of the suite',
    "reason": "why the regression is taken",
    "who": "who answers for it",
    "until": "the last day, as 2026-12-31",
}
_PATTERN = re.compile(r"[*?#<>\[\]|{}]")


@dataclass(frozen=True, slots=True)
class Waived:
    """Suites after waivers, and remarks about the waivers themselves."""

    suites: tuple[JudgedSuite, ...]
    remarks: tuple[str, ...]


def read_waivers(file: Path, today: date) -> tuple[Waiver, ...]:
    """Read waivers; those past their date are read as well.

    :raises ConfigError: the file cannot be read, or a waiver in it is wrong
    """
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: the waivers cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: expected TOML: {error}") from error
    unknown = sorted(data.keys() - {"waiver"})
    if unknown:
        raise ConfigError(f"{file}:{_line_of(text, unknown[0])}: {unknown[0]}: expected tables [[waiver]] and no more")
    tables = data.get("waiver", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{file}:{_line_of(text, 'waiver')}: waiver: expected tables [[waiver]]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*waiver\s*\]\]", line)]
    lines += [0] * (len(tables) - len(lines))
    every = text.splitlines()
    return tuple(_waiver(_Table(file, every, line, values), today) for line, values in zip(lines, tables, strict=False))


@dataclass(frozen=True, slots=True)
class _Table:
    """One waiver as it is written.

    :param lines: all lines of the file
    :param line: of its head; 0 where that is not known
    """

    file: Path
    lines: Sequence[str]
    line: int
    values: Mapping[str, object]

    def wrong(self, key: str, expected: str) -> ConfigError:
        """The error of a key, with its line."""
        line = self.line
        for number, text in enumerate(self.lines[self.line :], self.line + 1):
            if re.match(r"\s*\[", text):
                break
            if re.match(rf"\s*[\"']?{re.escape(key)}\b", text):
                line = number
                break
        return ConfigError(f"{self.file}:{line}: {key}: expected {expected}")

    def check_keys(self) -> None:
        """See that all keys are there, and no other.

        :raises ConfigError: they are not
        """
        for key in self.values:
            if key not in _KEYS:
                raise self.wrong(key, f"one of {', '.join(_KEYS)}")
        for key, meaning in _KEYS.items():
            if key not in self.values:
                raise self.wrong(key, f"{meaning}; it is missing")

    def text(self, key: str) -> str:
        """A value that is a text.

        :raises ConfigError: it is none
        """
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"{_KEYS[key]}, not {value!r}")
        return value

    def day(self, key: str) -> date:
        """A value that is a day.

        :raises ConfigError: it is none
        """
        value = self.values[key]
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value)
        if not isinstance(value, date):
            raise self.wrong(key, f"{_KEYS[key]}, not {value!r}")
        return date(value.year, value.month, value.day)


def _waiver(table: _Table, today: date) -> Waiver:
    table.check_keys()
    suite, point, until = table.text("suite"), table.text("point"), table.day("until")
    if _PATTERN.search(suite) or ":" not in suite:
        raise table.wrong("suite", f"a title with its namespace and no pattern, not {suite!r}")
    if until > today + _MAX_WAIVED:
        raise table.wrong("until", f"a day within a year, not {until}")
    title = suite[:1].upper() + suite[1:].replace("_", " ")
    reason, who = table.text("reason"), table.text("who")
    return Waiver(title, None if point == "*" else point, reason, who, until, table.line)


def _line_of(text: str, key: str) -> int:
    found = (n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}\b", line))
    return next(found, 1)


def waive(suites: Iterable[JudgedSuite], waivers: Sequence[Waiver], today: date) -> Waived:
    """Apply waivers to regressions.

    A regression is waived where its waivers cover all of it; one that covers some of its points leaves the others.
    """
    holding = [waiver for waiver in waivers if waiver.until >= today]
    remarks = [f"{_shown(waiver)} is past its date and holds no more" for waiver in waivers if waiver.until < today]
    used: dict[Waiver, int] = {}
    found = [_waived(suite, [each for each in holding if _names(each, suite)], used) for suite in suites]
    for waiver in holding:
        if waiver not in used:
            remarks.append(f"{_shown(waiver)} matches no regression: take it away")
        elif used[waiver] > 1:
            remarks.append(f"{_shown(waiver)} hides more than it names: {used[waiver]} points")
    return Waived(tuple(found), tuple(remarks))


def _waived(suite: JudgedSuite, waivers: Sequence[Waiver], used: dict[Waiver, int]) -> JudgedSuite:
    if suite.outcome is not SuiteOutcome.REGRESSION or suite.drill or not waivers:
        return suite
    whole = next((waiver for waiver in waivers if waiver.point is None), None)
    if whole is not None:
        used[whole] = used.get(whole, 0) + suite.newly_failing
        return replace(suite, outcome=SuiteOutcome.WAIVED, waiver=whole)
    if suite.kind is not RegressionKind.POINT:
        return suite
    by_name = {waiver.point: waiver for waiver in waivers}
    left = [point for point in suite.points if point.name not in by_name]
    covering = [by_name[point.name] for point in suite.points if point.name in by_name]
    for waiver in covering:
        used[waiver] = used.get(waiver, 0) + 1
    if not left and not suite.more_points and covering:
        return replace(suite, outcome=SuiteOutcome.WAIVED, waiver=covering[0])
    return replace(suite, points=tuple(left)) if covering else suite


def _names(waiver: Waiver, suite: JudgedSuite) -> bool:
    return waiver.suite in (suite.tester, suite.testee)


def _shown(waiver: Waiver) -> str:
    point = f", {waiver.point}" if waiver.point is not None else ""
    return f"the waiver of {waiver.suite}{point} (line {waiver.line}, {waiver.who}, until {waiver.until})"
