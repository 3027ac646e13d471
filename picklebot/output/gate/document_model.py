"""The JSON document of a decision as models: their schema is docs/schema/decision.json.

The document is built of plain values (`document.py`); tests hold each to these models. A key is never taken away or
given another meaning; new ones may come.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from picklebot.gate.model import ProblemCode, RegressionKind, SideKind, SuiteOutcome, Verdict
from picklebot.gate.policy import RequirementKind
from picklebot.output.document_parts import DocumentPart

__all__ = ["DecisionDocument"]

_Counts = Annotated[dict[SuiteOutcome, int], Field(description="suites by outcome; they add up to `total`")]


class CoverageEntry(DocumentPart):
    """How many of the suites with something to lose were compared."""

    judged: Annotated[int, Field(description="compared suites")]
    total: Annotated[int, Field(description="suites that are there on both sides and had a passing point to lose")]
    share: Annotated[float, Field(description="the part that was compared, from 0 to 1")]


class PolicyEntry(DocumentPart):
    """The caller's request."""

    tier: Annotated[str, Field(description="`quick`, `standard` or `all`")]
    min_coverage: Annotated[float, Field(description="share of suites that have to be compared, from 0 to 1")]
    max_regressions: Annotated[int, Field(description="so many suites may regress")]
    max_regressions_share: Annotated[
        float | None, Field(description="or such a share of the compared suites, from 0 to 1; or null")
    ]
    pass_unchecked: Annotated[bool, Field(description="whether a gate that could not do its work exits 0")]
    attempts: Annotated[int, Field(description="runs of a suspect on the candidate")]
    observe: Annotated[bool, Field(description="whether it exits 0 in any case")]
    drill: Annotated[str, Field(description="title of the tester that behaves as if it had regressed; or empty")]
    expect_restored: Annotated[bool, Field(description="whether all has to be as under the baseline")]
    expect_software: Annotated[str, Field(description="pattern of the candidate's software; empty for any")]
    deadline: Annotated[float | None, Field(description="seconds, or null")]


class RequirementEntry(DocumentPart):
    """A requirement of the policy, as Greenwave has them."""

    type: Annotated[RequirementKind, Field(description="the kind of requirement")]
    satisfied: Annotated[bool, Field(description="whether it is satisfied")]
    wiki: Annotated[str, Field(description="name of the wiki")]
    subject: Annotated[str, Field(description="title of the test page; empty where it is about the wiki")]
    detail: Annotated[str, Field(description="more about it, for people")]


class ProblemEntry(DocumentPart):
    """A reason why the gate could not do its work."""

    code: Annotated[ProblemCode, Field(description="the kind of reason")]
    message: Annotated[str, Field(description="in words")]
    wiki: Annotated[str, Field(description="name of the wiki; empty where it is about none")]


class SideEntry(DocumentPart):
    """The software of one side."""

    url: Annotated[str, Field(description="URL of its api.php")]
    machine: Annotated[str, Field(description="address that was connected to; empty where the URL alone says")]
    generator: Annotated[str, Field(description="MediaWiki and its version")]
    git_hash: Annotated[str, Field(description="of MediaWiki; empty where the wiki tells none")]
    extensions: Annotated[dict[str, str], Field(description="versions by name")]
    hosts: Annotated[list[str], Field(description="servers that answered, where the wiki shows them")]
    made: Annotated[datetime | None, Field(description="when the baseline was made; null for a side asked now")]


class LossEntry(DocumentPart):
    """A name that the baseline's software had and the candidate's lacks."""

    part: Annotated[str, Field(description="`extension`, `tag`, `function` (of the parser) or `lua`")]
    name: Annotated[str, Field(description="the name")]


class NewlyFailingEntry(DocumentPart):
    """A point that passed under the baseline and fails now."""

    name: Annotated[str, Field(description="as the report names it")]
    expected: Annotated[str | None, Field(description="the value expected, or null")]
    actual: Annotated[str | None, Field(description="the value found, or null")]
    message: Annotated[str | None, Field(description="the report's further words on it, or null")]


class EditEntry(DocumentPart):
    """A page that editors changed."""

    title: Annotated[str, Field(description="title of the page")]
    old: Annotated[int, Field(description="revision under the baseline; 0 where there was none or it is not known")]
    new: Annotated[int, Field(description="revision now; 0 where there is none")]
    user: Annotated[str, Field(description="who made the newest edit; empty where that is not known")]
    diff: Annotated[str, Field(description="URL of the difference; empty where there is none to show")]


class AttemptEntry(DocumentPart):
    """A run of a suspect, alone and under its own title."""

    side: Annotated[SideKind, Field(description="`baseline` or `candidate`")]
    machine: Annotated[str, Field(description="address that was connected to; or empty")]
    failed: Annotated[bool | None, Field(description="whether it failed; null where it came to no result")]
    ended: Annotated[str, Field(description="how it ended, in words")]
    duration_ms: Annotated[int, Field(description="milliseconds")]


