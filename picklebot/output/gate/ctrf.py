"""The decision in the Common Test Report Format, https://ctrf.io. Pure.

A suite of ours is a test. `rawStatus` is its outcome at the gate; `status` is the same in a coarser word.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from picklebot import __version__
from picklebot.gate.model import Attempt, Decision, JudgedSuite, Verdict, WikiDecision
from picklebot.output.gate.results import ReportedResult, reason, reported_result
from picklebot.output.gate.wording import attempt_line, detail_lines, side_line
from picklebot.text.printable import json_line

__all__ = ["ctrf_text"]

_SPECIFICATION = "0.0.0"
_STATUS = {
    ReportedResult.PASSED: "passed",
    ReportedResult.FLAKY: "passed",
    ReportedResult.FAILED: "failed",
    ReportedResult.TOLERATED: "other",
    ReportedResult.NOT_JUDGED: "skipped",
}
# Of ids that are made from names: the same name has the same id in every report.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "picklebot-gate")


def ctrf_text(decision: Decision) -> str:
    """The decision as a CTRF report."""
    tests = [_test(decision, wiki, suite) for wiki, suite in decision.suites()]
    statuses = Counter(test["status"] for test in tests)
    summary: dict[str, Any] = {"tests": len(tests)}
    summary |= {status: statuses[status] for status in ("passed", "failed", "skipped", "pending", "other")}
    summary |= {"flaky": sum(test.get("flaky", False) for test in tests), "suites": len(decision.wikis)}
    start, stop = _milliseconds(decision.started), _milliseconds(decision.ended or decision.started)
    summary |= {"start": start, "stop": max(start, stop)}
    counts = {str(outcome): count for outcome, count in decision.counts.items()}
    summary["extra"] = {"verdict": str(decision.verdict), "exitStatus": decision.exit_status, "outcomes": counts}
    report: dict[str, Any] = {
        "reportFormat": "CTRF",
        "specVersion": _SPECIFICATION,
        "generatedBy": f"picklebot {__version__}",
    }
    if decision.ended:
        report["timestamp"] = decision.ended.strftime("%Y-%m-%dT%H:%M:%SZ")
    if baseline := _baseline(decision):
        report["baseline"] = baseline
    results = {
        "tool": {"name": "picklebot gate", "version": __version__},
        "summary": summary,
        "environment": _environment(decision),
        "extra": {
            "sentence": decision.sentence,
            "problems": [asdict(problem) for problem in decision.problems],
            "remarks": decision.remarks,
        },
    }
    # The tests come last, with a line for each.
    lines = ",\n".join(map(json_line, tests))
    return f'{json_line(report)[:-1]},\n"results": {json_line(results)[:-1]},\n"tests": [\n{lines}\n]}}}}\n'


def _environment(decision: Decision) -> dict[str, Any]:
    sides = [side for wiki in decision.wikis for side in wiki.candidates]
    environment: dict[str, Any] = {"appName": "MediaWiki", "healthy": decision.verdict is Verdict.PASS}
    if sides:
        environment["appVersion"] = ", ".join(dict.fromkeys(side.generator for side in sides))
        environment["testEnvironment"] = ", ".join(dict.fromkeys(side.name for side in sides))
        commits = dict.fromkeys(side.git_hash for side in sides if side.git_hash)
        if len(commits) == 1:
            environment["commit"] = next(iter(commits))
    return environment


def _baseline(decision: Decision) -> dict[str, Any]:
    """The reference to the baseline that the format asks for by an id; none where no side is known."""
    sides = [(wiki, wiki.second or wiki.baseline) for wiki in decision.wikis]
    known = [(wiki, side) for wiki, side in sides if side]
    if not known:
        return {}
    wiki, side = known[0]
    made = side.made.strftime("%Y-%m-%dT%H:%M:%SZ") if side.made else ""
    name = json.dumps([[each.name, one.url, one.machine, one.software, str(one.made)] for each, one in known])
    baseline: dict[str, Any] = {"reportId": str(uuid.uuid5(_IDS, name))}
    baseline["source"] = wiki.file.file if wiki.file else side.name
    if made:
        baseline["timestamp"] = made
    if side.git_hash:
        baseline["commit"] = side.git_hash
    baseline["extra"] = {"software": {each.name: side_line(one) for each, one in known}}
    return baseline


def _test(decision: Decision, wiki: WikiDecision, suite: JudgedSuite) -> dict[str, Any]:
    result = reported_result(decision, suite)
    test: dict[str, Any] = {
        "testId": str(uuid.uuid5(_IDS, json.dumps([wiki.name, suite.tester]))),
        "name": suite.tester or "?",
        "status": _STATUS[result],
        "rawStatus": str(suite.outcome),
        "duration": max(suite.duration_ms, 0),
        "suite": [wiki.name],
        "type": "suite",
    }
    words = reason(decision, suite)
    if words:
        test["message"] = words
    details = "\n".join(detail_lines(suite))
    if details:
        test["trace"] = details
    if result is ReportedResult.FLAKY:
        test["flaky"] = True
    if suite.attempts:
        test["retries"] = len(suite.attempts) - 1
    if len(suite.attempts) > 1:
        test["retryAttempts"] = [_attempt(number, each) for number, each in enumerate(suite.attempts[:-1], 1)]
    test["extra"] = {"testee": suite.testee, "machines": _machines(suite), "drill": suite.drill}
    return test


def _attempt(number: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": number,
        "status": {True: "failed", False: "passed", None: "other"}[attempt.failed],
        "duration": max(attempt.duration_ms, 0),
        "message": attempt_line(attempt),
        "extra": {"side": str(attempt.side), "machine": attempt.machine},
    }


def _machines(suite: JudgedSuite) -> dict[str, str]:
    return {each.machine: str(each.outcome) for each in suite.machines}


def _milliseconds(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0
