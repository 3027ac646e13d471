"""The gate's decision: verdict, exit status, requirements, and the sentence that says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from picklebot.gate.decision import combined, decide
from picklebot.gate.model import (
    Decision,
    GateProblem,
    JudgedSuite,
    NewlyFailing,
    ProblemCode,
    RegressionKind,
    Side,
    SuiteOutcome,
    Verdict,
    WikiDecision,
)
from picklebot.gate.policy import Policy, RequirementKind

OLD = Side("https://wiki/api.php", generator="MediaWiki 1.39.17")
NEW = Side("https://wiki/api.php", "canary:443", generator="MediaWiki 1.43.9")
PASSED, REGRESSED = SuiteOutcome.PASSED, SuiteOutcome.REGRESSION
_JUDGED = (PASSED, REGRESSED, SuiteOutcome.WAIVED, SuiteOutcome.FIXED, SuiteOutcome.STILL_FAILING)
TROUBLE = GateProblem(ProblemCode.WIKI, "no answer from https://wiki/api.php")


def a_suite(outcome: SuiteOutcome, name: str = "Foo") -> JudgedSuite:
    suite = JudgedSuite(f"Module:{name}/testcases", f"Module:{name}", outcome, judged=outcome in _JUDGED)
    if outcome in (REGRESSED, SuiteOutcome.WAIVED):
        suite = replace(suite, kind=RegressionKind.POINT, points=(NewlyFailing("a"),))
    return suite


def a_wiki(*outcomes: SuiteOutcome, **values: object) -> WikiDecision:
    suites = tuple(a_suite(outcome, f"M{n}") for n, outcome in enumerate(outcomes))
    return replace(WikiDecision("wiki", OLD, None, (NEW,), suites), **values)  # type: ignore[arg-type] # (any field)


def decided(*outcomes: SuiteOutcome, policy: Policy | None = None, problems: tuple[GateProblem, ...] = ()) -> Decision:
    return decide(policy or Policy(), [a_wiki(*outcomes)], problems)


def test_a_wiki_on_which_no_module_broke_passes_and_the_sentence_has_numbers_and_both_softwares() -> None:
    decision = decided(PASSED, SuiteOutcome.STILL_FAILING, SuiteOutcome.FLAKY)

    assert (decision.verdict, decision.exit_status) == (Verdict.PASS, 0)
    assert decision.sentence == (
        "pass: no module broke; 2 of 3 suites compared (1 flaky) [MediaWiki 1.39.17 → MediaWiki 1.43.9]"
    )


def test_one_regression_stops_the_deployment() -> None:
    decision = decided(PASSED, REGRESSED)

    assert (decision.verdict, decision.exit_status) == (Verdict.REGRESSIONS, 1)
    assert decision.sentence.startswith(
        "regressions: 1 suite broke, 1 point newly fails, not checked against the old software; 2 of 2 suites compared"
    )


@pytest.mark.parametrize("outcome", [each for each in SuiteOutcome if each is not REGRESSED])
def test_no_other_outcome_ever_stops_it(outcome: SuiteOutcome) -> None:
    assert decided(outcome, PASSED, PASSED).exit_status == 0
    assert decided(outcome).exit_status in (0, 3)


def test_a_regression_that_was_seen_stands_whatever_could_not_be_checked() -> None:
    policy = Policy(pass_unchecked=True)

    assert decided(REGRESSED, SuiteOutcome.NOT_RUN, SuiteOutcome.NOT_RUN, problems=(TROUBLE,)).exit_status == 1
    assert decided(REGRESSED, policy=policy, problems=(TROUBLE,)).exit_status == 1


def test_trouble_is_told_apart_from_regressions_and_passes_only_where_the_caller_says_so() -> None:
    assert decided(PASSED, problems=(TROUBLE,)).exit_status == 3
    decision = decided(PASSED, policy=Policy(pass_unchecked=True), problems=(TROUBLE,))

    assert (decision.verdict, decision.exit_status) == (Verdict.NOT_CHECKED, 0)
    assert decision.sentence.startswith("NOT CHECKED: no answer")


def test_too_little_that_was_compared_is_no_pass() -> None:
    few = [PASSED, SuiteOutcome.NOT_RUN, SuiteOutcome.INCONCLUSIVE]

    decision = decided(*few)

    assert (decision.verdict, decision.exit_status) == (Verdict.NOT_CHECKED, 3)
    assert decision.sentence.startswith("not checked: 1 of 3 suites were compared, 33%")
    assert decided(*few, policy=Policy(min_coverage=0.3)).exit_status == 0


def test_nothing_compared_is_no_pass_whatever_the_policy() -> None:
    for suites in ([], [SuiteOutcome.NOT_RUN], [SuiteOutcome.GONE], [SuiteOutcome.NEW]):
        assert decided(*suites, policy=Policy(min_coverage=0)).exit_status == 3
    assert decide(Policy(), []).exit_status == 3


def test_suites_without_a_passing_point_cover_nothing() -> None:
    hopeless = replace(a_suite(SuiteOutcome.STILL_FAILING), at_stake=False)

    assert decide(Policy(), [a_wiki(suites=(hopeless,))]).exit_status == 3


def test_suites_that_are_gone_or_new_are_not_missed() -> None:
    assert decided(PASSED, SuiteOutcome.GONE, SuiteOutcome.NEW, SuiteOutcome.GONE).exit_status == 0


def test_a_large_wiki_does_not_cover_for_a_small_one() -> None:
    wikis = [a_wiki(*[PASSED] * 100), a_wiki(SuiteOutcome.NOT_RUN, name="small")]

    assert decide(Policy(), wikis).exit_status == 3


def test_a_number_or_a_share_of_regressions_may_be_allowed() -> None:
    assert decided(REGRESSED, PASSED, policy=Policy(max_regressions=1)).exit_status == 0
    assert decided(REGRESSED, REGRESSED, policy=Policy(max_regressions=1)).exit_status == 1
    half = Policy(max_regressions_share=0.5)
    assert decided(REGRESSED, PASSED, policy=half).exit_status == 0
    assert decided(REGRESSED, REGRESSED, PASSED, policy=half).exit_status == 1


def test_a_drill_stops_the_deployment_however_many_regressions_are_allowed_and_is_named() -> None:
    drill = replace(a_suite(REGRESSED), drill=True)
    policy = Policy(drill=drill.tester, max_regressions=5)

    decision = decide(policy, [a_wiki(suites=(drill,))])

    assert decision.exit_status == 1
    assert decision.sentence.startswith("DRILL: nothing is broken, Module:Foo/testcases")


def test_an_observer_never_stops_anything_and_says_what_it_would_have_done() -> None:
    policy = Policy(observe=True)

    for outcome, would in ((REGRESSED, 1), (SuiteOutcome.NOT_RUN, 3), (PASSED, 0)):
        decision = decided(outcome, policy=policy)
        assert decision.exit_status == 0
        assert decision.sentence.endswith(f"(only observed: it would have exited {would})")


def test_after_a_rollback_all_has_to_be_as_before() -> None:
    policy = Policy(expect_restored=True)

    assert decided(PASSED, SuiteOutcome.STILL_FAILING, policy=policy).exit_status == 0
    fixed = decided(PASSED, SuiteOutcome.FIXED, policy=policy)
    assert fixed.exit_status == 1
    assert "Module:M1/testcases (fixed)" in fixed.sentence
    assert decided(PASSED, PASSED, SuiteOutcome.NOT_RUN, policy=policy).exit_status == 3


def test_every_suite_has_one_outcome_and_the_counts_add_up() -> None:
    decision = decided(*SuiteOutcome)

    assert list(decision.counts) == list(SuiteOutcome)
    assert set(decision.counts.values()) == {1}
    assert sum(decision.counts.values()) == decision.total == len(list(decision.suites()))


def test_requirements_are_typed_as_greenwave_has_them() -> None:
    decision = decided(PASSED, REGRESSED, SuiteOutcome.WAIVED, SuiteOutcome.NOT_RUN, SuiteOutcome.INCONCLUSIVE)

    assert [(each.kind, each.satisfied) for each in decision.requirements] == [
        (RequirementKind.SOFTWARE, True),
        (RequirementKind.COVERAGE, True),
        (RequirementKind.SUITE_PASSED, True),
        (RequirementKind.SUITE_FAILED, False),
        (RequirementKind.SUITE_FAILED_WAIVED, True),
        (RequirementKind.SUITE_MISSING, True),
        (RequirementKind.SUITE_ERRORED, True),
    ]


def test_the_worst_machine_decides_about_a_suite() -> None:
    assert combined([PASSED, REGRESSED, SuiteOutcome.NOT_RUN]) is REGRESSED
    assert combined([PASSED, SuiteOutcome.NOT_RUN]) is SuiteOutcome.NOT_RUN


def test_the_sentence_says_that_both_sides_run_the_same_software() -> None:
    same = decide(Policy(), [a_wiki(PASSED, candidates=(replace(NEW, generator=OLD.generator),))])

    assert same.sentence.endswith("[MediaWiki 1.39.17 → MediaWiki 1.39.17, THE SAME SOFTWARE]")


def test_the_sentence_names_the_extension_where_only_that_differs() -> None:
    old, new = (replace(OLD, extensions={"Scribunto": version, "Cite": "1"}) for version in ("1.0", "1.1"))

    decision = decide(Policy(), [a_wiki(PASSED, baseline=old, candidates=(new,))])

    assert decision.sentence.endswith("[MediaWiki 1.39.17 with Scribunto 1.0 → MediaWiki 1.39.17 with Scribunto 1.1]")


def test_regressions_that_other_software_may_have_shown_are_none() -> None:
    differs = GateProblem(ProblemCode.SOFTWARE_DIFFERS, "canary answered as 1.43 first, and as 1.44 at the end", "wiki")

    decision = decide(Policy(), [a_wiki(REGRESSED, PASSED, problems=(differs,))])

    assert decision.exit_status == 3
    assert decide(Policy(), [a_wiki(PASSED, problems=(differs,)), a_wiki(REGRESSED, name="b")]).exit_status == 1


def test_a_drill_does_not_hide_that_something_is_broken() -> None:
    drill = replace(a_suite(REGRESSED, "A"), drill=True)

    decision = decide(Policy(drill=drill.tester), [a_wiki(suites=(drill, a_suite(REGRESSED, "B")))])

    assert decision.sentence.startswith("DRILL: the other regressions are real")


def test_a_suite_with_nothing_to_lose_that_was_not_run_is_not_missed_after_a_rollback() -> None:
    idle = replace(a_suite(SuiteOutcome.NOT_RUN, "Idle"), at_stake=False)

    assert decide(Policy(expect_restored=True), [a_wiki(suites=(a_suite(PASSED), idle))]).exit_status == 0
