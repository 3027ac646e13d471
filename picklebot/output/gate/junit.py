"""The decision as JUnit's XML, in the dialect that Jenkins publishes a schema of. Pure.

A suite of ours is a test case, and a wiki a test suite. Where the gate could not do its work there is one more test
suite, with errors.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from junitparser import Error, Failure, JUnitXml, Skipped
from junitparser.xunit2 import FlakyFailure, TestCase, TestSuite

from picklebot.gate.model import Decision, JudgedSuite, Side, WikiDecision
from picklebot.output.gate.results import ReportedResult, is_unchecked, reason, reported_result
from picklebot.output.gate.wording import attempt_line, detail_lines, loss_lines, side_line
from picklebot.text.printable import xml_text

__all__ = ["junit_text"]

_GATE = "picklebot gate"


def junit_text(decision: Decision) -> str:
    """The decision as XML."""
    suites = [_wiki_suite(decision, wiki) for wiki in decision.wikis]
    if is_unchecked(decision):
        suites.insert(0, _trouble(decision))
    root = JUnitXml(_GATE)
    root.tests, root.failures, root.errors = (
        sum(getattr(suite, name) for suite in suites) for name in ("tests", "failures", "errors")
    )
    for suite in suites:
        root.append(suite)
    out = io.BytesIO()
    root.write(out)
    return out.getvalue().decode("utf-8") + "\n"


def _trouble(decision: Decision) -> TestSuite:
    """The reasons why the gate could not do its work."""
    cases = []
    for problem in decision.problems:
        case = TestCase(f"{_GATE}: {problem.code}", _GATE)
        error = Error(xml_text(problem.message), str(problem.code))
        error.text = xml_text(decision.sentence)
        case.append(error)
        cases.append(case)
    suite = _suite(_GATE, cases)
    suite.errors = len(cases)
    return suite


def _wiki_suite(decision: Decision, wiki: WikiDecision) -> TestSuite:
    results = [reported_result(decision, suite) for suite in wiki.suites]
    cases = [_case(decision, wiki, suite) for suite in wiki.suites]
    suite = _suite(wiki.name, cases)
    suite.failures = results.count(ReportedResult.FAILED)
    suite.skipped = results.count(ReportedResult.TOLERATED) + results.count(ReportedResult.NOT_JUDGED)
    suite.time = sum(each.duration_ms for each in wiki.suites) / 1000
    if decision.started:
        suite.timestamp = decision.started.strftime("%Y-%m-%dT%H:%M:%S")
    properties = {"verdict": str(decision.verdict), "sentence": decision.sentence, "requests": str(wiki.requests)}
    properties |= dict(_software(wiki))
    properties |= {f"lost.{number}": line for number, line in enumerate(loss_lines(wiki.losses), 1)}
    properties |= {f"remark.{number}": line for number, line in enumerate(decision.remarks, 1)}
    for name, value in properties.items():
        suite.add_property(xml_text(name), xml_text(value))
    return suite


def _software(wiki: WikiDecision) -> Iterator[tuple[str, str]]:
    sides: list[tuple[str, Side | None]] = [("baseline", wiki.baseline), ("second", wiki.second)]
    sides += [(f"candidate.{number}", side) for number, side in enumerate(wiki.candidates, 1)]
    for name, side in sides:
        if side is not None:
            yield name, side_line(side)


def _suite(name: str, cases: list[TestCase]) -> TestSuite:
    suite = TestSuite(xml_text(name))
    suite.tests, suite.failures, suite.errors, suite.skipped = len(cases), 0, 0, 0
    for case in cases:
        suite.append(case)
    return suite


def _case(decision: Decision, wiki: WikiDecision, suite: JudgedSuite) -> TestCase:
    case = TestCase(xml_text(suite.tester), xml_text(wiki.name), round(suite.duration_ms / 1000, 3))
    result = reported_result(decision, suite)
    words = xml_text(f"{suite.outcome}: {reason(decision, suite)}".removesuffix(": "))
    details = xml_text("\n".join((*detail_lines(suite), *map(attempt_line, suite.attempts))))
    if result is ReportedResult.FAILED:
        failure = Failure(words, str(suite.kind or suite.outcome))
        failure.text = details
        case.append(failure)
    elif result is ReportedResult.FLAKY:
        flaky = FlakyFailure(words, str(suite.outcome))
        flaky.stack_trace = details
        case.append(flaky)
    elif result in (ReportedResult.TOLERATED, ReportedResult.NOT_JUDGED):
        skipped = Skipped(words, str(suite.outcome))
        skipped.text = details
        case.append(skipped)
    else:
        case.system_out = "\n".join(filter(None, (words, details)))
    return case
