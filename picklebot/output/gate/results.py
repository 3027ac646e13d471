"""The result of each suite as formats for test reports know results: the same one in every format. Pure.

Formats know fewer results than the gate has outcomes. A report is red where the gate stops, and green where it passes.
"""

from __future__ import annotations

from enum import StrEnum

from picklebot.gate.decision import is_restored
from picklebot.gate.model import Decision, JudgedSuite, ProblemCode, SuiteOutcome, Verdict

__all__ = ["ReportedResult", "is_unchecked", "reason", "reported_result"]


class ReportedResult(StrEnum):
    """The result of a suite in a report."""

    PASSED = "passed"
    FAILED = "failed"
    #: It disagrees with itself, and does not count.
    FLAKY = "flaky"
    #: It regressed, and somebody answers for it: a waiver, or the number of regressions that is allowed.
    TOLERATED = "tolerated"
    NOT_JUDGED = "not-judged"


_PLAIN = (SuiteOutcome.PASSED, SuiteOutcome.FIXED, SuiteOutcome.STILL_FAILING)


def reported_result(decision: Decision, suite: JudgedSuite) -> ReportedResult:
    """The result of a suite."""
    outcome = suite.outcome
    if outcome is SuiteOutcome.REGRESSION:
        return ReportedResult.TOLERATED if decision.verdict is Verdict.PASS else ReportedResult.FAILED
    if _is_not_restored(decision) and not is_restored(outcome):
        return ReportedResult.FAILED
    if outcome is SuiteOutcome.WAIVED:
        return ReportedResult.TOLERATED
    if outcome is SuiteOutcome.FLAKY:
        return ReportedResult.FLAKY
    if outcome in _PLAIN or (outcome is SuiteOutcome.CHANGED and suite.judged):
        return ReportedResult.PASSED
    return ReportedResult.NOT_JUDGED


def is_unchecked(decision: Decision) -> bool:
    """Whether a report has to say that the gate could not do its work: exit status 3."""
    return decision.verdict is Verdict.NOT_CHECKED and decision.exit_status != 0


def reason(decision: Decision, suite: JudgedSuite) -> str:
    """Why a suite has its outcome, in a few words; empty where the outcome says it all."""
    words = _REASONS.get(suite.outcome, _why)(suite)
    if suite.outcome is SuiteOutcome.REGRESSION and decision.verdict is Verdict.PASS:
        return f"{words}; so many regressions are allowed"
    if _is_not_restored(decision) and not is_restored(suite.outcome):
        return "; ".join(filter(None, ("it is not as under the baseline", words)))
    return words


def _is_not_restored(decision: Decision) -> bool:
    return any(problem.code is ProblemCode.NOT_RESTORED for problem in decision.problems)


def _regression(suite: JudgedSuite) -> str:
    if suite.drill:
        return "a drill: nothing is broken"
    count = suite.newly_failing
    words = {
        "point": f"{count} point{'' if count == 1 else 's'} newly fail{'s' if count == 1 else ''}",
        "suite": "it fails as a whole",
        "fatal": "the software ends its request",
        "time-out": "it runs out of Lua time",
    }
    return words[suite.kind or "suite"]


def _waived(suite: JudgedSuite) -> str:
    words = _regression(suite)
    waiver = suite.waiver
    return f"{words}; waived by {waiver.who} until {waiver.until}: {waiver.reason}" if waiver else words


def _changed(suite: JudgedSuite) -> str:
    edits = ", ".join(f"{edit.title} ({edit.user})" if edit.user else edit.title for edit in suite.edits)
    return "; ".join(filter(None, (f"edited: {edits}" if edits else "editors changed it", suite.why)))


def _why(suite: JudgedSuite) -> str:
    return suite.why or _WORDS.get(suite.outcome, "")


_WORDS = {
    SuiteOutcome.NEW: "the baseline does not know it",
    SuiteOutcome.GONE: "its test page is there no more",
    SuiteOutcome.NOT_RUN: "there was no time for it",
    SuiteOutcome.INCONCLUSIVE: "it came to no result",
    SuiteOutcome.FLAKY: "its runs disagree",
}
_REASONS = {
    SuiteOutcome.REGRESSION: _regression,
    SuiteOutcome.WAIVED: _waived,
    SuiteOutcome.CHANGED: _changed,
}
