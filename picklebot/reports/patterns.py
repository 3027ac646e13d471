"""Reports that a strategy describes by patterns of its own: for testers that print something only their wiki knows.

One search of RE2 takes time in proportion to its text; all searches of ``x(?:.*y)?`` in a text of ``x`` together take
its square, for each looks for a ``y`` as far as it may. So points are looked for a stretch at a time, and so many
times at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from picklebot.model import Counts, Directive, ErrorKind, Note, NoteCode, Point, Report, SuiteError
from picklebot.reports.limits import (
    MAX_MATCH_BYTES,
    MAX_MATCHES,
    MAX_NOTABLE_POINTS,
    MAX_POINTS,
    MAX_REPORT_CHARACTERS,
    Notes,
    clip,
)

__all__ = ["COUNT_GROUPS", "POINT_GROUPS", "CountPattern", "Patterns", "PointPattern", "parse_patterns"]

FORMAT: Final = "patterns"

POINT_GROUPS: Final = ("name", "expected", "actual", "message")
"""Named groups that say more of a point."""
COUNT_GROUPS: Final = ("total", "passed", "failed", "skipped", "todo")
"""Named groups that are numbers of a headline."""

_MAX_COUNT: Final = 10**9  # more tests than a wiki can run


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
    """The patterns of a strategy's reports. All patterns are RE2's.

    :param empty: patterns of a report that ran no test
    """

    points: Sequence[PointPattern] = ()
    counts: Sequence[CountPattern] = ()
    empty: Sequence[Any] = ()


def parse_patterns(text: str, patterns: Patterns) -> Report:
    """Read a report by patterns; it is none of theirs where not one of them is found. Nothing is raised.

    Where patterns of points overlap, the one that stands first in the strategy has the text. Where headline and points
    disagree, the worse of the two stands.
    """
    data = text[:MAX_REPORT_CHARACTERS].encode("utf-8", "replace")  # RE2 reads bytes, and takes no half surrogates
    notes = Notes()
    read = _Points(data)
    read.look_for(patterns.points)
    numbers = next((found for found in (_numbers(data, rule) for rule in patterns.counts) if found), None)
    if not read.counts.total and numbers is None and not any(pattern.search(data) for pattern in patterns.empty):
        return Report("")
    points, listed = read.kept(), read.counts
    if len(points) < listed.total:
        notes.add(NoteCode.POINTS_KEPT, len(points), listed.total)
    counts = listed if numbers is None else _worse(numbers, listed)
    for name, told in (numbers or {}).items():
        found = getattr(listed, name)
        if points and told != found:
            notes.add(NoteCode(f"headline-{name}"), told, found)
    error = None
    if len(text) > MAX_REPORT_CHARACTERS:
        error = SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.REPORT_TOO_LONG, (MAX_REPORT_CHARACTERS,)))
    elif not read.complete:
        error = SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.TOO_MANY_MATCHES, (MAX_MATCHES,)))
    declared = None if counts == listed and len(points) == listed.total else counts
    return Report(FORMAT, points, declared=declared, error=error, notes=notes.all())


class _Points:
    """The points of a report: where each stands, as many as may be kept; all are counted."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._taken = bytearray(len(data))
        self._found: list[tuple[int, Point]] = []
        self._matches = 0
        self.counts = Counts()

    @property
    def complete(self) -> bool:
        """Whether all matches were looked at."""
        return self._matches <= MAX_MATCHES

    def look_for(self, rules: Sequence[PointPattern]) -> None:
        """Take the matches of each rule in turn, but for text that an earlier rule has taken."""
        total = passed = failed = skipped = todo = 0
        for rule in rules:
            new = 0
            for match in self._all(rule.pattern):
                start, end = match.span()
                if start == end or self._taken.find(1, start, end) >= 0:
                    continue
                self._taken[start:end] = b"\1" * (end - start)
                if new < MAX_POINTS + MAX_NOTABLE_POINTS:
                    self._found.append((start, _point(match, rule)))
                new += 1
            total += new
            skipped += new * (rule.directive is Directive.SKIP)
            todo += new * (rule.directive is Directive.TODO)
            passed += new * (rule.directive is None and rule.ok)
            failed += new * (rule.directive is None and not rule.ok)
        self.counts = Counts(total, passed, failed, skipped, todo)

    def kept(self) -> tuple[Point, ...]:
        """The first points in the order of the report, and some further ones that are no plain passes."""
        ordered = [point for _, point in sorted(self._found, key=itemgetter(0))]
        more = [point for point in ordered[MAX_POINTS:] if not point.ok or point.directive is not None]
        return (*ordered[:MAX_POINTS], *more[:MAX_NOTABLE_POINTS])

    def _all(self, pattern: Any) -> Iterator[Any]:  # noqa: ANN401 (re2 carries no types)
        """Matches of a pattern, ``MAX_MATCHES`` at most; one longer than ``MAX_MATCH_BYTES`` may be left out."""
        position, size = 0, len(self._data)
        while position < size and self.complete:
            match = pattern.search(self._data, position, min(size, position + 2 * MAX_MATCH_BYTES))
            if match is None or match.start() >= position + MAX_MATCH_BYTES:
                position += MAX_MATCH_BYTES  # a later match may end beyond this stretch
                continue
            self._matches += 1
            if self.complete:
                yield match
            position = max(match.end(), position + 1)


def _point(match: Any, rule: PointPattern) -> Point:  # noqa: ANN401
    groups = {name: _decoded(value) for name, value in match.groupdict().items() if value is not None}
    values = {name: clip(groups[name]) for name in POINT_GROUPS[1:] if name in groups}
    name = groups.get("name", "")
    return Point(
        rule.ok,
        clip((name or _decoded(match.group())).strip()),
        directive=rule.directive,
        expected=values.get("expected"),
        actual=values.get("actual"),
        message=values.get("message"),
    )


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _numbers(data: bytes, headline: CountPattern) -> Mapping[str, int]:
    """The numbers of a headline; it is none where it has none."""
    match = headline.pattern.search(data)
    groups = match.groupdict() if match is not None else {}
    return {
        name: _number(_decoded(groups[name])) for name in COUNT_GROUPS if _digits(_decoded(groups.get(name) or b""))
    }


def _digits(text: str) -> str:
    """The digits of a number, in any script; separators of thousands are left out."""
    return "".join(char for char in text if char.isdecimal()).lstrip("0") or "0" * any(map(str.isdecimal, text))


def _number(text: str) -> int:
    digits = _digits(text)
    return int(digits) if len(digits) < len(str(_MAX_COUNT)) else _MAX_COUNT


def _worse(told: Mapping[str, int], listed: Counts) -> Counts:
    """The report that headline and points make together.

    The rest of a total passed; where a report counts passed tests only, the rest failed.
    """
    parts = {name: max(told.get(name, 0), getattr(listed, name)) for name in ("failed", "skipped", "todo")}
    bad = sum(parts.values())
    total = max(told.get("total", told.get("passed", listed.passed) + bad), listed.total, bad)
    passed = told.get("passed", total - bad)
    if "failed" not in told:
        parts["failed"] += max(0, total - passed - bad)
    return Counts(total, passed, **parts)
