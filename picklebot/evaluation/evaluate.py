"""One suite: invoke → parse → extract. The part of the line that a harvest, a gate and a look at one module share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import islice

from picklebot import log
from picklebot.errors import PluginError, WikiError
from picklebot.evaluation.written_calls import ran_tests, written_call_counts
from picklebot.events import Event
from picklebot.invocation import Output, Runner
from picklebot.invocation.witness import Sight
from picklebot.model import (
    Call,
    Candidate,
    DisregardedCall,
    Inconclusive,
    InconclusiveCode,
    Marks,
    Note,
    NoteCode,
    Offer,
    Origin,
    Report,
    RunResult,
    State,
    Suite,
)
from picklebot.model.software import with_evaluator
from picklebot.plugins.manager import Plugins
from picklebot.reports.detail import merge, parse_detail
from picklebot.reports.fingerprint import fingerprint
from picklebot.reports.patterns import FORMAT as PATTERNS
from picklebot.reports.patterns import parse_patterns
from picklebot.strategy import Strategies, Strategy
from picklebot.strategy.calls import offered
from picklebot.wiki import Site

__all__ = ["MAX_DEPENDENCIES", "SuiteEvaluator", "with_evaluator_version"]

#: So many pages that a suite depends on are followed: each costs a share of a request whenever it is looked at.
MAX_DEPENDENCIES = 1_000


def with_evaluator_version(site: Site, strategies: Strategies) -> Site:
    """A wiki with picklebot and its strategies among the software: with others any state may change."""
    return replace(site, software=with_evaluator(site.software, strategies.digest))


class _How(Enum):
    """Why a strategy may read an output."""

    AS_IT_SHOULD_LOOK = auto()
    ON_ITS_WORD = auto()
    BY_LOOKS = auto()


@dataclass(frozen=True, slots=True)
class _CallResult:
    """One call of a suite, and its result by the page alone.

    :param candidate: the one whose report it is
    :param candidates: all that call it so
    :param printed: the report as it was read, which another run can be compared with
    :param outputs: all that it was read from
    :param note: why this call was made, where that needs to be said
    :param functions: the functions that the tester offers, where it had to be asked again
    """

    candidate: Candidate
    candidates: Sequence[Candidate]
    output: Output
    report: Report
    state: State
    printed: Report
    outputs: Sequence[Output] = ()
    note: Note | None = None
    functions: frozenset[str] | None = None

    @property
    def seen(self) -> tuple[Call, Report, State]:
        """The reason why it counts or does not."""
        return self.candidate.call, self.report, self.state

    @property
    def disregarded(self) -> DisregardedCall:
        """The note about it where it does not count."""
        return DisregardedCall(self.candidate.call, self.state)


@dataclass(frozen=True, slots=True)
class SuiteEvaluator:
    """Runs suites and comes to their states.

    What the page shows decides; the first candidate that recognises it reads it. What no candidate recognises is
    offered to every strategy that knows how its reports look. Detail from the console is added, and decides nothing but
    where the marks of a page cannot be told apart.
    """

    runner: Runner
    strategies: Strategies
    plugins: Plugins

    def evaluate(self, suite: Suite, *, detail: bool = True) -> RunResult:
        """Run a suite alone and come to its state, or say why that could not be.

        :param detail: whether to ask the console for detail that the page does not show
        """
        if not suite.candidates and suite.functions is None:
            return RunResult(suite, inconclusive=Inconclusive(InconclusiveCode.OFFER_UNKNOWN))
        try:
            return self._evaluate(suite, detail=detail)
        except PluginError as error:
            return RunResult(suite, inconclusive=Inconclusive.by(InconclusiveCode.PLUGIN, error))
        except Exception as error:  # noqa: BLE001 (a mistake of ours about one suite keeps no other from its state)
            log.error(
                Event.DEFECT_FOUND,
                tester=suite.tester.title,
                reason=log.in_short(error),
                hint="please report this",
            )
            return RunResult(
                suite, inconclusive=Inconclusive.by(InconclusiveCode.DEFECT, f"{type(error).__name__}: {error}")
            )

    def _evaluate(self, suite: Suite, *, detail: bool) -> RunResult:
        if not suite.candidates:
            return self._result(suite, "", _nothing_to_run(suite))
        own, written = (
            self._run(suite, [each for each in suite.candidates if each.origin.written is kind])
            for kind in (False, True)
        )
        runs = [run for run in (own, written) if run is not None]
        there = [run for run in runs if not run.output.no_function]
        if not there:
            runs = there = [self._ask_again(suite, runs[0])]
            suite = replace(suite, candidates=())
        silent = next((run for run in there if run.output.inconclusive), None)
        if silent is not None and (silent is there[0] or not ran_tests(there[0].report, there[0].state)):
            return RunResult(
                suite,
                silent.candidate.strategy,
                inconclusive=silent.output.inconclusive,
                duration_ms=silent.output.duration_ms,
                depends_on=silent.output.depends_on,
                seen=silent.output.seen,
                there=silent.output.there,
            )
        return self._result_of(suite, runs, [run for run in there if run is not silent], detail=detail)

    def _result_of(
        self, suite: Suite, runs: Sequence[_CallResult], there: Sequence[_CallResult], *, detail: bool
    ) -> RunResult:
        """The result of the run that counts. Its call comes first from now on: batches make that one.

        :param there: those of the runs whose functions there are; the strategy's own first
        """
        chosen, other = there[0], there[1] if len(there) > 1 else None
        if other is not None and written_call_counts(chosen.seen, other.seen, other.candidate.origin):
            note = Note(NoteCode.WRITTEN_CALL_COUNTS, (other.candidate.call.found_on,))
            chosen, other = replace(other, note=note), None
        elif other is not None and other.candidate.origin is Origin.DOCUMENTATION and other.state is chosen.state:
            chosen, other = other, None  # the state is the same; its points are the ones that editors see
        output = chosen.output
        report = chosen.report
        sights = [Sight(run.output.seen, run.output.reached) for run in runs]
        if detail and report.recognised:
            try:
                kind = self.strategies[chosen.candidate.strategy]
                report, console = self._with_detail(report, suite, chosen.candidate, kind)
            except WikiError as error:
                reason = Inconclusive.by(InconclusiveCode.MARKS_UNCLEAR, error)
                name = chosen.candidate.strategy
                return RunResult(suite, name, inconclusive=reason, duration_ms=output.duration_ms)
            # Of a page that is clear the console decides nothing, so that it need not have seen the same.
            sights += [console] if console and chosen.report.marks is not Marks.CLEAR else []
        sight = Sight.of_all(sights)
        needs = dict.fromkeys(title for run in runs for title in run.output.depends_on)
        notes = [note for note in (chosen.note, _unfollowed(len(needs))) if note]
        report = replace(report, notes=(*report.notes, *notes)) if notes else report
        rest = (each for each in suite.candidates if each not in chosen.candidates)
        suite = replace(suite, candidates=(*chosen.candidates, *rest), functions=chosen.functions or suite.functions)
        unshown = output.logged or output.not_taken
        return replace(
            self._result(suite, chosen.candidate.strategy, report),
            call=chosen.candidate.call,
            duration_ms=output.duration_ms,
            cost=output.cost,
            depends_on=tuple(sorted(islice(needs, MAX_DEPENDENCIES))),
            seen=sight.revisions,
            reached=sight.reached,
            there=frozenset().union(*(run.output.there for run in runs)),
            # No page shows whether a report of the console alone is as it was.
            page_counts=None if unshown or _decided_by_console(chosen.printed, report) else chosen.printed.counts,
            fingerprint=_fingerprint(chosen.printed, output, [each for run in runs for each in run.outputs]),
            limit_usage=output.limit_usage,
            other=other.disregarded if other is not None and other.state is not chosen.state else None,
        )

    def _run(self, suite: Suite, candidates: Sequence[Candidate]) -> _CallResult | None:
        """Run a suite by the call of some candidates; None without any."""
        if not candidates:
            return None
        outputs: dict[tuple[Call, str], Output] = {}
        for candidate, how in self._to_try(candidates, outputs):
            strategy = self.strategies[candidate.strategy]
            key = (candidate.call, strategy.invoke.output)
            if key not in outputs:
                outputs[key] = self.runner.run(suite, candidate.call, strategy)
            output = outputs[key]
            if output.inconclusive:
                return _CallResult(candidate, candidates, output, Report(""), State.UNKNOWN, Report(""))
            report = self.read(output, strategy, gated=how is not _How.ON_ITS_WORD)
            if report.recognised and (how is not _How.BY_LOOKS or report.points):
                break
        else:
            candidate, output = candidates[0], next(iter(outputs.values()))
            report = Report("", notes=output.notes)
        printed = report
        if output.of_runner and candidate.origin is Origin.STRATEGY and not candidate.call.found_on:
            report = _not_understood(output, candidate.call)
        state, _ = self.plugins.state(report, candidate.strategy)
        return _CallResult(candidate, candidates, output, report, state, printed, tuple(outputs.values()))

    def _ask_again(self, suite: Suite, tried: _CallResult) -> _CallResult:
        """Run a suite by a function that its tester offers instead of missing ones; unknown where there is none.

        Suites that a framework runs by itself are not asked before: nearly all of them have the function.
        """
        try:
            offer = self.runner.offer(suite.tester.title) or Offer()
        except WikiError as error:
            return replace(tried, output=Output(inconclusive=Inconclusive.by(InconclusiveCode.WIKI, error)))
        called = tried.candidate.call.function
        candidates = tuple(offered(suite.candidates, self.strategies, offer.functions))
        run = self._run(suite, candidates)
        if run is not None and not run.output.no_function:
            note = Note(NoteCode.FUNCTION_REPLACED, (called, candidates[0].call.function))
            return replace(run, functions=offer.functions, note=note)
        listed = tuple(sorted(offer.functions))
        report = Report("", notes=(Note(NoteCode.FUNCTION_UNCLEAR, (called, listed)),))
        return replace(tried, candidates=suite.candidates, report=report, state=State.UNKNOWN)

    def read(self, output: Output, strategy: Strategy, *, gated: bool = True) -> Report:
        """The report in an output, in the first of a strategy's formats that makes sense of it.

        :param gated: whether the output must look like one of the strategy's reports
        :raises PluginError: a plugin's parser failed
        """
        if output.error is not None:
            return Report("", error=output.error, notes=output.notes)
        if gated and strategy.recognise.report and not _looks_like(strategy, output.text):
            return Report("")
        reports = (self._parse(name, output.text, strategy) for name in strategy.report.formats)
        report = next((report for report in reports if report.recognised), Report(""))
        return replace(report, notes=(*output.notes, *report.notes))

    def _parse(self, report_format: str, text: str, strategy: Strategy) -> Report:
        if report_format == PATTERNS:
            return parse_patterns(text, strategy.report.patterns)
        return self.plugins.parse(report_format, text)

    def _to_try(
        self, mine: Sequence[Candidate], outputs: dict[tuple[Call, str], Output]
    ) -> Iterator[tuple[Candidate, _How]]:
        """The candidates that are still given, then strategies that know reports like the output.

        A kind that the source tells needs no look of its own in the end: wikis put words before a report. One that
        nothing but the looks of a page speaks for needs points: a coloured line alone could be anything.
        """
        candidates = [candidate for candidate in mine if candidate.strategy in self.strategies]
        for candidate in candidates or [Candidate(self.strategies.fallback.name, mine[0].call)]:
            yield candidate, _How.AS_IT_SHOULD_LOOK
        for candidate in candidates:
            if candidate.declared_in_source:
                yield candidate, _How.ON_ITS_WORD
        printed = [output.text for output in outputs.values()]
        known = {candidate.strategy for candidate in mine}
        for strategy in self.strategies.ordered:
            if strategy.name not in known and any(_looks_like(strategy, text) for text in printed):
                yield replace(mine[0], strategy=strategy.name), _How.BY_LOOKS

    def _with_detail(
        self, report: Report, suite: Suite, candidate: Candidate, strategy: Strategy
    ) -> tuple[Report, Sight | None]:
        """A report with the console's detail, and the revisions that the console had.

        :raises WikiError: the console did not answer, and without it there is no state
        """
        if report.error is not None:
            return report, None
        without = Note(NoteCode.DETAIL_HIDDEN)
        detail, sight = None, None
        if strategy.console.question:
            try:
                answer, sight = self.runner.detail(suite, candidate.call, strategy)
            except WikiError as error:
                if report.marks is not Marks.CLEAR:
                    raise
                without, answer = Note(NoteCode.DETAIL_UNAVAILABLE, (str(error),)), None
            detail = parse_detail(answer) if answer is not None else None
        if detail is not None:
            return merge(report, detail), sight
        if report.marks is Marks.AGAINST:
            return Report("", notes=(*report.notes, Note(NoteCode.MARKS_UNCLEAR))), sight
        if strategy.console.question:
            return replace(report, notes=(*report.notes, without)), sight
        return report, sight

    def _result(self, suite: Suite, strategy: str, report: Report) -> RunResult:
        state, rule = self.plugins.state(report, strategy)
        return RunResult(suite, strategy, report=report, state=state, rule=rule)


def _decided_by_console(printed: Report, report: Report) -> bool:
    """Whether a page cannot tell its state: the console does, or nobody."""
    return printed.marks is not Marks.CLEAR and printed.counts.failed != report.counts.failed


def _fingerprint(report: Report, output: Output, outputs: Iterable[Output]) -> str:
    """Of a report that another run can be compared with; empty for one that must be seen alone.

    :param output: the one that was read; where a page does not tell its state by itself, every word matters
    :param outputs: all that the suite was run for
    """
    if any(output.not_taken for output in outputs):
        return ""  # the wiki does not take its call for one: the effect on neighbours is not known
    return fingerprint(report, "" if report.marks is Marks.CLEAR else output.text)


def _unfollowed(pages: int) -> Note | None:
    """A note about a suite that depends on so many pages; None where all of them are followed."""
    return Note(NoteCode.DEPENDENCIES_UNFOLLOWED, (pages, MAX_DEPENDENCIES)) if pages > MAX_DEPENDENCIES else None


def _looks_like(strategy: Strategy, text: str) -> bool:
    return any(pattern.search(text) for pattern in strategy.recognise.report)


def _not_understood(output: Output, call: Call) -> Report:
    """The report of a suite that the page which should run it fails on, where no editor says that it is run so."""
    error = output.error
    said = (error.note or error.message) if error is not None else ""
    return Report("", notes=(*output.notes, Note(NoteCode.NOT_UNDERSTOOD, (call.page, said))))


def _nothing_to_run(suite: Suite) -> Report:
    if suite.functions:
        return Report("", notes=(Note(NoteCode.NO_STRATEGY, (tuple(sorted(suite.functions)),)),))
    if suite.data:
        return Report("", notes=(Note(NoteCode.ONLY_DATA),))
    return Report("none", notes=(Note(NoteCode.NO_FUNCTION),))
