"""The decision's parts in words, for the formats that people read. Pure; a line has no end of line in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from picklebot.gate.model import Attempt, Decision, InventoryLoss, JudgedSuite, NewlyFailing, Side, SuiteOutcome
from picklebot.gate.sentence import software_line
from picklebot.model import Point
from picklebot.output.points import value_lines
from picklebot.text.terminal import plain

__all__ = ["attempt_line", "detail_lines", "loss_lines", "point_lines", "side_line", "wiki_lines"]

_TITLES_SHOWN = 8
_NAMES_SHOWN = 10
_PARTS = {"extension": "extensions", "tag": "tags", "function": "parser functions", "lua": "Lua names"}
_LINE_CHARACTERS = 400


def point_lines(point: NewlyFailing, indent: str = "") -> Iterator[str]:
    """A newly failing point, and its values under it."""
    yield f"{indent}not ok: {plain(point.name)}"
    shown = Point(False, point.name, expected=point.expected, actual=point.actual, message=point.message)
    yield from value_lines(shown, f"{indent}  ")


def detail_lines(suite: JudgedSuite, points: int | None = None) -> Iterator[str]:
    """All that is known of a suite's outcome, but its reason.

    :param points: so many newly failing points are shown; all of them where that is None
    """
    shown = suite.points[:points]
    for point in shown:
        yield from point_lines(point)
    more = len(suite.points) - len(shown) + suite.more_points
    if more:
        yield f"and {more} more newly failing point{'' if more == 1 else 's'}"
    if suite.error:
        yield f"error: {plain(suite.error)}"
    if suite.pages:
        yield f"depends on: {_some(suite.pages, _TITLES_SHOWN)}"
    if suite.used_on is not None:
        yield f"used on {suite.used_on:,} page{'' if suite.used_on == 1 else 's'}"
    machines = [f"{machine.machine}: {machine.outcome}" for machine in suite.machines]
    if machines:
        yield f"machines: {_some(machines, _NAMES_SHOWN)}"
    if suite.kind is not None and not suite.drill and not suite.checked_against_old:
        yield "not checked against the old software"
    if suite.reproduce:
        yield f"see it again: {plain(suite.reproduce, _LINE_CHARACTERS)}"


def attempt_line(attempt: Attempt) -> str:
    """One run of a suspect."""
    failed = {True: "failed", False: "did not fail", None: "came to no result"}[attempt.failed]
    where = f"{attempt.side} {attempt.machine}".strip()
    return plain(f"{where}: {failed}" + (f" ({attempt.ended})" if attempt.ended else ""))


def loss_lines(losses: Iterable[InventoryLoss]) -> Iterator[str]:
    """Names that the candidate's software lacks, a line for each kind."""
    found: dict[str, list[str]] = {}
    for loss in losses:
        found.setdefault(loss.part, []).append(loss.name)
    for part, names in found.items():
        yield f"the candidate lacks {_PARTS.get(part, part)}: {_some(names, _NAMES_SHOWN)}"


def side_line(side: Side) -> str:
    """The software of one side, and where it is."""
    hosts = f", answered by {_some(side.hosts, _NAMES_SHOWN)}" if side.hosts else ""
    return plain(f"{side.software or 'unknown software'} at {side.name}{hosts}", _LINE_CHARACTERS)


def wiki_lines(decision: Decision) -> Iterator[str]:
    """Where there are several wikis: a line for each."""
    if len(decision.wikis) < 2:  # noqa: PLR2004 (the first line says it of one)
        return
    for wiki in decision.wikis:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in wiki.counts.items() if count) or "no suites"
        trouble = "".join(f"; {problem.message}" for problem in wiki.problems)
        worst = "regressions" if wiki.counts[SuiteOutcome.REGRESSION] else "not checked" if wiki.problems else "pass"
        yield plain(f"{wiki.name}: {worst}: {counts} [{software_line(wiki)}]{trouble}", _LINE_CHARACTERS)


def _some(names: Iterable[str], most: int) -> str:
    listed = [plain(name) for name in names]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
