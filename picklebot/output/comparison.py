"""The difference that unsaved text makes to the outcome of a suite."""

from __future__ import annotations

from collections.abc import Iterator

from picklebot.model import Point, Report, RunResult
from picklebot.output.points import value_lines
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import error_words, inconclusive_words, note_words, state_words

__all__ = ["comparison_lines"]


def comparison_lines(saved: RunResult | None, unsaved: RunResult, say: Messages = ENGLISH) -> Iterator[str]:
    """One line per state, then the points that go otherwise than with the saved text."""
    yield f"{plain(unsaved.suite.tester.title)}"
    if saved is not None:
        yield _row("saved", _outcome(saved, say), say)
    yield _row("unsaved", _outcome(unsaved, say), say)
    if unsaved.report is None:
        return
    before = _points_by_name(saved.report if saved else None)
    after = _points_by_name(unsaved.report)
    for name, point in after.items():
        old = before.get(name)
        if old is not None and (old.ok, old.directive, old.actual) == (point.ok, point.directive, point.actual):
            continue
        if old is None and saved is not None:
            yield _row("new", _point(point), say)
        elif old is not None or point.failed:
            yield _row("now", _point(point), say)
        yield from _texts(point, say)
    if saved is not None:
        yield from (_row("gone", _point(point), say) for name, point in before.items() if name not in after)
    yield from (_row("note", plain(note_words(note, say)), say) for note in unsaved.report.notes)


def _row(name: str, value: str, say: Messages) -> str:
    heading = f"{say.of('try', name)}:"
    return f"  {heading:<8} {value}"


def _outcome(result: RunResult, say: Messages) -> str:
    if result.report is None:
        why = plain(inconclusive_words(result.inconclusive, say)) if result.inconclusive else ""
        return f"{say('frame-inconclusive')}: {why}"
    counts = result.report.counts
    error = result.report.error
    ended = f"; {say.of('error', error.kind)}: {plain(error_words(error, say))}" if error else ""
    return f"{state_words(result.state, say)}, {say('counts-passed', counts.passed, counts.total)}{ended}"


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


def _texts(point: Point, say: Messages) -> Iterator[str]:
    if point.failed:
        yield from value_lines(point, "    ", say)
