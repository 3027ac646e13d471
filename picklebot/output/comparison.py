"""The difference that unsaved text makes to the outcome of a suite."""

from __future__ import annotations

from collections.abc import Iterator

from picklebot.model import Point, Report, SuiteResult
from picklebot.output.points import value_lines
from picklebot.text.terminal import plain
from picklebot.text.wording import error_words, inconclusive_words, note_words

__all__ = ["comparison_lines"]


def comparison_lines(saved: SuiteResult | None, unsaved: SuiteResult) -> Iterator[str]:
    """One line per state, then the points that go otherwise than with the saved text."""
    yield f"{plain(unsaved.suite.tester.title)}"
    if saved is not None:
        yield f"  saved:   {_outcome(saved)}"
    yield f"  unsaved: {_outcome(unsaved)}"
    if unsaved.report is None:
        return
    before = _points_by_name(saved.report if saved else None)
    after = _points_by_name(unsaved.report)
    for name, point in after.items():
        old = before.get(name)
        if old is not None and (old.ok, old.directive, old.actual) == (point.ok, point.directive, point.actual):
            continue
        if old is None and saved is not None:
            yield f"  new:     {_point(point)}"
        elif old is not None or point.failed:
            yield f"  now:     {_point(point)}"
        yield from _texts(point)
    if saved is not None:
        yield from (f"  gone:    {_point(point)}" for name, point in before.items() if name not in after)
    yield from (f"  note:    {plain(note_words(note))}" for note in unsaved.report.notes)


def _outcome(result: SuiteResult) -> str:
    if result.report is None:
        return f"inconclusive: {plain(inconclusive_words(result.inconclusive) if result.inconclusive else '')}"
    counts = result.report.counts
    error = f"; {result.report.error.kind}: {plain(error_words(result.report.error))}" if result.report.error else ""
    return f"{result.state}, {counts.passed} of {counts.total} passed{error}"


def _points_by_name(report: Report | None) -> dict[tuple[str, int], Point]:
    """Points by their description, and which of the same description it is."""
    points: dict[tuple[str, int], Point] = {}
    seen: dict[str, int] = {}
    for point in report.points if report else ():
        seen[point.description] = seen.get(point.description, 0) + 1
        points[point.description, seen[point.description]] = point
    return points


def _point(point: Point) -> str:
    directive = f" # {point.directive}" if point.directive else ""
    return f"{'ok' if point.ok else 'not ok'} {plain(point.description)}{directive}"


def _texts(point: Point) -> Iterator[str]:
    if point.failed:
        yield from value_lines(point, "    ")
