"""Every output of the gate, checked by programs of others; tools/validators fetches them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from junitparser import JUnitXml
from lxml import etree

from picklebot.gate.model import Verdict
from picklebot.output.gate.formats import FORMATS
from picklebot.sandbox import Home
from tests.decisions import decisions

DECISIONS = decisions()
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "decision.json"
VALIDATORS = Home.default().root / "validators"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file for each decision and format."""
    folder = tmp_path_factory.mktemp("reports")
    for number, decision in enumerate(DECISIONS.values()):
        for name, entry in FORMATS.items():
            (folder / f"{number}.{name}").write_bytes(entry.load()(decision).encode())
    return folder


def validator(name: str) -> str:
    found = VALIDATORS / name
    assert found.exists(), f"{found} is missing: make bootstrap-tests fetches it"
    return str(found)


def run(command: Sequence[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=60)


def text_of(reports: Path, number: int, name: str) -> str:
    """A report as it is in its file, ends of lines included."""
    return (reports / f"{number}.{name}").read_bytes().decode("utf-8")


def not_of_14(said: str) -> str:
    """The words of a harness, but for those of one before 3.48, which does not know TAP 14."""
    return said.replace("Parse errors: TAP specified version 14 but we don't know about versions later than 13", "")


def schema_check(schema: str, files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("check-jsonschema")
    return run([str(script), "--schemafile", schema, *map(str, files)])


def test_json_is_valid_by_our_published_schema(reports: Path) -> None:
    ran = schema_check(str(SCHEMA), sorted(reports.glob("*.json")))

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_ctrf_is_valid_by_its_own_schema(reports: Path) -> None:
    schema = validator("node_modules/ctrf/dist/ctrf-schema-0.0.json")
    ran = schema_check(schema, sorted(reports.glob("*.ctrf")))

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_junit_is_valid_by_the_schema_of_jenkins_and_read_by_junitparser(reports: Path) -> None:
    schema = etree.XMLSchema(etree.parse(validator("junit-10.xsd")))
    for number, decision in enumerate(DECISIONS.values()):
        file = reports / f"{number}.junit"
        schema.assertValid(etree.parse(file))
        read = JUnitXml.fromfile(str(file))
        told = (read.tests, read.failures, read.errors)
        read.update_statistics()
        assert told == (read.tests, read.failures, read.errors)
        assert sum(suite.tests for suite in read if suite.name != "picklebot gate") == decision.total


@pytest.mark.parametrize("number", range(len(DECISIONS)), ids=list(DECISIONS))
def test_tap_is_strict_tap_and_a_harness_comes_to_the_verdict(reports: Path, number: int) -> None:
    decision = list(DECISIONS.values())[number]
    parser = validator("node_modules/tap-parser/bin/cmd.cjs")
    strict = run(["node", parser, "--strict", "--json", "--omit-version"], text_of(reports, number, "tap"))
    (result,) = [each[1] for each in json.loads(strict.stdout) if each[0] == "complete"]
    prove = run(["prove", "--exec", "cat", str(reports / f"{number}.tap13")])
    green = decision.verdict is Verdict.PASS or (decision.verdict is Verdict.NOT_CHECKED and not decision.exit_status)

    assert result["count"] == decision.total
    assert bool(result["bailout"]) is (decision.exit_status == 3)
    assert not [failure for failure in result["failures"] if failure.get("tapError")], result["failures"]
    assert result["ok"] is green
    assert "Parse errors" not in prove.stdout or decision.exit_status == 3, prove.stdout
    newer = run(["prove", "--exec", "cat", str(reports / f"{number}.tap")])
    assert decision.exit_status == 3 or not_of_14(newer.stdout).count("Parse errors") == 0, newer.stdout
    assert (prove.returncode == 0) is green, prove.stdout + prove.stderr


@pytest.mark.parametrize("number", range(len(DECISIONS)), ids=list(DECISIONS))
def test_metrics_have_nothing_that_promtool_complains_of(reports: Path, number: int) -> None:
    ran = run([validator("promtool"), "check", "metrics"], text_of(reports, number, "prometheus"))

    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