class WaiverEntry(DocumentPart):
    """A waiver."""

    suite: Annotated[str, Field(description="title of the module or the test page")]
    point: Annotated[str | None, Field(description="name of the point; null for all of the suite")]
    reason: Annotated[str, Field(description="why")]
    who: Annotated[str, Field(description="who answers for it")]
    until: Annotated[date, Field(description="the last day on which it holds")]
    line: Annotated[int, Field(description="line of its file")]


class MachineEntry(DocumentPart):
    """The outcome of a suite on one machine."""

    machine: Annotated[str, Field(description="address that was connected to")]
    outcome: Annotated[SuiteOutcome, Field(description="the outcome there")]
    why: Annotated[str, Field(description="why, in words; or empty")]


class DecidedSuite(DocumentPart):
    """A suite, and its outcome."""

    tester: Annotated[str, Field(description="title of the test page")]
    testee: Annotated[str, Field(description="title of the module under test")]
    outcome: Annotated[SuiteOutcome, Field(description="exactly one")]
    judged: Annotated[bool, Field(description="whether it was compared")]
    at_stake: Annotated[bool, Field(description="whether it had a passing point to lose")]
    kind: Annotated[RegressionKind | None, Field(description="of a regression, also where it is waived; else null")]
    points: Annotated[list[NewlyFailingEntry], Field(description="newly failing points")]
    more_points: Annotated[int, Field(description="further ones, whose names no report shows")]
    error: Annotated[str, Field(description="the error that ended it; or empty")]
    why: Annotated[str, Field(description="why the outcome says nothing of the software; or empty")]
    checked_against_old: Annotated[bool, Field(description="whether the old software was asked too, and did not fail")]
    attempts: Annotated[list[AttemptEntry], Field(description="runs of a suspect, in their order")]
    pages: Annotated[list[str], Field(description="titles of the pages that it depends on")]
    edits: Annotated[list[EditEntry], Field(description="pages that editors changed")]
    used_on: Annotated[int | None, Field(description="pages that transclude the module; null where not known")]
    waiver: Annotated[WaiverEntry | None, Field(description="that covers the regression, or null")]
    machines: Annotated[list[MachineEntry], Field(description="the outcome on each machine, where there are several")]
    reproduce: Annotated[str, Field(description="a command that shows the regression; or empty")]
    strategy: Annotated[str, Field(description="name of the strategy that read the report")]
    duration_ms: Annotated[int, Field(description="milliseconds")]
    drill: Annotated[bool, Field(description="whether it is a drill, and nothing is broken")]


class DecidedWiki(DocumentPart):
    """One wiki."""

    name: Annotated[str, Field(description="its name in gate.toml, else its URL")]
    baseline: Annotated[SideEntry | None, Field(description="software of the baseline's file, or null")]
    second: Annotated[SideEntry | None, Field(description="software of the second target, or null")]
    candidates: Annotated[list[SideEntry], Field(description="software of the candidate, one for each machine")]
    same_software: Annotated[bool, Field(description="whether both sides run the same software")]
    baseline_file: Annotated[str | None, Field(description="path of the baseline's file, or null")]
    baseline_age_seconds: Annotated[float | None, Field(description="its age, or null")]
    requests: Annotated[int, Field(description="made on both sides")]
    total: Annotated[int, Field(description="number of suites")]
    counts: _Counts
    coverage: Annotated[CoverageEntry, Field(description="of this wiki")]
    problems: Annotated[list[ProblemEntry], Field(description="why this wiki could not be checked")]
    lost: Annotated[list[LossEntry], Field(description="names that the candidate lacks")]
    suites: Annotated[list[DecidedSuite], Field(description="one object for each suite")]


class DecisionDocument(DocumentPart):
    """`picklebot gate --output json=FILE`: the decision with all that it rests on."""

    format: Annotated[Literal["picklebot-decision"], Field(description="always `picklebot-decision`")]
    version: Annotated[Literal[1], Field(description="of the format")]
    picklebot: Annotated[str, Field(description="version of picklebot")]
    started: Annotated[datetime | None, Field(description="when it began, UTC; or null")]
    ended: Annotated[datetime | None, Field(description="when it ended, UTC; or null")]
    verdict: Annotated[Verdict, Field(description="`pass`, `regressions` or `not-checked`")]
    exit_status: Annotated[int, Field(description="0, 1 or 3")]
    sentence: Annotated[str, Field(description="the first line of the output")]
    policy: Annotated[PolicyEntry, Field(description="what the caller asked for")]
    policies_satisfied: Annotated[bool, Field(description="whether all requirements are satisfied")]
    satisfied_requirements: Annotated[list[RequirementEntry], Field(description="requirements that are satisfied")]
    unsatisfied_requirements: Annotated[list[RequirementEntry], Field(description="and those that are not")]
    total: Annotated[int, Field(description="number of suites of all wikis")]
    counts: _Counts
    coverage: Annotated[CoverageEntry, Field(description="of all wikis")]
    problems: Annotated[list[ProblemEntry], Field(description="why the gate could not do its work")]
    remarks: Annotated[list[str], Field(description="about waivers, for people")]
    wikis: Annotated[list[DecidedWiki], Field(description="one object for each wiki")]
