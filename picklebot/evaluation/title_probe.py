"""Whether the title that a suite runs under matters: its result, and its wording, under other titles.

Some suites look at the page that they are on, and a state that holds on one page only is marked so. A difference has to
be seen twice. Most suites are seen under another title in a batch, which has one title for all; where a suite newly
fails, its run is repeated before that under the title of the page on which editors see it. Where no batch can tell, a
suite runs under other titles alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.outcome import RunOutcome
from picklebot.invocation.packing import NEAR
from picklebot.model import (
    NOWHERE,
    BatchMiss,
    Call,
    Candidate,
    ErrorKind,
    Marks,
    PlannedRun,
    Reason,
    Report,
    RunReason,
    RunResult,
    Schedule,
    Suite,
)
from picklebot.reports.fingerprint import as_exact_as, fingerprint, same_outline, without_wording

__all__ = [
    "Probed",
    "batch_probe",
    "needs_lone_probe",
    "other_titles",
    "probe_titles",
    "run_under",
    "same_outcome",
    "title_after_batch",
    "title_to_repeat_under",
    "waits_for_batch",
    "with_known_title",
    "worded_under",
]

# Up to so much Lua time a suite that passes is run once more, in a batch, to see whether its title matters.
_LIGHT_MS = 100
# Of a suite that one of these ended other titles would say the same, for as much time and memory.
_COSTLY = (ErrorKind.TIME, ErrorKind.MEMORY)


def other_titles(suite: Suite, call: Call) -> list[str]:
    """Titles to see under whether a call's own matters: of the page on which editors make it, and others."""
    titles = (call.found_on, suite.testee.title, NOWHERE)
    return [title for title in dict.fromkeys(titles) if title not in ("", call.title)]


def title_to_repeat_under(planned: PlannedRun, result: RunResult) -> str | None:
    """Where a suite newly fails and a batch can tell of further titles: the title that its run is repeated under."""
    if result.state is None or result.state.passing or result.state == planned.baseline.state:
        return None
    if planned.baseline.flaky or _only_alone(result) or _is_costly(result) or result.call is None:
        return None
    return next((title for title in other_titles(result.suite, result.call) if title != NOWHERE), None)


def needs_lone_probe(planned: PlannedRun, result: RunResult) -> bool:
    """Whether to run a suite under other titles alone.

    Where it newly fails, where it ended differently in a batch, which is under another title, and where its title
    mattered the last time. Of others that pass a batch tells, if there is one that can.
    """
    baseline = planned.baseline
    if result.state != baseline.state:
        return result.state is not None and (_only_alone(result) or not result.state.passing)
    if planned.batch_miss is BatchMiss.DIFFERENT_OUTPUT:
        return same_outline(result.fingerprint, baseline.fingerprint)
    known = baseline.title_dependent
    return known is True or (known is None and _only_alone(result))


@dataclass(frozen=True, slots=True)
class Probed:
    """A result with the findings under other titles.

    :param flaky: whether the suite came to another state under its own title
    """

    result: RunResult
    flaky: bool = False


def probe_titles(evaluator: SuiteEvaluator, result: RunResult, seen: RunResult | None = None) -> Probed:
    """A result, and whether the suite ends differently under another title than the one it ran under.

    One that ends differently under the same title too looks at something else, and nothing can be told of it. Where
    only the wording of failures differs, as where they quote the title, the fingerprint does without it: under no other
    title would it be the same.

    :param seen: a run under another title that there was already
    """
    call = result.call
    if call is None or result.report is None or _is_costly(result):
        return Probed(replace(result, title_dependent=None))
    complete, worded = True, result
    for title in other_titles(result.suite, call):
        away = seen if seen is not None and seen.call is not None and seen.call.title == title else None
        away = away or run_under(evaluator, title, result)
        if away.report is None:
            complete = False
        elif not same_outcome(away, result):
            return _seen_twice(evaluator, result, away)
        else:
            worded = worded_under(evaluator, away, worded)
    return Probed(replace(worded, title_dependent=False) if complete else replace(result, title_dependent=None))


