"""Whether a suite looks at the page that it is on: its result, and its wording, under other titles."""

from __future__ import annotations

from dataclasses import replace

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.model import Candidate, ErrorKind, Marks, Report, SuiteResult
from picklebot.reports.fingerprint import fingerprint, same_outline, without_wording

__all__ = ["probe_titles"]


def probe_titles(evaluator: SuiteEvaluator, result: SuiteResult) -> SuiteResult:
    """A result, and whether the suite ends otherwise under another title than the one it ran under.

    A verdict that holds on one page only is marked so. One that ends otherwise under the same title too looks at
    something else, and nothing can be told of it. Where only the wording of failures differs, as where they quote the
    title, the fingerprint does without it: under no other title would it be the same.
    """
    suite, call = result.suite, result.call
    if call is None or result.report is None:
        return replace(result, title_dependent=None)
    if result.report.error is not None and result.report.error.kind in (ErrorKind.TIME, ErrorKind.MEMORY):
        return replace(result, title_dependent=None)  # it would cost the wiki as much again, to say the same
    complete, reworded = True, False
    for title in suite.other_titles(call):
        away = _under(evaluator, title, result)
        if away.report is None:
            complete = False
        elif not _alike(away, result):
            settled = _alike(_under(evaluator, call.title, result), result) and _alike(
                _under(evaluator, title, result), away
            )
            return replace(result, title_dependent=True if settled else None)
        else:
            reworded = reworded or _is_reworded(evaluator, away, result)
    if not complete:
        return replace(result, title_dependent=None)
    kept = without_wording(result.fingerprint) if reworded else result.fingerprint
    return replace(result, title_dependent=False, fingerprint=kept)


def _under(evaluator: SuiteEvaluator, title: str, result: SuiteResult) -> SuiteResult:
    """The same run under a title, as far as it has to be known: most suites show it on the page."""
    if result.call is None:
        raise ValueError("a result without a call was not run")
    candidate = Candidate(result.strategy, replace(result.call, title=title))
    unclear = result.report is not None and result.report.marks is not Marks.CLEAR
    return evaluator.evaluate(
        replace(result.suite, candidates=(candidate,)), detail=unclear or result.page_counts is None
    )


def _alike(one: SuiteResult, other: SuiteResult) -> bool:
    """Whether two runs ended alike, as their pages show it."""
    return _seen(one) == _seen(other)


def _seen(result: SuiteResult) -> tuple[object, ...]:
    report = result.report or Report("")
    counts = report.counts if result.page_counts is None else result.page_counts
    return report.recognised, counts, report.error.kind if report.error else None


def _is_reworded(evaluator: SuiteEvaluator, away: SuiteResult, result: SuiteResult) -> bool:
    """Whether the same failures are worded otherwise, but for the place of an error, which pages name by their own."""
    if not same_outline(away.fingerprint, result.fingerprint):
        return False
    return _worded(evaluator, away) != _worded(evaluator, result)


def _worded(evaluator: SuiteEvaluator, result: SuiteResult) -> str:
    error = result.report.error if result.report else None
    if error is None:
        return result.fingerprint
    return fingerprint(Report("", error=evaluator.runner.error_at_home(error, result.suite.tester)))
