"""The first line of the gate's answer: verdict, numbers, and the software of both sides, in one sentence. Pure."""

from __future__ import annotations

from picklebot.gate.model import Decision, Side, SuiteOutcome, Verdict, WikiDecision

__all__ = ["first_line", "software_line"]

_COUNTED = (
    (SuiteOutcome.WAIVED, "waived"),
    (SuiteOutcome.FIXED, "fixed"),
    (SuiteOutcome.CHANGED, "changed by editors"),
    (SuiteOutcome.FLAKY, "flaky"),
    (SuiteOutcome.INCONCLUSIVE, "inconclusive"),
    (SuiteOutcome.NOT_RUN, "not run"),
)


def first_line(decision: Decision) -> str:
    """The verdict in one sentence."""
    policy = decision.policy
    line = _sentence(decision)
    if policy.drill:
        real = decision.counts[SuiteOutcome.REGRESSION] > 1
        rest = "the other regressions are real" if real else "nothing is broken"
        line = f"DRILL: {rest}, {policy.drill} only behaves as if it were. {line}"
    if policy.observe:
        would = {Verdict.PASS: 0, Verdict.REGRESSIONS: 1, Verdict.NOT_CHECKED: 0 if policy.pass_unchecked else 3}
        line = f"{line} (only observed: it would have exited {would[decision.verdict]})"
    return line


def software_line(wiki: WikiDecision) -> str:
    """The software of both sides in a few words, and whether it is the same."""
    old = wiki.second or wiki.baseline
    new = list(dict.fromkeys(_side(each, wiki) for each in wiki.candidates)) or ["unknown software"]
    line = f"{_side(old, wiki) if old else 'unknown software'} → {', '.join(new)}"
    return f"{line}, THE SAME SOFTWARE" if wiki.same_software else line


def _side(side: Side, wiki: WikiDecision) -> str:
    """One side's software, told apart from the others': by git hash, else by an extension that differs."""
    others = [each for each in (wiki.second or wiki.baseline, *wiki.candidates) if each and each != side]
    if not any(other.software == side.software and not other.same_software(side) for other in others):
        return side.software or "unknown software"
    differing = (
        f"{name} {version or 'of no version'}"
        for name, version in sorted(side.extensions.items())
        if any(other.extensions.get(name) != version for other in others)
    )
    first = next(differing, "")
    return f"{side.software} with {first}" if first else side.software


def _sentence(decision: Decision) -> str:
    softwares = "; ".join(dict.fromkeys(map(software_line, decision.wikis)))
    ending = f" [{softwares}]" if softwares else ""
    reasons = "; ".join(dict.fromkeys(problem.message for problem in decision.problems))
    if decision.verdict is Verdict.NOT_CHECKED:
        return f"{'NOT CHECKED' if decision.policy.pass_unchecked else 'not checked'}: {reasons}{ending}"
    counts, coverage = decision.counts, decision.coverage
    others = [f"{counts[outcome]} {word}" for outcome, word in _COUNTED if counts[outcome]]
    compared = f"{coverage.judged} of {coverage.total} suites compared" + (f" ({', '.join(others)})" if others else "")
    regressed = counts[SuiteOutcome.REGRESSION]
    if decision.verdict is Verdict.PASS:
        broke = "no module broke" if not regressed else f"{_number(regressed, 'suite')} regressed, which is allowed"
        return f"pass: {'all is restored' if decision.policy.expect_restored else broke}; {compared}{ending}"
    if not regressed:
        return f"regressions: {reasons}{ending}"
    points = sum(suite.newly_failing for _, suite in decision.suites() if suite.outcome is SuiteOutcome.REGRESSION)
    unchecked = "" if _checked_against_old(decision) else ", not checked against the old software"
    fail = "newly fails" if points == 1 else "newly fail"
    broke = f"{_number(regressed, 'suite')} broke, {_number(points, 'point')} {fail}{unchecked}"
    return f"regressions: {broke}; {compared}{ending}"


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _checked_against_old(decision: Decision) -> bool:
    regressed = [suite for _, suite in decision.suites() if suite.outcome is SuiteOutcome.REGRESSION]
    return all(suite.checked_against_old or suite.drill for suite in regressed)
