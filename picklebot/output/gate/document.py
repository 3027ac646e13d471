"""The decision as JSON: the whole of it, for programs. docs/schema/decision.json is its schema.

It is built of plain values, for there may be ten thousand suites and little time; a line holds one suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from picklebot import __version__
from picklebot.gate.model import Coverage, Decision, JudgedSuite, Side, WikiDecision
from picklebot.gate.policy import Requirement
from picklebot.text.printable import json_line

__all__ = ["json_document"]


def json_document(decision: Decision) -> str:
    """The decision as JSON."""
    return "".join(_parts(decision))


def _parts(decision: Decision) -> Iterator[str]:
    yield "{\n"
    for key, value in _head(decision).items():
        yield f'"{key}": {json_line(value)},\n'
    for key, satisfied in (("satisfied_requirements", True), ("unsatisfied_requirements", False)):
        mine = (json_line(_requirement(each)) for each in decision.requirements if each.satisfied is satisfied)
        yield f'"{key}": {_lines(mine)},\n'
    yield f'"wikis": {_lines(map(_wiki_text, decision.wikis))}\n}}\n'


def _lines(entries: Iterator[str]) -> str:
    """A list with a line for each entry."""
    joined = ",\n".join(entries)
    return f"[\n{joined}\n]" if joined else "[]"


def _head(decision: Decision) -> dict[str, Any]:
    return {
        "format": "picklebot-decision",
        "version": 1,
        "picklebot": __version__,
        "started": _time(decision.started),
        "ended": _time(decision.ended),
        "verdict": decision.verdict,
        "exit_status": decision.exit_status,
        "sentence": decision.sentence,
        "policy": asdict(decision.policy),
        "policies_satisfied": all(each.satisfied for each in decision.requirements),
        "total": decision.total,
        "counts": decision.counts,
        "coverage": _coverage(decision.coverage),
        "problems": [asdict(problem) for problem in decision.problems],
        "remarks": decision.remarks,
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "type": requirement.kind,
        "satisfied": requirement.satisfied,
        "wiki": requirement.wiki,
        "subject": requirement.subject,
        "detail": requirement.detail,
    }


def _wiki_text(wiki: WikiDecision) -> str:
    head = {
        "name": wiki.name,
        "baseline": _side(wiki.baseline),
        "second": _side(wiki.second),
        "candidates": [_side(side) for side in wiki.candidates],
        "same_software": wiki.same_software,
        "baseline_file": wiki.file.file if wiki.file else None,
        "baseline_age_seconds": wiki.file.seconds if wiki.file else None,
        "requests": wiki.requests,
        "total": len(wiki.suites),
        "counts": wiki.counts,
        "coverage": _coverage(wiki.coverage),
        "problems": [asdict(problem) for problem in wiki.problems],
        "lost": [asdict(loss) for loss in wiki.losses],
    }
    suites = _lines(json_line(_suite(suite)) for suite in wiki.suites)
    return f'{json_line(head)[:-1]}, "suites": {suites}}}'


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "url": side.url,
        "machine": side.machine,
        "generator": side.generator,
        "git_hash": side.git_hash,
        "extensions": dict(side.extensions),
        "hosts": side.hosts,
        "made": _time(side.made),
    }


def _suite(suite: JudgedSuite) -> dict[str, Any]:
    waiver = suite.waiver
    return {
        "tester": suite.tester,
        "testee": suite.testee,
        "outcome": suite.outcome,
        "judged": suite.judged,
        "at_stake": suite.at_stake,
        "kind": suite.kind,
        "points": [asdict(point) for point in suite.points],
        "more_points": suite.more_points,
        "error": suite.error,
        "why": suite.why,
        "checked_against_old": suite.checked_against_old,
        "attempts": [asdict(attempt) for attempt in suite.attempts],
        "pages": suite.pages,
        "edits": [asdict(edit) for edit in suite.edits],
        "used_on": suite.used_on,
        "waiver": {**asdict(waiver), "until": waiver.until.isoformat()} if waiver else None,
        "machines": [asdict(machine) for machine in suite.machines],
        "reproduce": suite.reproduce,
        "strategy": suite.strategy,
        "duration_ms": suite.duration_ms,
        "drill": suite.drill,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {"judged": coverage.judged, "total": coverage.total, "share": coverage.share}


def _time(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
