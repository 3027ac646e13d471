"""Decisions of the gate as their formats have to show them: each outcome, each verdict, and names that do harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from picklebot.gate.decision import decide
from picklebot.gate.model import (
    Attempt,
    Decision,
    EditorChange,
    FileAge,
    GateProblem,
    InventoryLoss,
    JudgedSuite,
    MachineOutcome,
    NewlyFailing,
    ProblemCode,
    RegressionKind,
    Side,
    SideKind,
    SuiteOutcome,
    Waiver,
    WikiDecision,
)
from picklebot.gate.policy import Policy

__all__ = ["BEGAN", "HARM", "a_decision", "a_judged_suite", "decisions"]

BEGAN = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD = Side("https://wiki.example/w/api.php", generator="MediaWiki 1.39.17", made=BEGAN - timedelta(days=1))
NEW = (
    Side("https://wiki.example/w/api.php", "mw1.example:443", "MediaWiki 1.43.9", "0123456789abcdef", hosts=("mw1",)),
    Side("https://wiki.example/w/api.php", "mw2.example:443", "MediaWiki 1.43.9", "0123456789abcdef"),
)
# Each has a meaning in one of the formats, or none in any.
HARM = (
    "# TODO \\# SKIP not ok 1\nBail out! now\n1..0 # SKIP\r\n  ---\n\x00\x07\x08\x0b\x1b[31m\x7f\x85\u2028\u202e"
    "\ud800\udc80\ufffe\uffff]]><script src=//evil.example/x.js></script><!-- --'\"&lt;&#0;{{7*7}}{% raw %}"
    '`$(reboot)`"} 1\n# TYPE x counter\nx 1\n,=\t{'
)


def a_judged_suite(outcome: SuiteOutcome, title: str = "Module:Foo", harm: str = "") -> JudgedSuite:
    """A suite with all that belongs to its outcome."""
    suite = JudgedSuite(f"{title}/testcases{harm}", f"{title}{harm}", outcome, duration_ms=40, used_on=1200)
    if outcome in (SuiteOutcome.REGRESSION, SuiteOutcome.WAIVED, SuiteOutcome.FLAKY):
        suite = replace(
            suite,
            kind=RegressionKind.POINT,
            points=(NewlyFailing(f"trims{harm}", f"a{harm}", f"a {harm}", harm or None), NewlyFailing("pads")),
            more_points=2,
            error=f"Lua error{harm}",
            checked_against_old=True,
            attempts=(
                Attempt(SideKind.CANDIDATE, "mw1.example:443", True, f"fail{harm}", 40),
                Attempt(SideKind.BASELINE, "", False, "good", 35),
                Attempt(SideKind.CANDIDATE, "mw1.example:443", None, "no answer", 0),
            ),
            pages=(title, f"Module:Bar{harm}"),
            machines=(
                MachineOutcome("mw1.example:443", outcome),
                MachineOutcome("mw2.example:443", SuiteOutcome.PASSED, f"{harm}"),
            ),
            reproduce=f"picklebot gate --only '{title}/testcases{harm}'",
        )
    if outcome is SuiteOutcome.WAIVED:
        waiver = Waiver(title, None, f"known{harm}", f"Ann{harm}", date(2027, 1, 31), 3)
        suite = replace(suite, waiver=waiver)
    if outcome is SuiteOutcome.CHANGED:
        diff = "https://wiki.example/w/index.php?diff=12&oldid=11"
        edits = (EditorChange(f"Module:Bar{harm}", 11, 12, f"Bob{harm}", f"javascript:{harm}" if harm else diff),)
        suite = replace(suite, edits=edits)
    unjudged = (SuiteOutcome.INCONCLUSIVE, SuiteOutcome.NOT_RUN, SuiteOutcome.NEW, SuiteOutcome.GONE)
    if outcome in (*unjudged, SuiteOutcome.FLAKY):
        suite = replace(suite, judged=False, why=f"no answer{harm}" if outcome is SuiteOutcome.INCONCLUSIVE else "")
    return suite


def a_decision(
    *outcomes: SuiteOutcome,
    harm: str = "",
    policy: Policy | None = None,
    wikis: int = 1,
    problems: tuple[GateProblem, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Decision:
    """A decision on suites with these outcomes, the same ones on each wiki."""
    decided = []
    for number in range(1, wikis + 1):
        suites = (a_judged_suite(outcome, f"Module:M{place}", harm) for place, outcome in enumerate(outcomes, 1))
        losses = (InventoryLoss("lua", f"mw.text.gone{harm}"), InventoryLoss("tag", "poem"))
        age = FileAge(f"base{harm}.json.gz", 3600.0)
        name = f"wiki{number}{harm}"
        decided.append(WikiDecision(name, OLD, None, NEW, tuple(suites), losses, problems, age, requests=17))
    return decide(
        policy or Policy(), decided, remarks=remarks, started=BEGAN, ended=BEGAN + timedelta(seconds=20, milliseconds=5)
    )


def decisions() -> Mapping[str, Decision]:
    """Decisions of each kind, by name."""
    every = tuple(SuiteOutcome)
    good = tuple(outcome for outcome in every if outcome is not SuiteOutcome.REGRESSION)
    trouble = (GateProblem(ProblemCode.WIKI, "no answer from https://wiki.example/w/api.php"),)
    harmed = (GateProblem(ProblemCode.WIKI, f"no answer{HARM}"),)
    missing = GateProblem(ProblemCode.BASELINE_MISSING, "base.json.gz: there is no such baseline")
    return {
        "every outcome": a_decision(*every),
        "a pass": a_decision(*good, SuiteOutcome.PASSED, SuiteOutcome.PASSED),
        "regressions that are allowed": a_decision(*every, policy=Policy(max_regressions=1, min_coverage=0.1)),
        "hostile names": a_decision(*every, harm=HARM, wikis=2, remarks=(f"a waiver{HARM}",)),
        "not checked": a_decision(SuiteOutcome.PASSED, SuiteOutcome.NOT_RUN, problems=trouble, remarks=("a waiver",)),
        "not checked, hostile": a_decision(SuiteOutcome.NOT_RUN, harm=HARM, problems=harmed),
        "not checked, which passes": a_decision(
            SuiteOutcome.PASSED, policy=Policy(pass_unchecked=True), problems=trouble
        ),
        "no baseline": decide(Policy(), [], [missing]),
        "not restored": a_decision(*good, policy=Policy(expect_restored=True, min_coverage=0.1)),
        "observed": a_decision(*every, policy=Policy(observe=True)),
        "no suites": a_decision(),
    }