def _seen_twice(evaluator: SuiteEvaluator, result: RunResult, away: RunResult) -> Probed:
    """A result that another title's differs from: the title matters where both come out the same once more."""
    if result.call is None or away.call is None:
        raise ValueError("a result without a call was not run")
    again = run_under(evaluator, result.call.title, result)
    if again.state is not None and again.state != result.state:
        return Probed(replace(result, title_dependent=None), flaky=True)
    settled = same_outcome(again, result) and same_outcome(run_under(evaluator, away.call.title, result), away)
    return Probed(replace(result, title_dependent=True if settled else None))


def with_known_title(planned: PlannedRun, result: RunResult) -> RunResult:
    """A result of a suite that runs under no other title now, with the former finding about that."""
    baseline = planned.baseline
    if result.state != baseline.state:
        return result
    return replace(
        result,
        title_dependent=None if planned.schedule.must_run else baseline.title_dependent,
        fingerprint=as_exact_as(baseline.fingerprint, result.fingerprint),
    )


def waits_for_batch(result: RunResult) -> bool:
    """Whether a batch is to tell of a suite that passes whether its title matters.

    One that takes long has to wait until a batch is made for another reason.
    """
    passes = result.state is not None and result.state.passing
    return passes and result.title_dependent is None and result.cost.lua_ms <= _LIGHT_MS


def batch_probe(outcome: RunOutcome, software: str) -> PlannedRun | None:
    """The run in a batch that tells whether a suite's title matters; None where that is not asked.

    :param software: digest of the wiki's software
    """
    if not outcome.title_open or outcome.result is None or outcome.run_alone is not None:
        return None
    return PlannedRun(
        replace(outcome.result.suite, watched=(), landmarks=()),
        outcome.baseline(software),
        Schedule(),
        Reason(RunReason.TITLE_PROBE),
        ran_before=True,
    )


def title_after_batch(planned: PlannedRun) -> bool | None:
    """Whether the title of a suite matters that a batch confirmed: under another one, unless it needs its own."""
    known = planned.baseline.title_dependent
    return known if known or planned.schedule.run_alone else False


def run_under(evaluator: SuiteEvaluator, title: str, result: RunResult) -> RunResult:
    """The same run under a title, as far as it has to be known: most suites show it on the page."""
    if result.call is None:
        raise ValueError("a result without a call was not run")
    candidate = Candidate(result.strategy, replace(result.call, title=title))
    unclear = result.report is not None and result.report.marks is not Marks.CLEAR
    return evaluator.evaluate(
        replace(result.suite, candidates=(candidate,)), detail=unclear or result.page_counts is None
    )


def same_outcome(one: RunResult, other: RunResult) -> bool:
    """Whether two runs ended alike, as their pages show it."""
    if one.report is None or other.report is None:
        return False
    return _outcome_on_page(one, one.report) == _outcome_on_page(other, other.report)


def worded_under(evaluator: SuiteEvaluator, away: RunResult, result: RunResult) -> RunResult:
    """A result whose fingerprint does without the wording of failures, where another title changes that."""
    if not _is_reworded(evaluator, away, result):
        return result
    return replace(result, fingerprint=without_wording(result.fingerprint))


def _only_alone(result: RunResult) -> bool:
    """Whether no batch can see the result of a suite."""
    return result.page_counts is None or result.limit_usage >= NEAR


def _is_costly(result: RunResult) -> bool:
    error = result.report.error if result.report is not None else None
    return error is not None and error.kind in _COSTLY


def _outcome_on_page(result: RunResult, report: Report) -> tuple[object, ...]:
    counts = report.counts if result.page_counts is None else result.page_counts
    return report.recognised, counts, report.error.kind if report.error else None


def _is_reworded(evaluator: SuiteEvaluator, away: RunResult, result: RunResult) -> bool:
    """Whether the same failures are worded otherwise, but for the place of an error, which pages name by their own."""
    if not same_outline(away.fingerprint, result.fingerprint):
        return False
    return _worded(evaluator, away) != _worded(evaluator, result)


def _worded(evaluator: SuiteEvaluator, result: RunResult) -> str:
    error = result.report.error if result.report else None
    if error is None:
        return result.fingerprint
    return fingerprint(Report("", error=evaluator.runner.error_at_home(error, result.suite.tester)))
