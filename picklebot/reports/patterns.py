"""Reports that a strategy describes by patterns of its own: for testers that print something only their wiki knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from picklebot.model import Counts, Directive, Point, Report
from picklebot.reports.limits import POINTS, TEXT_READ, Notes, clip

__all__ = ["CountPattern", "Patterns", "PointPattern", "parse_patterns"]

FORMAT: Final = "patterns"

_TEXTS = ("expected", "actual", "message")
_COUNTS = ("total", "passed", "failed", "skipped", "todo")
_DIGITS = 9  # longer numbers are no counts


@dataclass(frozen=True, slots=True)
class PointPattern:
    """Each match of a pattern is a point; named groups ``name``, ``expected``, ``actual``, ``message`` say more."""

    pattern: Any
    ok: bool
    directive: Directive | None = None


@dataclass(frozen=True, slots=True)
class CountPattern:
    """A headline; its named groups ``total``, ``passed``, ``failed``, ``skipped``, ``todo`` are numbers."""

    pattern: Any


@dataclass(frozen=True, slots=True)
class Patterns:
    """What a strategy knows of its reports. All patterns are RE2's, which run in linear time.

    :param empty: what a report says that ran no test
    """

    points: Sequence[PointPattern] = ()
    counts: Sequence[CountPattern] = ()
    empty: Sequence[Any] = ()


def parse_patterns(text: str, patterns: Patterns) -> Report:
    """Read a report by patterns; it is none of theirs where not one of them is found.

    Where patterns of points overlap, the one that stands first in the strategy has the text.
    """
    notes = Notes()
    if len(text) > TEXT_READ:
        notes.add(f"only the first {TEXT_READ} characters were read")
        text = text[:TEXT_READ]
    points = _points(text, patterns.points)
    counts = next((c for c in (_counts(text, headline) for headline in patterns.counts) if c), None)
    if not points and counts is None and not any(pattern.search(text) for pattern in patterns.empty):
        return Report("", notes=notes.all())
    tally = Counts.of(points)
    if counts is None and len(points) > POINTS:
        counts = tally
    if counts is not None and points and counts != tally:
        notes.add(
            f"the headline says {counts.failed} failed of {counts.total}, the points {tally.failed} of {tally.total}"
        )
    return Report(FORMAT, points=points[:POINTS], declared=counts, notes=notes.all())


def _points(text: str, patterns: Sequence[PointPattern]) -> tuple[Point, ...]:
    found: dict[int, tuple[int, Point]] = {}
    taken = bytearray(len(text) + 1)
    for rule in patterns:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if start == end or taken[start] or taken[end - 1]:
                continue
            taken[start:end] = b"\1" * (end - start)
            found[start] = (end, _point(match, rule))
    return tuple(point for _, (_, point) in sorted(found.items(), key=lambda item: item[0]))


def _point(match: Any, rule: PointPattern) -> Point:  # noqa: ANN401 (re2 carries no types)
    groups = match.groupdict()
    name = groups.get("name")
    description = match.group() if name is None else name
    expected, actual, message = (None if groups.get(text) is None else clip(groups[text]) for text in _TEXTS)
    return Point(
        rule.ok,
        clip(description.strip()),
        directive=rule.directive,
        expected=expected,
        actual=actual,
        message=message,
    )


def _counts(text: str, headline: CountPattern) -> Counts | None:
    match = headline.pattern.search(text)
    if match is None:
        return None
    given = {
        name: int(value)
        for name, value in match.groupdict().items()
        if name in _COUNTS and value and value.isascii() and value.isdigit() and len(value) <= _DIGITS
    }
    parts = {name: given.get(name, 0) for name in _COUNTS[1:]}
    total = max(given.get("total", 0), sum(parts.values()))
    if "passed" not in given:
        parts["passed"] = total - sum(parts.values())
    elif "failed" not in given:
        parts["failed"] = total - sum(parts.values())
    return Counts(total, **parts)
