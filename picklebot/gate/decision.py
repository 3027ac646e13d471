"""From the outcomes of suites to the gate's decision: verdict, exit status, requirements. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from picklebot.errors import WorkError
from picklebot.gate.model import (
    Decision,
    GateProblem,
    JudgedSuite,
    ProblemCode,
    SuiteOutcome,
    Verdict,
    WikiDecision,
)
from picklebot.gate.policy import Policy, Requirement, RequirementKind
from picklebot.gate.sentence import first_line

__all__ = ["combined", "decide", "is_restored"]

_REQUIREMENT = {
    SuiteOutcome.REGRESSION: RequirementKind.SUITE_FAILED,
    SuiteOutcome.WAIVED: RequirementKind.SUITE_FAILED_WAIVED,
    SuiteOutcome.FLAKY: RequirementKind.SUITE_ERRORED,
    SuiteOutcome.INCONCLUSIVE: RequirementKind.SUITE_ERRORED,
    SuiteOutcome.NOT_RUN: RequirementKind.SUITE_MISSING,
    SuiteOutcome.NEW: RequirementKind.SUITE_MISSING,
    SuiteOutcome.GONE: RequirementKind.SUITE_MISSING,
}
_AS_BEFORE = (SuiteOutcome.PASSED, SuiteOutcome.STILL_FAILING, SuiteOutcome.CHANGED, SuiteOutcome.NEW)
#: Regressions that another software than the candidate's may have shown say nothing.
_OTHER_SOFTWARE = (ProblemCode.SOFTWARE_UNEXPECTED, ProblemCode.SOFTWARE_DIFFERS)
_RESTORED = (*_AS_BEFORE, SuiteOutcome.GONE, SuiteOutcome.FLAKY)


@dataclass(frozen=True, slots=True)
class _Ruling:
    """The verdict by the policy, before a caller's wishes about exit statuses."""

    verdict: Verdict
    problems: tuple[GateProblem, ...]


def decide(
    policy: Policy,
    wikis: Sequence[WikiDecision],
    problems: Iterable[GateProblem] = (),
    *,
    remarks: Iterable[str] = (),
    started: datetime | None = None,
    ended: datetime | None = None,
) -> Decision:
    """The decision on all wikis together.

    Regressions outweigh trouble: one that was seen stands, whatever else could not be checked. Only where it is not
    sure whose software was asked nothing stands.

    :param problems: that no wiki has, such as a mistake of the gate's own
    """
    found = [*problems, *(problem for wiki in wikis for problem in wiki.problems)]
    ruling = _rule(policy, wikis, found)
    decision = Decision(
        ruling.verdict,
        _exit_status(policy, ruling.verdict),
        "",
        policy,
        tuple(wikis),
        ruling.problems,
        tuple(_requirements(policy, wikis, ruling.problems)),
        tuple(remarks),
        started,
        ended,
    )
    return replace(decision, sentence=first_line(decision))


def combined(each: Sequence[SuiteOutcome]) -> SuiteOutcome:
    """The outcome of a suite on several machines: the one that comes first in the order of `SuiteOutcome`.

    :raises ValueError: there is none
    """
    order = list(SuiteOutcome)
    return min(each, key=order.index)


def is_restored(outcome: SuiteOutcome) -> bool:
    """Whether a suite with this outcome is as under the baseline, as far as software goes."""
    return outcome in _RESTORED


def _rule(policy: Policy, wikis: Sequence[WikiDecision], problems: Sequence[GateProblem]) -> _Ruling:
    doubtful = {problem.wiki for problem in problems if problem.code in _OTHER_SOFTWARE}
    regressed = [
        suite
        for wiki in wikis
        for suite in wiki.suites
        if suite.outcome is SuiteOutcome.REGRESSION and wiki.name not in doubtful
    ]
    if len(regressed) > _allowed(policy, wikis) or any(suite.drill for suite in regressed):
        return _Ruling(Verdict.REGRESSIONS, tuple(problems))
    found = [*problems, *(_uncovered(policy, wikis) if not problems else ())]
    if policy.expect_restored and not found:
        found += _unlike(wikis)
        if any(problem.code is not ProblemCode.COVERAGE for problem in found):
            return _Ruling(Verdict.REGRESSIONS, tuple(found))
    return _Ruling(Verdict.NOT_CHECKED if found else Verdict.PASS, tuple(found))


