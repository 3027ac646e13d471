"""Structured results that a strategy's question gets from the console, and how they add to the page's report.

A question prints one line, ``picklebot:`` and JSON of this shape, whatever the framework::

    {"total": 3, "failed": 1, "skipped": 1, "points": [
      {"name": "testFoo", "ok": true},
      {"name": "testBar", "ok": false, "expected": "1", "actual": "2", "message": "Module:Foo/testcases:7: …"},
      {"name": "testBaz", "ok": true, "skip": true}
    ]}

``total``, ``failed`` and ``skipped`` count tests and may each be left out; ``points`` are in the order in which the
tests ran and may be fewer than ``total``. Of a point all but ``name`` and ``ok`` may be left out. A question cuts its
values (about 1,000 bytes each) and the whole (about 400,000 bytes): the console drops answers that are too large.

The page decides (docs/architecture.md, "The run contract"). The console adds hidden detail; where it saw something
else, the report says so. Only where the marks of a page may mean passed and failed alike, the worse of both counts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from picklebot.model import Counts, Directive, Marks, Note, NoteCode, Point, Report
from picklebot.reports.limits import MAX_POINTS, MAX_QUOTE_CHARACTERS, clip
from picklebot.text.json import read_json

__all__ = ["merge", "parse_detail"]

FORMAT: Final = "console"
_MARK: Final = "picklebot:"
_MAX_ANSWER_CHARACTERS: Final = 8_400_000
"""The console's own limit for an answer is 8 MB."""
_MAX_COUNT: Final = 10**9
_MAX_POINTS_NAMED: Final = 5
_VALUES: Final = ("expected", "actual", "message")


def parse_detail(text: str) -> Report | None:
    """Read the answer to a question, with or without its mark.

    :return: a report of the format ``console``; None if that is no JSON of the right shape. Nothing is raised.
    """
    marked = [line for line in text[-_MAX_ANSWER_CHARACTERS:].split("\n") if line.startswith(_MARK)]
    line = marked[-1].removeprefix(_MARK) if marked else text[:_MAX_ANSWER_CHARACTERS]
    try:
        answer = read_json(line)
    except ValueError:
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("points"), list):
        return None
    points = tuple(_listed_points(answer["points"]))
    listed = Counts.of(points)
    total = _count(answer, "total", listed.total)
    failed = _count(answer, "failed", listed.failed)
    skipped = _count(answer, "skipped", listed.skipped)
    if total is None or failed is None or skipped is None or failed + skipped > total:
        return None
    return Report(FORMAT, points, declared=Counts(total, total - failed - skipped, failed, skipped))


def _count(answer: dict[str, Any], name: str, listed: int) -> int | None:
    """A count; that of the points where it is left out, None where it is no count."""
    value = answer.get(name, listed)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def _listed_points(listed: list[Any]) -> Iterator[Point]:
    for item in listed[:MAX_POINTS]:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not isinstance(item.get("ok"), bool):
            continue
        values = {key: clip(item[key]) for key in _VALUES if isinstance(item.get(key), str)}
        skip = item.get("skip") is True
        yield Point(
            item["ok"] or skip,
            clip(item["name"]),
            directive=Directive.SKIP if skip else None,
            expected=values.get("expected"),
            actual=values.get("actual"),
            message=values.get("message"),
        )


def merge(page: Report, detail: Report) -> Report:
    """Add the console's detail to the report of a page.

    Neither a failure nor a pass of the page is changed, unless its marks do not tell them apart: then a failure of
    either is one. A test that passed on the page and was skipped in the console becomes a skipped one: ScribuntoUnit
    shows both alike.
    """
    notes = list(page.notes)
    shown, told = page.counts, detail.counts
    believed = page.marks is not Marks.CLEAR
    agree = (shown.total, shown.failed) == (told.total, told.failed)
    if not agree:
        code = NoteCode.CONSOLE_COUNTS_WORSE if believed else NoteCode.CONSOLE_COUNTS
        notes.append(Note(code, (shown.failed, shown.total, told.failed, told.total)))
    if not page.points:
        same = agree and shown.skipped == told.skipped
        points = detail.points if same or (believed and told.failed) else ()
        declared = _worse(shown, told) if believed else page.declared
        return replace(page, points=points, declared=declared, notes=tuple(notes))
    pairs = list(_pairs(page.points, detail.points))
    if other := [point for point, found in pairs if found is not None and point.failed == found.ok]:
        names = tuple(clip(point.description, MAX_QUOTE_CHARACTERS) for point in other[:_MAX_POINTS_NAMED])
        notes.append(Note(NoteCode.CONSOLE_POINTS, (len(other), names)))
    points = tuple(_add(point, found, believed=believed) for point, found in pairs)
    counts = _with_skipped(shown, points)
    if counts != shown:
        notes.append(Note(NoteCode.CONSOLE_SKIPPED, (shown.passed, counts.skipped)))
    declared = counts if page.declared else None
    if believed:
        declared = _worse(counts, told)
    return replace(page, points=points, declared=declared, notes=tuple(notes))


def _worse(shown: Counts, told: Counts) -> Counts:
    """The counts of a page with as many failures as the console counts, where those are more."""
    failed = max(shown.failed, told.failed)
    skipped = told.skipped if told.failed > shown.failed else shown.skipped
    total = max(shown.total, told.total, failed + skipped)
    return Counts(total, total - failed - skipped, failed, skipped)


def _with_skipped(shown: Counts, points: tuple[Point, ...]) -> Counts:
    more = sum(point.directive is Directive.SKIP for point in points) - shown.skipped
    more = min(max(0, more), shown.passed)
    return replace(shown, passed=shown.passed - more, skipped=shown.skipped + more)


def _pairs(shown: tuple[Point, ...], told: tuple[Point, ...]) -> Iterator[tuple[Point, Point | None]]:
    """Each point of the page and the same test in the console: by place where both list as many, else by name.

    Names may come twice (ScribuntoUnit since 2025 runs both tests of a name that was given twice).
    """
    if len(shown) == len(told) and all(_same(page, found) for page, found in zip(shown, told, strict=True)):
        yield from zip(shown, told, strict=True)
        return
    named: defaultdict[str, deque[Point]] = defaultdict(deque)
    for point in told:
        named[_name(point.description)].append(point)
    for point in shown:
        name = _name(point.description)
        found = named.get(name) or named.get(name.partition(" / ")[0])
        yield point, found.popleft() if found else None


def _same(shown: Point, told: Point) -> bool:
    """Whether both are one test: ScribuntoUnit shows ``name / message`` for some that failed."""
    page, console = _name(shown.description), _name(told.description)
    return page == console or page.startswith(f"{console} / ")


def _name(description: str) -> str:
    return " ".join(description.split())


def _add(shown: Point, told: Point | None, *, believed: bool) -> Point:
    """A point of the page with the console's detail.

    :param believed: whether a failure that only the console shows is one
    """
    if told is None:
        return shown
    if shown.ok and not (believed and told.failed):
        if told.directive is Directive.SKIP and shown.directive is None:
            return replace(shown, directive=Directive.SKIP, reason=shown.reason or told.reason)
        return shown
    if told.ok:
        return shown
    return replace(
        shown,
        ok=False,
        expected=shown.expected if told.expected is None else told.expected,
        actual=shown.actual if told.actual is None else told.actual,
        message=shown.message if told.message is None else told.message,
    )
