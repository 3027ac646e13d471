"""The way of one machine through the gate: its software, its pages, batches, and suspects as soon as they show."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from threading import Thread

from picklebot.deadline import Deadline
from picklebot.discovery.pages import tester_match
from picklebot.errors import NoScribuntoError, WikiError
from picklebot.evaluation.batch_confirmation import Batches
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.planned import may_batch
from picklebot.gate.baseline_file import BaselineFile, BaselineSuite
from picklebot.gate.board import Lane
from picklebot.gate.machine import Faults, Machine, keep_asking
from picklebot.gate.model import (
    Attempt,
    GateProblem,
    JudgedSuite,
    ProblemCode,
    RegressionKind,
    Side,
    SideKind,
    SuiteOutcome,
)
from picklebot.gate.pages import PAGES_ASKED_AT_ONCE, PageNow, pages_now
from picklebot.gate.save import find_testers
from picklebot.gate.software import Description, losses, read_description, read_lua_names, read_side
from picklebot.gate.suites import planned_of
from picklebot.gate.suspects import SuspectExaminer, confirmed, unjudged
from picklebot.gate.threads import spread
from picklebot.gate.trouble import Trouble, trouble_of
from picklebot.model import LUA_MODEL, BatchMiss, Page, PlannedRun, RunResult
from picklebot.plugins.manager import Plugins
from picklebot.reports.fingerprint import says_the_same
from picklebot.strategy import Strategies
from picklebot.wiki import Wiki
from picklebot.wiki.client import batched

__all__ = ["LanePlan", "run_lane"]

_ONE_A_REQUEST = "suites run one a request: the wiki does not show whether several in one share an environment"
# Beyond so many regressions nobody reads on, and the verdict stands.
_REGRESSIONS_NAMED = 50
# The inventory explains regressions and is no reason for any: it gets so much of the time.
_FOR_INVENTORY = 0.1
_FOR_INVENTORY_SECONDS = 5.0
# A suite with nothing to lose is run for the joy of a fix alone; Lua milliseconds.
_CHEAP_MS = 1_000
# A wiki at another address is taken for the same where so many of its pages have the ids that they had.
_SAME_PAGES = 0.5


@dataclass(frozen=True, slots=True)
class LanePlan:
    """The common context of a wiki's machines.

    :param entries: the suites that are asked for, in the order in which they run
    :param same_wiki: whether the candidate has to be the baseline's wiki: not where a second target is the baseline
    :param expect_software: pattern of generator and git hash; empty for any
    :param stop: whether to begin nothing more
    :param old_titles: of pages of the old wiki that look like testers; None where that was not asked
    """

    baseline: BaselineFile
    entries: Sequence[BaselineSuite]
    strategies: Strategies
    plugins: Plugins
    old: Callable[[], Machine | None]
    deadline: Deadline
    same_wiki: bool
    attempts: int
    allowed: int
    concurrency: int
    expect_software: str
    name: str
    reproduce: Callable[[str, Machine], str]
    stop: Callable[[], bool]
    old_titles: frozenset[str] | None = None


def run_lane(plan: LanePlan, lane: Lane, wiki: Wiki) -> None:
    """Run the suites of a plan on one machine, and note their outcomes."""
    _Way(plan, lane, wiki).go()


class _Way:
    def __init__(self, plan: LanePlan, lane: Lane, wiki: Wiki) -> None:
        self._plan = plan
        self._lane = lane
        self._wiki = wiki
        self._faults = Faults()
        self._machine: Machine

    @property
    def _over(self) -> bool:
        return self._plan.deadline.over or self._plan.stop() or self._is_decided

    @property
    def _is_decided(self) -> bool:
        decided = self._lane.regressions > max(self._plan.allowed, _REGRESSIONS_NAMED)
        self._lane.decided = self._lane.decided or decided
        return decided

    def go(self) -> None:
        titles = self._titles()
        first, rest = titles[: PAGES_ASKED_AT_ONCE - 1], titles[PAGES_ASKED_AT_ONCE - 1 :]
        try:
            found = keep_asking(lambda: read_description(self._wiki, first), self._plan.deadline, self._faults)
        except WikiError as error:
            self._undescribed(error)
            return
        self._lane.side = found.side
        try:
            others = self._pages(rest)
        except WikiError as error:
            self._problem(ProblemCode.WIKI, str(error))
            return
        pages = {**found.pages, **others}
        if self._is_wrong(found, pages):
            return
        self._machine = self._made(found, pages)
        inventory = Thread(target=self._take_inventory, args=(found,), daemon=True)
        inventory.start()
        self._run(pages)
        self._note_new()
        inventory.join(_FOR_INVENTORY_SECONDS)
        self._see_software_again(found.side)

    def _pages(self, titles: Sequence[str]) -> dict[str, PageNow]:
        """Pages as they are now, a few requests at a time.

        :raises WikiError: they could not be read
        """

        def ask(some: list[str]) -> dict[str, PageNow]:
            return keep_asking(lambda: pages_now(self._wiki, some), self._plan.deadline, self._faults)

        found: dict[str, PageNow] = {}
        for some in spread(ask, batched(titles), self._plan.concurrency):
            found |= some
        return found

    def _titles(self) -> list[str]:
        titles = dict.fromkeys([self._plan.baseline.wiki.main_page] if self._plan.baseline.wiki.main_page else [])
        for entry in self._plan.entries:
            titles |= dict.fromkeys(entry.titles)
        return list(titles)

    def _made(self, found: Description, pages: Mapping[str, PageNow]) -> Machine:
        title = self._plan.baseline.wiki.main_page or found.site.main_page
        known = pages.get(title)
        main_page = Page(title, known.page.page_id, known.page.revision) if known and known.exists else Page("API")
        plan = self._plan
        return Machine(self._wiki, found.site, plan.strategies, plan.plugins, plan.deadline, main_page, self._faults)

    def _problem(self, code: ProblemCode, message: str) -> None:
        self._lane.problems.append(GateProblem(code, message, self._plan.name))

    def _undescribed(self, error: WikiError) -> None:
        """A machine that does not even describe itself: by its software's fault, or by another's."""
        with suppress(WikiError):
            self._lane.side = read_side(self._wiki)
        if trouble_of(error) is not Trouble.SOFTWARE:
            self._problem(ProblemCode.WIKI, str(error))
            return
        words, attempts = str(error), [Attempt(SideKind.CANDIDATE, self._lane.machine, True, str(error))]
        for _ in range(self._plan.attempts - 1):
            try:
                read_description(self._wiki)
            except WikiError as again:
                if trouble_of(again) is Trouble.SOFTWARE:
                    attempts.append(Attempt(SideKind.CANDIDATE, self._lane.machine, True, str(again)))
                    continue
                words = str(again)
            self._problem(ProblemCode.WIKI, words)
            return
        if isinstance(error, NoScribuntoError) and "Scribunto" not in self._plan.baseline.software.extensions:
            self._problem(ProblemCode.WIKI, words)
            return
        self._lane.settle(self._fatal(entry, words, attempts) for entry in self._plan.entries if entry.at_stake)

    def _fatal(self, entry: BaselineSuite, words: str, attempts: Sequence[Attempt]) -> JudgedSuite:
        return replace(
            confirmed(entry),
            outcome=SuiteOutcome.REGRESSION,
            kind=RegressionKind.FATAL,
            error=words,
            attempts=tuple(attempts),
        )

    def _is_wrong(self, found: Description, pages: Mapping[str, PageNow]) -> bool:
        """Whether this is another wiki than the baseline's, or other software than expected."""
        plan, side = self._plan, found.side
        if plan.same_wiki and found.site.key != plan.baseline.wiki.key and not self._has_same_pages(pages):
            message = (
                f"the baseline is of {plan.baseline.wiki.key}, and {self._lane.machine} answers for {found.site.key}"
            )
            self._problem(ProblemCode.BASELINE_OTHER_WIKI, message)
            return True
        told = f"{side.generator} {side.git_hash}".strip()
        version = side.generator.partition(" ")[2]
        pattern = plan.expect_software
        if pattern and not any(fnmatchcase(text, pattern) for text in (told, side.generator, version, side.git_hash)):
            message = f"{self._lane.machine} runs {told}, and {pattern} is expected"
            self._problem(ProblemCode.SOFTWARE_UNEXPECTED, message)
            return True
        return False

    def _has_same_pages(self, pages: Mapping[str, PageNow]) -> bool:
        """Whether most pages have the ids that they had: the wiki at another address."""
        known = {title: page.page_id for title, page in self._plan.baseline.pages.items() if page.page_id}
        there = [title for title in known if title in pages]
        same = sum(pages[title].page.page_id == known[title] for title in there)
        return bool(there) and same / len(there) > _SAME_PAGES

    def _take_inventory(self, found: Description) -> None:
        baseline = self._plan.baseline
        inventory = found.inventory
        if baseline.inventory.lua:
            with suppress(WikiError):
                lua = keep_asking(
                    lambda: read_lua_names(self._wiki, found.site), self._plan.deadline.share(_FOR_INVENTORY)
                )
                inventory = inventory.model_copy(update={"lua": lua})
        self._lane.losses = losses(baseline.inventory, inventory, baseline.software, found.side)

    def _see_software_again(self, before: Side) -> None:
        """See that the same software answers at the end as at the beginning."""
        try:
            now = keep_asking(lambda: read_side(self._wiki), self._plan.deadline)
        except WikiError as error:
            if self._plan.deadline.over:
                return  # finished runs stand, and coverage counts them
            self._problem(ProblemCode.WIKI, f"which software answered at the end is not known: {error}")
            return
        hosts = tuple(dict.fromkeys((*before.hosts, *now.hosts)))
        self._lane.side = replace(before, hosts=hosts)
        if not now.same_software(before):
            message = f"{self._lane.machine} answered as {before.software} first, and as {now.software} at the end"
            self._problem(ProblemCode.SOFTWARE_DIFFERS, message)

    def _run(self, pages: Mapping[str, PageNow]) -> None:
        plan, machine = self._plan, self._machine
        examiner = SuspectExaminer(plan.baseline, machine, plan.old, pages, plan.attempts, plan.reproduce)
        able, alone = self._parted(pages)
        if not may_batch(self._wiki, machine.site):
            self._lane.remarks.append(_ONE_A_REQUEST)
            able, alone = [], [*able, *alone]
        known = {title: now.page for title, now in pages.items()}
        context = RunContext(self._wiki, machine.site, machine.evaluator(), plan.deadline, lambda: self._over)
        batches = Batches(context, [planned_of(entry, known) for entry in able], in_order=True)
        entries = {entry.tester: entry for entry in able}
        suspects: deque[tuple[BaselineSuite, bool]] = deque()
        self._work_off(batches, suspects, entries, examiner)
        suspects += [(entry, False) for entry in alone]
        suspects += [(entries[each.suite.tester.title], False) for each in batches.own]
        self._work_off(batches, suspects, entries, examiner)

    def _note_new(self) -> None:
        """Note test pages that the old wiki does not have."""
        plan, machine = self._plan, self._machine
        if plan.old_titles is None:
            return
        with suppress(WikiError):
            for page, _ in find_testers(machine):
                if page.title in plan.old_titles:
                    continue
                if tester_match(page, machine.site, plan.strategies, drafts=False) is not None:
                    new = JudgedSuite(page.title, page.title, SuiteOutcome.NEW, judged=False, at_stake=False)
                    self._lane.settle([new])

    def _parted(self, pages: Mapping[str, PageNow]) -> tuple[list[BaselineSuite], list[BaselineSuite]]:
        """Suites that batches may confirm, and others that have to run alone; of the rest the outcome is known."""
        able, alone = [], []
        for entry in self._plan.entries:
            tester = pages.get(entry.tester)
            if tester is None or tester.content_model != LUA_MODEL:
                self._lane.settle([unjudged(entry, SuiteOutcome.GONE, "its test page is gone, or holds no Lua")])
            elif entry.flaky:
                self._lane.settle([unjudged(entry, SuiteOutcome.FLAKY, "its runs disagreed under the baseline")])
            elif entry.state is None:
                why = f"it came to no result under the baseline: {entry.error}"
                self._lane.settle([unjudged(entry, SuiteOutcome.INCONCLUSIVE, why)])
            elif not entry.at_stake and not (entry.batch_fingerprint and entry.cost.lua_ms <= _CHEAP_MS):
                self._lane.settle([unjudged(entry, SuiteOutcome.NOT_RUN, "it has nothing to lose, and takes long")])
            elif entry.batch_fingerprint and entry.strategy in self._plan.strategies:
                able.append(entry)
            else:
                alone.append(entry)
        return able, alone

    def _work_off(
        self,
        batches: Batches,
        suspects: deque[tuple[BaselineSuite, bool]],
        entries: Mapping[str, BaselineSuite],
        examiner: SuspectExaminer,
    ) -> None:
        """Examine suspects, and run a batch whenever there are none; a few of these at a time.

        With each suspect comes whether its batch had no answer: it may be the suite that ended it.
        """

        def work(_: int) -> None:
            while not self._over:
                try:
                    entry, guarded = suspects.popleft()
                except IndexError:
                    results = batches.step()
                    if results is None:
                        return
                    suspects.extend(self._missed(results, entries))
                else:
                    self._lane.settle([examiner.examine(entry, guarded=guarded)])

        for _ in spread(work, range(self._plan.concurrency), self._plan.concurrency):
            pass

    def _missed(
        self, results: Sequence[tuple[PlannedRun, RunResult | BatchMiss]], entries: Mapping[str, BaselineSuite]
    ) -> list[tuple[BaselineSuite, bool]]:
        """The suites of a batch that are not as they were; the others are noted."""
        missed = []
        for each, result in results:
            entry = entries[each.suite.tester.title]
            if not isinstance(result, BatchMiss) and says_the_same(result.fingerprint, each.baseline.fingerprint):
                self._lane.settle([confirmed(entry)])
            else:
                missed.append((entry, result is BatchMiss.UNREADABLE))
        return missed
