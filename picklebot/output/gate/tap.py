"""The decision in the Test Anything Protocol, https://testanything.org/tap-version-14-specification.html. Pure.

A point for each suite. Suites that were not judged are skipped, and tolerated regressions are TODO, so that a harness
comes to the gate's verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

from picklebot.gate.model import Decision, JudgedSuite, WikiDecision
from picklebot.output.gate.results import ReportedResult, is_unchecked, reason, reported_result
from picklebot.output.gate.wording import attempt_line, detail_lines
from picklebot.text.printable import json_line, xml_text
from picklebot.text.terminal import plain

__all__ = ["tap13_text", "tap_text"]

_LINE_CHARACTERS = 2000


def tap_text(decision: Decision) -> str:
    """The decision as TAP 14."""
    return "".join(f"{line}\n" for line in _lines(decision, 14))


def tap13_text(decision: Decision) -> str:
    """The decision as TAP 13: the same, but for the number of the version."""
    return "".join(f"{line}\n" for line in _lines(decision, 13))


def _lines(decision: Decision, version: int) -> Iterator[str]:
    yield f"TAP version {version}"
    if decision.total or not is_unchecked(decision):
        yield f"1..{decision.total}" + ("" if decision.total else f" # SKIP {_escaped(decision.sentence)}")
    yield f"# {_line(decision.sentence)}"
    for remark in decision.remarks:
        yield f"# {_line(remark)}"
    for number, (wiki, suite) in enumerate(decision.suites(), 1):
        yield _point(decision, number, wiki, suite)
        yield from _diagnostics(wiki, suite)
    if is_unchecked(decision):
        yield f"Bail out! {_line(decision.sentence)}"


def _point(decision: Decision, number: int, wiki: WikiDecision, suite: JudgedSuite) -> str:
    result = reported_result(decision, suite)
    failed = result in (ReportedResult.FAILED, ReportedResult.TOLERATED)
    name = f"{wiki.name}: {suite.tester}" if len(decision.wikis) > 1 else suite.tester
    # In parentheses the outcome ends the name: a brace in its place would begin a subtest.
    line = f"{'not ' * failed}ok {number} - {_escaped(name)} ({suite.outcome})"
    if result is ReportedResult.TOLERATED:
        return f"{line} # TODO {_escaped(reason(decision, suite))}"
    if result in (ReportedResult.FLAKY, ReportedResult.NOT_JUDGED):
        return f"{line} # SKIP {suite.outcome}: {_escaped(reason(decision, suite))}"
    return line


def _diagnostics(wiki: WikiDecision, suite: JudgedSuite) -> Iterator[str]:
    """A block of YAML, of such YAML as Perl's harness reads: strings as in JSON, and blocks of lines."""
    values = {
        "kind": str(suite.kind or ""),
        "why": suite.why,
        "edits": " ".join(f"{edit.title} {edit.diff}".strip() for edit in suite.edits),
        "drill": "nothing is broken" if suite.drill else "",
    }
    details = [*detail_lines(suite), *map(attempt_line, suite.attempts)]
    told = {key: value for key, value in values.items() if value}
    if not told and not suite.attempts:
        return
    yield "  ---"
    for key, value in {"outcome": str(suite.outcome), "wiki": wiki.name, "testee": suite.testee, **told}.items():
        yield f"  {key}: {json_line(value)}"
    if details:
        yield "  details: |"
        yield from (f"    {xml_text(line)}" for line in details)
    yield "  ..."


def _line(text: str) -> str:
    return plain(text, _LINE_CHARACTERS)


def _escaped(text: str) -> str:
    """Text of a name or a reason: neither a directive nor an escape."""
    return _line(text).replace("\\", "\\\\").replace("#", "\\#")
