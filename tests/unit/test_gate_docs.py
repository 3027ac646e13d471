"""docs/deployers.md: every command of its configurations is understood by the gate, with the files that it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from picklebot.gate.baseline_file import write_baseline
from picklebot.gate.model import SuiteOutcome
from tests.unit.test_gate_baseline_file import a_baseline

TEXT = (Path(__file__).parents[2] / "docs" / "deployers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def commands_in(value: Any) -> Iterator[list[str]]:  # noqa: ANN401 (YAML)
    """The gate's command lines in a configuration."""
    if isinstance(value, dict):
        if value.get("command") == ["picklebot", "gate"]:
            yield [*value["command"], *value["args"]]
        for each in value.values():
            yield from commands_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from commands_in(each)
    elif isinstance(value, str) and value.startswith("picklebot gate"):
        yield shlex.split(value)


def commands() -> Iterator[list[str]]:
    for language, text in BLOCKS:
        if language == "yaml":
            yield from commands_in(yaml.safe_load(text))
        elif language in ("sh", "crontab"):
            yield from (shlex.split(line[line.index("picklebot") :]) for line in text.splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that the page shows, and those that its commands name."""
    for name in ("baseline.json.gz", "testwiki.json.gz", "mediawikiwiki.json.gz"):
        write_baseline(a_baseline(), tmp_path / name)
    waivers, groups = (text for language, text in BLOCKS if language == "toml")
    soon = date.today() + timedelta(days=30)  # noqa: DTZ011 (the operator's day)
    (tmp_path / "waivers.toml").write_text(waivers.replace("2026-12-31", soon.isoformat()))
    (tmp_path / "gate.toml").write_text(groups)
    return tmp_path


def checked(arguments: list[str], folder: Path) -> str:
    command = [sys.executable, "-m", "picklebot", *arguments[1:], "--check", "--contact", "ann@example.org"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
    return ran.stdout


def test_there_is_one_for_scap_cron_argo_flagger_and_a_ci() -> None:
    found = list(commands())

    assert len(found) == 10
    assert "--on-infrastructure-error" in [word for words in found for word in words]


@pytest.mark.parametrize("arguments", list(commands()), ids=" ".join)
def test_every_command_is_understood_with_its_files(arguments: list[str], folder: Path) -> None:
    assert checked(arguments, folder).startswith("all is in order: 1 wikis")


def test_the_group_that_is_shown_is_one(folder: Path) -> None:
    waivers = ["--waivers", "waivers.toml"]

    assert (
        checked(["picklebot", "gate", "--group", "group0", *waivers], folder) == "all is in order: 2 wikis, 1 waivers\n"
    )


def test_all_outcomes_are_explained_in_a_table() -> None:
    explained = re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE)

    assert sorted(explained) == sorted(SuiteOutcome)
