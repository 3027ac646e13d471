"""One wiki at the gate: its baseline, its machines side by side, and an answer at any time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock, Semaphore

from picklebot.deadline import Deadline
from picklebot.errors import WikiError, WorkError
from picklebot.gate.baseline_file import BaselineError, BaselineFile, SoftwareEntry, age_of, read_baseline
from picklebot.gate.board import Board
from picklebot.gate.lane import LanePlan, run_lane
from picklebot.gate.machine import Machine, keep_asking
from picklebot.gate.model import FileAge, GateProblem, JudgedSuite, ProblemCode, Side, WikiDecision
from picklebot.gate.pages import pages_now
from picklebot.gate.policy import Policy
from picklebot.gate.save import find_testers, make_baseline
from picklebot.gate.selection import Selection, select
from picklebot.gate.software import Description, read_description
from picklebot.gate.threads import spread
from picklebot.model import Page
from picklebot.plugins.manager import Plugins
from picklebot.strategy import Strategies
from picklebot.wiki import Wiki
from picklebot.wiki.target import Target

__all__ = ["Equipment", "WikiGate", "WikiPlan", "opened"]

# Where there is a file, the old software gets so much of the time: the verdict can do without it.
_FOR_OLD = 0.25


@dataclass(frozen=True, slots=True)
class Equipment:
    """The common context of a gate's wikis.

    :param parts: plugins and strategies, loaded with the first use
    :param timeout: seconds in which an answer must be there
    """

    parts: Callable[[], tuple[Plugins, Strategies]]
    deadline: Deadline
    contact: str
    timeout: float
    concurrency: int
    stop: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class WikiPlan:
    """A wiki that is to pass the gate.

    :param name: as outputs call it
    :param targets: of the candidate, one for each machine
    :param file: of the baseline; None where there is none
    :param old: target of the old software; None where there is none
    :param how: the command that makes a baseline, for messages
    :param command: the command that shows a suite on a machine, by its tester's title and the machine's name
    """

    name: str
    targets: tuple[Target, ...]
    file: Path | None
    old: Target | None
    selection: Selection
    policy: Policy
    oldest: timedelta
    how: str
    command: Callable[[str, str], str]
    category: str = ""


class WikiGate:
    """One wiki at the gate. It is run in a thread of its own, and read by another at any time."""

    def __init__(self, plan: WikiPlan, equipment: Equipment) -> None:
        self.plan = plan
        self._equipment = equipment
        self._slots: dict[str, Semaphore] = defaultdict(lambda: Semaphore(equipment.concurrency))
        self._wikis = [self._client(target, equipment.timeout) for target in plan.targets]
        timeout = equipment.timeout if plan.file is None else equipment.timeout * _FOR_OLD
        self._old_wiki = self._client(plan.old, timeout) if plan.old is not None else None
        self._old_side: Side | None = None
        self._old_titles: frozenset[str] | None = None
        self._board: Board | None = None
        self._baseline: BaselineFile | None = None
        self._file: FileAge | None = None
        self._problems: list[GateProblem] = []
        self._remarks: list[str] = []
        self._lock = Lock()

    def run(self) -> None:
        """Run all suites that are asked for on all machines; raises nothing that has to do with the wiki."""
        try:
            baseline = self._baseline = self._with_baseline()
        except BaselineError as error:
            self._problem(error.code, str(error))
            return
        except WorkError as error:
            self._problem(ProblemCode.WIKI, str(error))
            return
        try:
            selection = self._selection()
        except WikiError as error:
            self._problem(ProblemCode.WIKI, str(error))
            return
        plugins, strategies = self._equipment.parts()
        if baseline.strategies != strategies.digest and self.plan.old is None:
            message = f"the baseline was read with other strategies than these; make another: {self.plan.how}"
            self._problem(ProblemCode.BASELINE_VERSION, message)
            return
        entries = select(baseline.suites, selection)
        self._board = board = Board(entries, [_name(wiki) for wiki in self._wikis])
        equipment, policy = self._equipment, self.plan.policy
        lanes = LanePlan(
            baseline,
            entries,
            strategies,
            plugins,
            self._old,
            equipment.deadline,
            same_wiki=self.plan.file is not None,
            attempts=policy.attempts,
            allowed=_allowed(policy, len(entries)),
            concurrency=equipment.concurrency,
            expect_software=policy.expect_software,
            name=self.plan.name,
            reproduce=lambda tester, machine: self.plan.command(tester, machine.name),
            stop=equipment.stop,
            old_titles=self._old_titles,
        )
        work = list(zip(board.lanes, self._wikis, strict=True))
        for _ in spread(lambda each: run_lane(lanes, *each), work, len(work)):
            pass

    def decision(self) -> WikiDecision:
        """All that is known by now."""
        board, baseline = self._board, self._baseline
        suites: tuple[JudgedSuite, ...] = board.suites() if board is not None else ()
        lanes = board.lanes if board is not None else []
        sides = tuple(lane.side for lane in lanes if lane.side is not None)
        problems = [*self._problems, *(problem for lane in lanes for problem in lane.problems)]
        problems += self._on_sides(sides)
        return WikiDecision(
            self.plan.name,
            _side_of(baseline.software, baseline.wiki.url, baseline.made) if baseline is not None else None,
            self._old_side,
            sides,
            suites,
            tuple(dict.fromkeys(loss for lane in lanes for loss in lane.losses)),
            tuple(problems),
            self._file,
            sum(wiki.requests_made for wiki in (*self._wikis, *([self._old_wiki] if self._old_wiki else []))),
            tuple(dict.fromkeys((*self._remarks, *(remark for lane in lanes for remark in lane.remarks)))),
        )

    def opened_candidate(self) -> tuple[Machine, Description]:
        """The candidate's first machine.

        :raises WikiError: it cannot be described
        """
        return opened(self._wikis[0], self._equipment, self._equipment.deadline)

    def _with_baseline(self) -> BaselineFile:
        """The baseline: a file's, or that of a run of the old software.

        :raises WorkError: there is none
        """
        if self.plan.file is None:
            machine, found = self._described_old(self._equipment.deadline)
            selection = self.plan.selection
            if not (selection.only or selection.titles or selection.sample or self.plan.category):
                self._old_titles = frozenset(page.title for page, _ in find_testers(machine))
            return make_baseline(machine, found, self.plan.selection, concurrency=self._equipment.concurrency)
        baseline = read_baseline(self.plan.file, how=self.plan.how)
        age = age_of(baseline, datetime.now(UTC))
        self._file = FileAge(str(self.plan.file), age.total_seconds())
        if age > self.plan.oldest:
            days = self.plan.oldest / timedelta(days=1)
            message = (
                f"{self.plan.file}: the baseline is {age.days} days old, and at most {days:g} are allowed;"
                f" make another: {self.plan.how}"
            )
            raise BaselineError(ProblemCode.BASELINE_OLD, message)
        return baseline

    def _selection(self) -> Selection:
        """The selection, with the members of a category where one is named.

        :raises WikiError: they could not be read
        """
        selection, category = self.plan.selection, self.plan.category
        if not category:
            return selection
        title = category if ":" in category else f"Category:{category}"
        asked = {"list": "categorymembers", "cmtitle": title, "cmlimit": "max"}
        wiki = self._wikis[0]
        parts = keep_asking(lambda: list(wiki.query(**asked)), self._equipment.deadline)
        members = frozenset(str(page["title"]) for part in parts for page in part["categorymembers"])
        return replace(selection, titles=members if selection.titles is None else selection.titles & members)

    def _old(self) -> Machine | None:
        """The old software's machine, described with the first suspect; None where there is none, or it is silent."""
        with self._lock:
            return self._old_machine

    @cached_property
    def _old_machine(self) -> Machine | None:
        if self._old_wiki is None:
            return None
        try:
            return self._described_old(self._equipment.deadline.share(_FOR_OLD))[0]
        except WikiError as error:
            self._remarks.append(f"the old software was not asked: {error}")
            return None

    def _described_old(self, deadline: Deadline) -> tuple[Machine, Description]:
        """The old software's machine.

        :raises WikiError: it cannot be described
        """
        if self._old_wiki is None:
            raise AssertionError("unreachable: there is a file, or a second target")
        machine, found = opened(self._old_wiki, self._equipment, deadline)
        self._old_side = found.side
        return machine, found

    def _on_sides(self, sides: tuple[Side, ...]) -> list[GateProblem]:
        """Problems of software that is not where it should be."""
        problems = []
        first = next(iter(sides), None)
        if first is not None and any(not side.same_software(first) for side in sides):
            each = ", ".join(f"{side.name} runs {side.software}" for side in sides)
            problems.append(GateProblem(ProblemCode.SOFTWARE_DIFFERS, f"machines differ: {each}", self.plan.name))
        old, baseline = self._old_side, self._baseline
        if old is None or first is None or baseline is None or self.plan.file is None:
            return problems
        known = _side_of(baseline.software, baseline.wiki.url, baseline.made)
        if old.same_software(first) and not old.same_software(known):
            message = f"the second target runs the candidate's software, and not the baseline's {known.software}"
            problems.append(GateProblem(ProblemCode.SOFTWARE_DIFFERS, message, self.plan.name))
        return problems

    def _client(self, target: Target, timeout: float) -> Wiki:
        equipment = self._equipment
        return Wiki(
            target,
            contact=equipment.contact,
            timeout=timeout,
            retries=0,
            deadline=equipment.deadline,
            slots=self._slots[target.api],
        )

    def _problem(self, code: ProblemCode, message: str) -> None:
        self._problems.append(GateProblem(code, message, self.plan.name))


def opened(wiki: Wiki, equipment: Equipment, deadline: Deadline) -> tuple[Machine, Description]:
    """A machine, and its description of itself.

    :param deadline: by which it has to have described itself
    :raises WikiError: it cannot be described
    """
    found = keep_asking(lambda: read_description(wiki), deadline)
    title = found.site.main_page
    page = keep_asking(lambda: pages_now(wiki, [title]), deadline).get(title) if title else None
    main_page = Page(title, page.page.page_id, page.page.revision) if page and page.exists else Page("API")
    plugins, strategies = equipment.parts()
    return Machine(wiki, found.site, strategies, plugins, equipment.deadline, main_page), found


def _allowed(policy: Policy, suites: int) -> int:
    """How many suites may regress at most."""
    share = policy.max_regressions_share
    return policy.max_regressions if share is None else math.floor(share * suites)


def _side_of(software: SoftwareEntry, url: str, made: datetime) -> Side:
    return Side(url, "", software.generator, software.git_hash, software.extensions, tuple(software.hosts), made=made)


def _name(wiki: Wiki) -> str:
    target = wiki.target
    return str(target.connect_to) if target.connect_to else wiki.shown
