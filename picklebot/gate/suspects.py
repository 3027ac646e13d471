"""Judges suspects: suites that no batch found as they were.

A suspect runs alone under its own title on the candidate, then on the old software, then on the candidate again. It has
regressed if the candidate fails each time and the old software never, and every page that it depends on has the same
text on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from picklebot.errors import WikiError
from picklebot.gate.baseline_file import BaselineFile, BaselinePage, BaselineSuite
from picklebot.gate.compare import Comparison, compare, pages_with_other_text, same_text
from picklebot.gate.machine import LoneRun, Machine
from picklebot.gate.model import (
    Attempt,
    JudgedSuite,
    NewlyFailing,
    RegressionKind,
    SideKind,
    SuiteOutcome,
)
from picklebot.gate.pages import PageNow, editor_changes, pages_now
from picklebot.gate.suites import entry_of, suite_of
from picklebot.invocation.output import Limits
from picklebot.text.wording import point_message

__all__ = ["SuspectExaminer", "confirmed", "unjudged"]

# The wiki's clock and ours.
_MARGIN = timedelta(seconds=10)
_JUDGED = (SuiteOutcome.PASSED, SuiteOutcome.STILL_FAILING, SuiteOutcome.FIXED, SuiteOutcome.REGRESSION)


def unjudged(entry: BaselineSuite, outcome: SuiteOutcome, why: str = "") -> JudgedSuite:
    """A suite of which nothing can be said."""
    return replace(_of(entry), outcome=outcome, judged=False, why=why)


def confirmed(entry: BaselineSuite) -> JudgedSuite:
    """A suite that is as it was."""
    return _of(entry)


def _of(entry: BaselineSuite) -> JudgedSuite:
    return JudgedSuite(
        entry.tester,
        entry.testee,
        SuiteOutcome.PASSED if entry.passes else SuiteOutcome.STILL_FAILING,
        at_stake=entry.at_stake,
        pages=tuple(entry.pages),
        used_on=entry.used_on,
        strategy=entry.strategy,
        duration_ms=entry.duration_ms,
        error=entry.error,
    )


@dataclass(slots=True)
class _Case:
    """A suspect while it is judged.

    :ivar against: the baseline that it is compared with: the file's, or a run of the old software at today's texts
    :ivar titles: of the pages that its runs depended on
    :ivar guarded: whether it may end its requests, so that control requests are made around each
    """

    entry: BaselineSuite
    against: BaselineSuite
    titles: dict[str, None]
    attempts: list[Attempt] = field(default_factory=list)
    checked_against_old: bool = False
    edited: tuple[str, ...] = ()
    guarded: bool = False

    def judged(self, found: Comparison, outcome: SuiteOutcome | None = None, **changes: object) -> JudgedSuite:
        """The suspect with its outcome."""
        outcome = outcome or found.outcome
        suite = replace(
            _of(self.entry),
            outcome=outcome,
            judged=outcome in _JUDGED,
            error=found.error,
            why=found.why,
            attempts=tuple(self.attempts),
            checked_against_old=self.checked_against_old,
            pages=tuple(self.titles),
        )
        if outcome is SuiteOutcome.REGRESSION:
            suite = replace(suite, kind=found.kind, points=found.points, more_points=found.more_points)
        return replace(suite, **changes)  # type: ignore[arg-type] # (fields of a suite)


@dataclass(frozen=True, slots=True)
class SuspectExaminer:
    """Judges suspects of one machine of the candidate.

    :param find_old: the old software's machine, which is not asked before it is needed
    :param pages: as they are now on the candidate, by title
    :param attempts: how often the candidate has to fail
    :param reproduce: the command that runs a tester on a machine
    """

    baseline: BaselineFile
    candidate: Machine
    find_old: Callable[[], Machine | None]
    pages: Mapping[str, PageNow]
    attempts: int
    reproduce: Callable[[str, Machine], str]

    @property
    def old(self) -> Machine | None:
        """The old software's machine; None where there is none, or where it is out of reach."""
        return self.find_old()

    def examine(self, entry: BaselineSuite, *, guarded: bool = False) -> JudgedSuite:
        """The outcome of a suspect.

        :param guarded: whether it may end its requests
        """
        case = _Case(entry, entry, dict.fromkeys(entry.titles), guarded=guarded)
        case.edited = tuple(pages_with_other_text(entry.titles, self.baseline.pages, self._now(entry.titles)))
        if case.edited and self.old is None:
            return self._changed(case)
        found = self._compared(case, self._run(case, self.candidate))
        if case.edited:
            return self._judge_at_todays_text(case, found)
        if not found.regressed:
            return case.judged(found)
        return self._seen_each_time(case, found)

    def _judge_at_todays_text(self, case: _Case, found: Comparison) -> JudgedSuite:
        """The outcome of a suspect that editors changed: both sides are run as it is now."""
        if self.old is None or found.outcome is SuiteOutcome.INCONCLUSIVE:
            return self._changed(case)
        old = self._run(case, self.old, SideKind.BASELINE)
        if old.result is None:
            return self._changed(case)
        case.against = entry_of(old.result, shown=case.entry.shown).model_copy(update={"cost": case.entry.cost})
        case.checked_against_old = True
        newest = self._compared(case, self._run(case, self.candidate))
        if not newest.regressed:
            return self._changed(case, judged=newest.outcome in _JUDGED and self._is_alike(case))
        return self._seen_each_time(case, newest)

    def _seen_each_time(self, case: _Case, found: Comparison) -> JudgedSuite:
        """The outcome of a suspect that failed once."""
        if self.old is not None and not case.checked_against_old:
            before = self._compared(case, self._run(case, self.old, SideKind.BASELINE))
            if before.outcome is not SuiteOutcome.INCONCLUSIVE:
                case.checked_against_old = True
                found = found.without_failures_of(before)
        for _ in range(self.attempts - 1):
            if not found.regressed:
                break
            again = self._compared(case, self._run(case, self.candidate))
            if again.outcome is SuiteOutcome.INCONCLUSIVE:
                return case.judged(again)
            found = found.seen_again(again)
        if not found.regressed:
            return case.judged(found)
        try:
            differing = self._differing(case)
        except WikiError as error:
            return case.judged(found, SuiteOutcome.INCONCLUSIVE, why=f"its pages could not be read: {error}")
        if differing:
            case.edited = differing
            return self._changed(case)
        command = self.reproduce(case.entry.tester, self.candidate)
        return case.judged(self._with_values(case, found), reproduce=command)

    def _changed(self, case: _Case, *, judged: bool = False) -> JudgedSuite:
        edits = editor_changes(case.edited, self.baseline.pages, self.pages, self.candidate.site.index)
        nothing = Comparison(SuiteOutcome.CHANGED)
        return case.judged(nothing, edits=edits, judged=judged, attempts=tuple(case.attempts))

    def _run(self, case: _Case, machine: Machine, side: SideKind = SideKind.CANDIDATE) -> LoneRun:
        """Run a suspect alone on a machine."""
        pages = self.pages
        if machine is not self.candidate:
            pages = _read(machine, (case.entry.tester, case.entry.testee))
        suite = suite_of(case.entry, {title: now.page for title, now in pages.items()})
        run = machine.run_alone(suite, detail=not case.entry.shown, guarded=case.guarded)
        case.guarded = case.guarded or bool(run.fatal)
        if run.result is not None and side is SideKind.CANDIDATE:
            case.titles |= dict.fromkeys(run.result.depends_on)
        found = self._compared(case, run)
        state = run.result.state if run.result is not None else None
        ended = run.fatal or run.why or (f"{state}: {found.error}" if found.error else str(state))
        failed = None if found.outcome is SuiteOutcome.INCONCLUSIVE else found.regressed
        took = run.result.duration_ms if run.result is not None else 0
        case.attempts.append(Attempt(side, machine.name, failed, ended, took))
        return run

    def _compared(self, case: _Case, run: LoneRun) -> Comparison:
        if run.fatal:
            if not case.against.at_stake:
                return Comparison(SuiteOutcome.STILL_FAILING, error=run.fatal)
            return Comparison(SuiteOutcome.REGRESSION, RegressionKind.FATAL, error=run.fatal)
        if run.result is None:
            return Comparison(SuiteOutcome.INCONCLUSIVE, why=run.why)
        return compare(case.against, run.result, limit_ms=Limits().lua_ms)

    def _differing(self, case: _Case) -> tuple[str, ...]:
        """Titles of the pages whose texts are not known to be the same on both sides.

        :raises WikiError: they could not be read
        """
        titles = list(case.titles)
        now = pages_now(self.candidate.wiki, titles)
        moved = [title for title in titles if title in self.pages and now[title].page != self.pages[title].page]
        if moved:
            return tuple(moved)
        if case.edited:
            if self.old is None:
                return case.edited
            there = pages_now(self.old.wiki, titles)
            return tuple(title for title in titles if not same_text(there[title].page, now[title].page))
        known = self.baseline.pages
        differing = pages_with_other_text(titles, known, {title: page.page for title, page in now.items()})
        strangers = [title for title in titles if title not in known]
        if strangers and self.old is not None:
            there = pages_now(self.old.wiki, strangers)
            differing += [title for title in strangers if not same_text(there[title].page, now[title].page)]
        else:
            differing += [title for title in strangers if not self._was_there(now[title])]
        return tuple(differing)

    def _is_alike(self, case: _Case) -> bool:
        """Whether all pages have the same texts on both sides now."""
        try:
            return not self._differing(case)
        except WikiError:
            return False

    def _was_there(self, now: PageNow) -> bool:
        """Whether a page that the baseline does not name is known to be older than it."""
        return now.edited is None or now.edited < self.baseline.made - _MARGIN

    def _now(self, titles: Iterable[str]) -> Mapping[str, BaselinePage]:
        return {title: self.pages[title].page for title in titles if title in self.pages}

    def _with_values(self, case: _Case, found: Comparison) -> Comparison:
        """A regression with the values that its points compare, which the console may know."""
        if not found.points or any(point.expected is not None or point.actual is not None for point in found.points):
            return found
        suite = suite_of(case.entry, {title: now.page for title, now in self.pages.items()})
        run = self.candidate.run_alone(suite, detail=True)
        report = run.result.report if run.result is not None else None
        if report is None:
            return found
        told = {point.description.strip(): point for point in report.points if point.failed}
        points = tuple(
            NewlyFailing(each.name, now.expected, now.actual, point_message(now))
            if (now := told.get(each.name))
            else each
            for each in found.points
        )
        return replace(found, points=points)


def _read(machine: Machine, titles: Iterable[str]) -> Mapping[str, PageNow]:
    """Pages of a machine; none where it does not tell: then suites run without naming revisions."""
    try:
        return pages_now(machine.wiki, titles)
    except WikiError:
        return {}
