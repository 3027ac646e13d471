"""Formats of the gate's decision: every outcome in each, the same verdict in all, and hostile names as mere text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from junitparser import JUnitXml
from lxml import html as lxml_html
from prometheus_client.parser import text_string_to_metric_families

from picklebot.gate.model import Decision, SuiteOutcome, Verdict
from picklebot.gate.policy import Policy
from picklebot.output.gate.formats import FORMATS
from picklebot.output.gate.results import ReportedResult, reported_result
from tests.decisions import a_decision, a_judged_suite, decisions
from tests.documents import violations

DECISIONS = decisions()
every_decision = pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
every_format = pytest.mark.parametrize("name", FORMATS)


def rendered(name: str, decision: Decision) -> str:
    return FORMATS[name].load()(decision)


@every_format
@every_decision
def test_every_format_shows_every_decision_in_text_that_utf_8_can_hold(name: str, decision: Decision) -> None:
    text = rendered(name, decision)

    assert text.endswith("\n")
    assert text.encode("utf-8")


def page_of(text: str) -> Any:  # noqa: ANN401 (the stubs allow any value at any place)
    return lxml_html.fromstring(text.encode())


def _in_json(text: str) -> Counter[str]:
    document = json.loads(text)
    assert sum(document["counts"].values()) == document["total"]
    return Counter(suite["outcome"] for wiki in document["wikis"] for suite in wiki["suites"])


def _in_ctrf(text: str) -> Counter[str]:
    results = json.loads(text)["results"]
    statuses = ("passed", "failed", "skipped", "pending", "other")
    assert sum(results["summary"][status] for status in statuses) == results["summary"]["tests"]
    return Counter(test["rawStatus"] for test in results["tests"])


def _in_tap(text: str) -> Counter[str]:
    return Counter(re.findall(r"^(?:not )?ok \d+ - .* \(([a-z-]+)\)(?: # .*)?$", text, re.MULTILINE))


def _in_prometheus(text: str) -> Counter[str]:
    families = {family.name: family for family in text_string_to_metric_families(text)}
    samples = families["picklebot_gate_suites"].samples if "picklebot_gate_suites" in families else []
    counts: Counter[str] = Counter()
    for sample in samples:
        counts[sample.labels["outcome"]] += int(sample.value)
    return +counts


def _in_html(text: str) -> Counter[str]:
    page = page_of(text)
    return Counter(row.xpath("string(td[1])") for row in page.xpath("//tbody/tr"))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("json", _in_json),
        ("ctrf", _in_ctrf),
        ("tap", _in_tap),
        ("tap13", _in_tap),
        ("prometheus", _in_prometheus),
        ("html", _in_html),
    ],
)
@every_decision
def test_outcomes_add_up_to_the_same_in_every_format(
    name: str, count: Callable[[str], Counter[str]], decision: Decision
) -> None:
    assert count(rendered(name, decision)) == +Counter({str(key): value for key, value in decision.counts.items()})


@every_decision
def test_reports_are_red_where_the_gate_stops_and_green_where_it_passes(decision: Decision) -> None:
    stops = decision.verdict is Verdict.REGRESSIONS
    unchecked = decision.exit_status == 3
    tap, junit = rendered("tap", decision), JUnitXml.fromstring(rendered("junit", decision).encode())

    assert (json.loads(rendered("ctrf", decision))["results"]["summary"]["failed"] > 0) is stops
    assert bool(re.search(r"^not ok (?!.* # TODO )", tap, re.MULTILINE)) is stops
    assert bool(re.search(r"^Bail out!", tap, re.MULTILINE)) is unchecked
    assert (junit.failures > 0) is stops
    assert (junit.errors > 0) is unchecked
    assert json.loads(rendered("json", decision))["exit_status"] == decision.exit_status


@every_decision
def test_the_document_of_a_decision_is_as_its_schema_has_it(decision: Decision) -> None:
    assert violations("decision", json.loads(rendered("json", decision))) == []


def test_the_document_has_typed_requirements_that_are_satisfied_or_not() -> None:
    document = json.loads(rendered("json", a_decision(SuiteOutcome.PASSED, SuiteOutcome.REGRESSION, SuiteOutcome.NEW)))

    assert document["policies_satisfied"] is False
    assert [each["type"] for each in document["unsatisfied_requirements"]] == ["suite-failed"]
    kinds = {each["type"] for each in document["satisfied_requirements"]}
    assert kinds == {"suite-passed", "suite-missing", "coverage", "software"}


def test_a_flaky_suite_is_flaky_in_junit_and_ctrf_and_skipped_in_tap() -> None:
    decision = a_decision(SuiteOutcome.FLAKY)
    (test,) = json.loads(rendered("ctrf", decision))["results"]["tests"]

    assert '<flakyFailure message="flaky: its runs disagree" type="flaky">' in rendered("junit", decision)
    assert (test["flaky"], test["status"], len(test["retryAttempts"])) == (True, "passed", 2)
    assert "ok 1 - Module:M1/testcases (flaky) # SKIP flaky: its runs disagree\n" in rendered("tap", decision)


def test_a_waived_regression_is_shown_with_who_answers_for_it_and_until_when() -> None:
    decision = a_decision(SuiteOutcome.WAIVED, SuiteOutcome.PASSED)

    for name in ("ctrf", "junit", "tap", "html", "text"):
        text = rendered(name, decision)
        assert "waived by Ann until 2027-01-31: known" in text, name
    assert json.loads(rendered("json", decision))["wikis"][0]["suites"][0]["waiver"]["who"] == "Ann"
    assert 'picklebot_gate_waived_regression{kind="point",testee="Module:M1"' in rendered("prometheus", decision)


def test_hostile_names_are_one_point_each_in_tap() -> None:
    lines = rendered("tap", DECISIONS["hostile names"]).splitlines()
    top = [line for line in lines if not line.startswith("  ")]

    assert top[:2] == ["TAP version 14", "1..22"]
    assert not [line for line in top[2:] if not re.match(r"(not )?ok \d+ - |# ", line)]
    assert not [line for line in lines if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", line)]


def test_hostile_names_are_mere_text_in_html() -> None:
    text = rendered("html", DECISIONS["hostile names"])
    page = page_of(text)

    assert not page.xpath("//script | //link | //img | //iframe | //object | //embed | //form | //base | //svg")
    assert not page.xpath("//@src | //@background | //@*[starts-with(name(), 'on')]")
    assert not page.xpath("//a[not(starts-with(@href, 'http'))]")
    assert not re.search(r"url\(|@import", text)
    assert "<script" not in text


def test_the_page_links_to_the_differences_that_editors_made() -> None:
    page = page_of(rendered("html", a_decision(SuiteOutcome.CHANGED)))

    assert page.xpath("//a/@href") == ["https://wiki.example/w/index.php?diff=12&oldid=11"]


def test_the_page_is_a_matrix_of_suites_and_machines() -> None:
    page = page_of(rendered("html", a_decision(SuiteOutcome.PASSED, SuiteOutcome.REGRESSION)))
    headings = [cell.text_content() for cell in page.xpath("//thead//th")]
    rows = [[cell.text_content() for cell in row.xpath("th | td")][:4] for row in page.xpath("//tbody/tr")]

    assert headings == ["Test page", "Outcome", "mw1.example:443", "mw2.example:443", "More"]
    assert rows == [
        ["Module:M2/testcases", "regression", "regression", "passed"],
        ["Module:M1/testcases", "passed", "passed", "passed"],
    ]


def test_the_text_says_of_a_regression_what_an_operator_has_to_know() -> None:
    assert rendered("text", a_decision(SuiteOutcome.REGRESSION)).splitlines()[1:] == [
        "regression: Module:M1/testcases: 4 points newly fail",
        "  not ok: trims",
        '    expected: "a"',
        '    actual: "a "',
        "  not ok: pads",
        "  and 2 more newly failing points",
        "  error: Lua error",
        "  depends on: Module:M1, Module:Bar",
        "  used on 1,200 pages",
        "  machines: mw1.example:443: regression, mw2.example:443: passed",
        "  see it again: picklebot gate --only 'Module:M1/testcases'",
        "the candidate lacks Lua names: mw.text.gone",
        "the candidate lacks tags: poem",
    ]


@every_decision
def test_the_text_begins_with_the_sentence_and_has_40_lines_and_a_count(decision: Decision) -> None:
    lines = rendered("text", decision).splitlines()

    assert lines[0].startswith(decision.sentence[:20])
    assert len(lines) <= 41
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", "".join(lines))


def test_the_text_counts_regressions_for_which_there_is_no_room() -> None:
    decision = a_decision(*[SuiteOutcome.REGRESSION] * 30, remarks=("a waiver matches nothing",))
    lines = rendered("text", decision).splitlines()
    shown = [line for line in lines if line.startswith("regression: ")]

    assert len(lines) <= 41
    assert lines[-2] == "a waiver matches nothing"
    assert re.match(rf"… and {30 - len(shown)} more regressions, \d+ more lines; ", lines[-1])


def test_suites_that_were_not_judged_are_counted_by_the_reason() -> None:
    lines = rendered("text", a_decision(*[SuiteOutcome.NOT_RUN] * 3, SuiteOutcome.INCONCLUSIVE)).splitlines()

    assert "not-run: 3 suites: there was no time for it" in lines
    assert "inconclusive: 1 suite: no answer" in lines


def test_several_wikis_have_a_line_each() -> None:
    lines = rendered("text", a_decision(SuiteOutcome.PASSED, SuiteOutcome.REGRESSION, wikis=2)).splitlines()

    assert [line.split(": ")[:2] for line in lines[1:3]] == [["wiki1", "regressions"], ["wiki2", "regressions"]]


@pytest.mark.parametrize("outcome", SuiteOutcome)
def test_a_suite_has_the_same_result_in_all_reports(outcome: SuiteOutcome) -> None:
    decision = a_decision(outcome)
    result = reported_result(decision, decision.wikis[0].suites[0])
    (test,) = json.loads(rendered("ctrf", decision))["results"]["tests"]
    junit = JUnitXml.fromstring(rendered("junit", decision).encode())
    (case,) = [case for suite in junit if suite.name == "wiki1" for case in suite]

    assert (test["status"] == "failed") is (result is ReportedResult.FAILED) is case.is_failure
    assert (test["status"] == "passed") is case.is_passed is (result in (ReportedResult.PASSED, ReportedResult.FLAKY))
    assert (test["status"] in ("skipped", "other")) is case.is_skipped


def test_a_changed_suite_that_was_judged_all_the_same_has_passed() -> None:
    decision = a_decision(SuiteOutcome.CHANGED)
    suite = a_judged_suite(SuiteOutcome.CHANGED)

    assert reported_result(decision, suite) is ReportedResult.PASSED
    assert reported_result(decision, replace(suite, judged=False)) is ReportedResult.NOT_JUDGED


def test_a_drill_is_named_in_every_format() -> None:
    decision = a_decision(SuiteOutcome.PASSED, policy=Policy(drill="Module:M1/testcases"))
    drilled = replace(a_judged_suite(SuiteOutcome.REGRESSION), drill=True)
    wiki = replace(decision.wikis[0], suites=(drilled,))

    metrics = rendered("prometheus", decision).splitlines()
    assert "picklebot_gate_drill 1.0" in metrics
    for name in ("json", "ctrf", "junit", "tap", "html", "text"):
        assert "drill" in rendered(name, replace(decision, wikis=(wiki,))).lower(), name


def test_metrics_hold_the_verdict_the_software_and_no_more_than_a_hundred_regressions() -> None:
    text = rendered("prometheus", a_decision(*[SuiteOutcome.REGRESSION] * 120))
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    verdicts = {s.labels["verdict"]: s.value for s in samples if s.name == "picklebot_gate_verdict"}

    assert verdicts == {"pass": 0, "regressions": 1, "not-checked": 0}
    assert sum(sample.name == "picklebot_gate_regression" for sample in samples) == 100
    assert {s.labels["generator"] for s in samples if s.name == "picklebot_gate_software_info"} == {
        "MediaWiki 1.39.17",
        "MediaWiki 1.43.9",
    }