def _allowed(policy: Policy, wikis: Sequence[WikiDecision]) -> int:
    """How many suites may regress."""
    if policy.max_regressions_share is None:
        return policy.max_regressions
    return math.floor(policy.max_regressions_share * sum(wiki.coverage.judged for wiki in wikis))


def _uncovered(policy: Policy, wikis: Sequence[WikiDecision]) -> list[GateProblem]:
    """Wikis of which too little was compared, each by itself: a large wiki covers for no other."""
    found = []
    for wiki in wikis or [WikiDecision("")]:
        coverage = wiki.coverage
        if not coverage.total:
            message = "there is no suite with a passing point to check"
            found.append(GateProblem(ProblemCode.NOTHING_TO_CHECK, message, wiki.name))
        elif coverage.share < policy.min_coverage or not coverage.judged:
            message = (
                f"{coverage.judged} of {coverage.total} suites were compared, {coverage.share:.0%},"
                f" and at least {policy.min_coverage:.0%} have to be"
            )
            found.append(GateProblem(ProblemCode.COVERAGE, message, wiki.name))
    return found


def _unlike(wikis: Sequence[WikiDecision]) -> list[GateProblem]:
    """Suites that are not as under the baseline, where all have to be."""
    found = []
    for wiki in wikis:
        unlike = [suite for suite in wiki.suites if not is_restored(suite.outcome)]
        unlike = [suite for suite in unlike if suite.at_stake or not _unseen(suite)]
        some = ", ".join(f"{suite.tester} ({suite.outcome})" for suite in unlike[:5])
        more = f" and {len(unlike) - 5} more" if len(unlike) > 5 else ""  # noqa: PLR2004 (as many are named)
        if unlike:
            code = ProblemCode.COVERAGE if all(map(_unseen, unlike)) else ProblemCode.NOT_RESTORED
            found.append(GateProblem(code, f"not as under the baseline: {some}{more}", wiki.name))
    return found


def _unseen(suite: JudgedSuite) -> bool:
    return suite.outcome in (SuiteOutcome.INCONCLUSIVE, SuiteOutcome.NOT_RUN)


def _exit_status(policy: Policy, verdict: Verdict) -> int:
    if policy.observe or verdict is Verdict.PASS:
        return 0
    if verdict is Verdict.REGRESSIONS:
        return 1
    return 0 if policy.pass_unchecked else WorkError.exit_status


def _requirements(
    policy: Policy, wikis: Sequence[WikiDecision], problems: Sequence[GateProblem]
) -> Iterable[Requirement]:
    for wiki in wikis:
        mine = [problem for problem in problems if problem.wiki == wiki.name]
        told = "; ".join(problem.message for problem in mine if problem.code in _OTHER_SOFTWARE)
        yield Requirement(RequirementKind.SOFTWARE, not told, wiki.name, detail=told)
        coverage = wiki.coverage
        enough = coverage.share >= policy.min_coverage and coverage.judged > 0
        detail = f"{coverage.judged} of {coverage.total} suites"
        yield Requirement(RequirementKind.COVERAGE, enough, wiki.name, detail=detail)
        for suite in wiki.suites:
            kind = _REQUIREMENT.get(suite.outcome, RequirementKind.SUITE_PASSED)
            yield Requirement(
                kind, suite.outcome is not SuiteOutcome.REGRESSION, wiki.name, suite.tester, str(suite.outcome)
            )
