"""docs/strategies.md: every key is explained, examples are the files that are run, messages are those that come."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from picklebot.plugins import hookspecs
from picklebot.plugins.manager import load_plugins
from picklebot.reports import PARSERS
from picklebot.reports.limits import MAX_MATCH_BYTES, MAX_MATCHES
from picklebot.reports.patterns import COUNT_GROUPS, POINT_GROUPS, parse_patterns
from picklebot.strategy import load_strategies, schema

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")
# The heading or the sentence above the table of each part of the schema.
TABLES = {
    schema.Strategy: "## The keys of a strategy file",
    schema.Recognition: "### `[recognise]`",
    schema.Invocation: "### `[invoke]`",
    schema.Console: "### `[console]`",
    schema.Reporting: "### `[report]`",
    schema.PointRule: "Each table `[[report.points]]`",
    schema.CountRule: "Each table `[[report.counts]]`",
    schema.Titles: "## titles.toml",
}
BLOCKS = re.findall(r"^```(\w+) ([^\n]+)\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)


def keys_below(heading: str) -> set[str]:
    """The first cells of the first table below."""
    table = MANUAL.split(heading, 1)[1].split("| --- |", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))


def test_every_part_of_the_schema_has_its_table() -> None:
    parts = {
        part
        for part in vars(schema).values()
        if isinstance(part, type) and issubclass(part, BaseModel) and part.model_fields
    }
    assert parts == set(TABLES)


@pytest.mark.parametrize("part", TABLES)
def test_every_key_is_explained_and_no_other(part: type[BaseModel]) -> None:
    tables = {"recognise", "invoke", "console", "report"}  # of a strategy, which have headings of their own
    keys = {field.alias or name for name, field in part.model_fields.items()}
    assert keys_below(TABLES[part]) == (keys - tables if part is schema.Strategy else keys)


def test_every_choice_every_format_every_group_every_limit_and_every_hook_is_named() -> None:
    choices = {"tester", "testee", "tester-doc", "tester-talk", "text", "page", "never", "when-empty", "TODO", "SKIP"}
    hooks = {name for name in hookspecs.__all__ if name.startswith("picklebot_")}
    for word in choices | set(PARSERS) | {"patterns"} | set(POINT_GROUPS) | set(COUNT_GROUPS) | hooks:
        assert f"`{word}`" in MANUAL, word
    assert f"{MAX_MATCH_BYTES:,} bytes" in MANUAL
    assert f"have {MAX_MATCHES:,} of them" in MANUAL


def test_the_example_strategies_are_right_and_read_what_the_manual_shows() -> None:
    strategies = load_strategies(load_plugins(), [ROOT / "docs" / "examples" / "strategies"])
    checklist = strategies["checklist"]
    report = re.search(r"^```text\n(PASS.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)
    assert report
    read = parse_patterns(report[1], checklist.report.patterns)
    assert [(point.ok, point.description, point.expected, point.actual) for point in read.points] == [
        (True, "is a foot long", None, None),
        (False, "has no end", "0", "nil"),
    ]
    assert read.notes == ()
    for title, language in (("Foo/Checks", "en"), ("Foo/bar/checks", "fr"), ("Foo/Prüfung", "de")):
        assert strategies.match_title(title, language), title
    for title, language in (("Checks", "en"), ("Foo/mychecks", "en"), ("Foo/Prüfung", "en")):
        assert not strategies.match_title(title, language), title


def test_the_refusal_is_the_one_that_comes() -> None:
    ((command, shown),) = [(what, content) for _, what, content in BLOCKS if what.startswith("picklebot ")]
    script = Path(sys.executable).with_name("picklebot")
    ran = subprocess.run(
        [script, *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == shown


def test_what_the_schema_leaves_out_is_said() -> None:
    defaults: dict[type[BaseModel], tuple[str, ...]] = {
        schema.Invocation: ("title", "output"),
        schema.Console: ("decides",),
    }
    for part, names in defaults.items():
        for name in names:
            row = next(line for line in MANUAL.splitlines() if line.startswith(f"| `{name}` |"))
            assert f"`{part.model_fields[name].default}` if left out" in row
