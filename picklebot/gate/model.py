"""The nouns of the gate: outcomes of suites, regressions, and the decision that follows from them. Values without I/O.

All outputs are made from a `Decision` alone, so that a suite has the same outcome in each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from picklebot.gate.policy import Policy, Requirement

__all__ = [
    "Attempt",
    "Coverage",
    "Decision",
    "EditorChange",
    "FileAge",
    "GateProblem",
    "InventoryLoss",
    "JudgedSuite",
    "MachineOutcome",
    "NewlyFailing",
    "ProblemCode",
    "RegressionKind",
    "Side",
    "SideKind",
    "SuiteOutcome",
    "Verdict",
    "Waiver",
    "WikiDecision",
]


class SuiteOutcome(StrEnum):
    """The outcome of a suite at the gate: each has exactly one. Where machines differ, the first of these counts."""

    REGRESSION = "regression"
    WAIVED = "waived"
    FLAKY = "flaky"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not-run"
    #: Editors changed a page that it depends on.
    CHANGED = "changed"
    #: The baseline does not know it.
    NEW = "new"
    #: Its tester is there no more.
    GONE = "gone"
    FIXED = "fixed"
    STILL_FAILING = "still-failing"
    PASSED = "passed"


class Verdict(StrEnum):
    """The answer of the gate."""

    PASS = "pass"  # noqa: S105 (no password)
    REGRESSIONS = "regressions"
    #: The gate could not do its work.
    NOT_CHECKED = "not-checked"


class RegressionKind(StrEnum):
    """How a suite regressed."""

    #: Points fail that passed.
    POINT = "point"
    #: The suite as a whole passed, or had points that passed, and has none any more.
    SUITE = "suite"
    #: The software itself ends the request: an error of PHP, a library that is gone, a connection that is cut.
    FATAL = "fatal"
    TIME_OUT = "time-out"


@dataclass(frozen=True, slots=True)
class NewlyFailing:
    """A point that fails under the candidate and passed under the baseline; values are None where none are shown."""

    name: str
    expected: str | None = None
    actual: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EditorChange:
    """A page that a run depends on, and whose text is another one than under the baseline.

    :param old: revision under the baseline; 0 where there was none, or where it is not known
    :param new: revision now; 0 where there is none
    :param user: who made the newest edit; empty where that is hidden or unknown
    :param diff: URL of the difference; empty where there is none to show
    """

    title: str
    old: int
    new: int
    user: str = ""
    diff: str = ""


class SideKind(StrEnum):
    """The two sides of a comparison."""

    BASELINE = "baseline"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a suspect, alone and under its own title.

    :param machine: that it ran on, as `Side.machine`
    :param failed: whether it failed as the suspicion has it; None where it came to no result
    :param ended: how, in words: a state, an error, or why there was no result
    """

    side: SideKind
    machine: str
    failed: bool | None
    ended: str
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """A regression that somebody answers for, until a day.

    :param suite: title of the module or the tester
    :param point: name of the point; None for all of the suite
    :param until: the last day on which it holds
    :param line: where it stands in its file
    """

    suite: str
    point: str | None
    reason: str
    who: str
    until: date
    line: int = 0


@dataclass(frozen=True, slots=True)
class MachineOutcome:
    """The outcome of a suite on one machine of the candidate."""

    machine: str
    outcome: SuiteOutcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class JudgedSuite:
    """A suite, and its outcome at the gate.

    :param judged: whether it counts towards coverage: it had passing points to lose, and was compared
    :param at_stake: whether it had any
    :param kind: of the regression, also where it is waived
    :param points: that newly fail, also where they are waived
    :param more_points: how many more newly fail whose names no report shows
    :param error: the error that ends it, in the wiki's words
    :param why: reason of an outcome that says nothing of the software, in words
    :param checked_against_old: whether the old software was asked as well, and did not fail
    :param attempts: runs of a suspect, in their order
    :param pages: titles of the pages that it depends on
    :param edits: pages that editors changed
    :param used_on: how many pages transclude the testee; None where that is not known
    :param waiver: that covers the regression
    :param machines: the outcome on each machine, where there are several
    :param reproduce: a command that shows the regression
    :param drill: whether the regression is a drill's, and none
    """

    tester: str
    testee: str
    outcome: SuiteOutcome
    judged: bool = True
    at_stake: bool = True
    kind: RegressionKind | None = None
    points: tuple[NewlyFailing, ...] = ()
    more_points: int = 0
    error: str = ""
    why: str = ""
    checked_against_old: bool = False
    attempts: tuple[Attempt, ...] = ()
    pages: tuple[str, ...] = ()
    edits: tuple[EditorChange, ...] = ()
    used_on: int | None = None
    waiver: Waiver | None = None
    machines: tuple[MachineOutcome, ...] = ()
    reproduce: str = ""
    strategy: str = ""
    duration_ms: int = 0
    drill: bool = False

    @property
    def newly_failing(self) -> int:
        """How many points newly fail; at least one where the whole suite does."""
        return max(len(self.points) + self.more_points, int(self.kind is not None))


@dataclass(frozen=True, slots=True)
class Side:
    """The software of one side: of the baseline, or of one machine of the candidate.

    :param url: of its API; of a baseline from a file that of the wiki it was made of
    :param machine: address that was connected to; empty where the URL alone says
    :param generator: MediaWiki's name and version
    :param git_hash: empty where the wiki tells none
    :param extensions: versions by name
    :param hosts: names of the servers that answered, where the wiki shows them
    :param made: when the baseline was made; None for a side that was asked now
    """

    url: str
    machine: str = ""
    generator: str = ""
    git_hash: str = ""
    extensions: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    made: datetime | None = None

    @property
    def software(self) -> str:
        """In a few words: MediaWiki's version, and its git hash where there is one."""
        return f"{self.generator} ({self.git_hash[:8]})" if self.git_hash else self.generator

    @property
    def name(self) -> str:
        """Tells machines of one wiki apart."""
        return self.machine or self.url

    def same_software(self, other: Side) -> bool:
        """Whether both run the same software, as far as a wiki tells."""
        mine, theirs = ((it.generator, it.git_hash, dict(it.extensions)) for it in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class InventoryLoss:
    """A thing that the baseline's software had and the candidate's lacks.

    :param part: ``extension``, ``tag``, ``function`` (of the parser) or ``lua`` (a name in Scribunto's libraries)
    """

    part: str
    name: str


class ProblemCode(StrEnum):
    """Why the gate could not do its work."""

    BASELINE_MISSING = "baseline-missing"
    BASELINE_UNREADABLE = "baseline-unreadable"
    BASELINE_VERSION = "baseline-version"
    BASELINE_OTHER_WIKI = "baseline-other-wiki"
    BASELINE_OLD = "baseline-old"
    #: The wiki cannot be reached, or something else answers.
    WIKI = "wiki"
    SOFTWARE_UNEXPECTED = "software-unexpected"
    #: Answers came from different software.
    SOFTWARE_DIFFERS = "software-differs"
    #: No suite to run, or none with a passing point.
    NOTHING_TO_CHECK = "nothing-to-check"
    COVERAGE = "coverage"
    #: Suites are not as under the baseline, after a rollback.
    NOT_RESTORED = "not-restored"
    #: A mistake of the gate's own, or a machine without memory or disk.
    DEFECT = "defect"


@dataclass(frozen=True, slots=True)
class GateProblem:
    """A reason why the gate could not do its work, and a remedy, in words."""

    code: ProblemCode
    message: str
    wiki: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the suites with something to lose were compared."""

    judged: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there are none."""
        return self.judged / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class FileAge:
    """A baseline's file, and its age in seconds."""

    file: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WikiDecision:
    """All that the gate found about one wiki.

    :param name: in `gate.toml`, else the wiki's URL
    :param baseline: the baseline's software; None where it is not known
    :param second: whether a second target was asked
    :param candidates: the candidate's, one for each machine
    :param suites: each suite of the tier once
    :param losses: of the inventory
    :param requests: made on both sides
    :param remarks: for people
    """

    name: str
    baseline: Side | None = None
    second: Side | None = None
    candidates: tuple[Side, ...] = ()
    suites: tuple[JudgedSuite, ...] = ()
    losses: tuple[InventoryLoss, ...] = ()
    problems: tuple[GateProblem, ...] = ()
    file: FileAge | None = None
    requests: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[SuiteOutcome, int]:
        """Suites by outcome, zeros included; they add up to the number of suites."""
        found = Counter(suite.outcome for suite in self.suites)
        return {outcome: found[outcome] for outcome in SuiteOutcome}

    @property
    def coverage(self) -> Coverage:
        """Of suites that are there on both sides, and had a passing point to lose."""
        absent = (SuiteOutcome.NEW, SuiteOutcome.GONE)
        mine = [suite for suite in self.suites if suite.at_stake and suite.outcome not in absent]
        return Coverage(sum(suite.judged for suite in mine), len(mine))

    @property
    def same_software(self) -> bool:
        """Whether the candidate is known to run the baseline's software."""
        old = self.second or self.baseline
        return old is not None and any(each.same_software(old) for each in self.candidates)


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer, with everything that outputs show.

    :param exit_status: 0, 1 or 3, as the policy has it
    :param sentence: the first line
    :param problems: why the gate could not do its work, those of its wikis included
    :param remarks: about waivers, and outputs that failed: for people
    :param started: UTC
    """

    verdict: Verdict
    exit_status: int
    sentence: str
    policy: Policy
    wikis: tuple[WikiDecision, ...]
    problems: tuple[GateProblem, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    remarks: tuple[str, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def counts(self) -> Mapping[SuiteOutcome, int]:
        """Suites of all wikis by outcome, zeros included; they add up to `total`."""
        return {outcome: sum(wiki.counts[outcome] for wiki in self.wikis) for outcome in SuiteOutcome}

    @property
    def total(self) -> int:
        """How many suites there are."""
        return sum(len(wiki.suites) for wiki in self.wikis)

    @property
    def coverage(self) -> Coverage:
        """Of all wikis."""
        each = [wiki.coverage for wiki in self.wikis]
        return Coverage(sum(one.judged for one in each), sum(one.total for one in each))

    def suites(self) -> Iterator[tuple[WikiDecision, JudgedSuite]]:
        """All suites, each with its wiki, in their order."""
        for wiki in self.wikis:
            for suite in wiki.suites:
                yield wiki, suite
