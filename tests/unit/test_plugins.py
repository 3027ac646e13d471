"""Plugins: the worked example of docs/strategies.md is really installed and run; what a broken one does to others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from picklebot.errors import PluginError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.invocation import Output
from picklebot.model import (
    Call,
    Candidate,
    Inconclusive,
    InconclusiveCode,
    Page,
    RecordedUnder,
    Report,
    Rule,
    RuleCode,
    State,
    Suite,
)
from picklebot.plugins import hookspecs
from picklebot.plugins.hookspecs import NAME, hookimpl
from picklebot.plugins.manager import Plugins, _BuiltIn, load_plugins
from picklebot.strategy import load_strategies

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plugin"
SCRIPT = Path(sys.executable).with_name("picklebot")
EVALUATE = """
import json, sys
from picklebot.invocation import Output
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import load_strategies
plugins = load_plugins()
evaluator = SuiteEvaluator(None, load_strategies(plugins), plugins)
for text in json.load(sys.stdin):
    report = evaluator.read(Output(text), evaluator.strategies["ledger"])
    state, rule = plugins.state(report, "ledger")
    print(json.dumps([report.format, state, rule.code]))
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as pip installs it, in a folder of its own, without the network."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(EXAMPLE, folder / "source")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", folder / "installed", source],
        check=True,
        timeout=120,
    )
    return folder / "installed"


def run(installed: Path, *command: str | Path, text: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "200"}
    ran = subprocess.run(
        command, cwd=installed, env=environment, input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_an_installed_plugin_has_its_strategy_listed_with_where_it_comes_from(installed: Path) -> None:
    lines = run(installed, SCRIPT, "strategies").splitlines()
    (line,) = [line for line in lines if "ledger" in line]
    assert "40 ledger ledger Testers that return the JSON of Module:Ledger" in " ".join(line.split())
    assert line.rstrip().endswith("ledger: ledger.toml")
    manual = (EXAMPLE.parents[1] / "strategies.md").read_text(encoding="utf-8")
    assert " ".join(line.split()) in {" ".join(shown.split()) for shown in manual.splitlines()}
    names = [line.split()[1] for line in lines[1:]]
    assert names.index("unittests-enwiki") < names.index("ledger") < names.index("tap")


def test_an_installed_plugin_reads_reports_and_has_a_word_on_their_state(installed: Path) -> None:
    def ledger(*entries: str) -> str:
        return json.dumps([{"name": f"test {entry}", "result": entry} for entry in entries])

    reports = {
        ledger("pass", "pass"): ["ledger", "good", "passed"],
        ledger("pass", "fail"): ["ledger", "fail", "failed"],
        ledger("pass", "pass", "skip"): ["ledger", "skip-good", "skipped"],
        ledger("pass", "skip", "skip"): ["ledger", "pending", "plugin"],
        ledger(): ["ledger", "pending", "empty"],
        '{"name": 1}': ["", "unknown", "unrecognised"],
        "[" * 5000: ["", "unknown", "unrecognised"],
        "ok 1": ["", "unknown", "unrecognised"],
    }
    out = run(installed, sys.executable, "-c", EVALUATE, text=json.dumps(list(reports)))
    assert [json.loads(line) for line in out.splitlines()] == list(reports.values())


def test_without_the_plugin_nothing_of_it_is_there() -> None:
    plugins = load_plugins()
    assert "ledger" not in plugins.formats
    assert all(strategy.name != "ledger" for strategy in load_strategies(plugins).ordered)


def loaded(**hooks: Callable[..., Any]) -> Plugins:
    """The built-in plugin and one named "other" with these hooks."""
    manager = pluggy.PluginManager(NAME)
    manager.add_hookspecs(hookspecs)
    manager.register(_BuiltIn(), name="built in")
    manager.register(SimpleNamespace(**{name: hookimpl(hook) for name, hook in hooks.items()}), name="other")
    return Plugins(manager)


def test_a_parser_that_raises_is_named_and_ends_one_suite_only() -> None:
    plugins = loaded(picklebot_report_formats=lambda: {"tap": lambda _: 1 / 0})
    strategies = load_strategies(plugins)
    runner: Any = SimpleNamespace(run=lambda *_: Output("ok 1"))
    suite = Suite(Page("Module:A"), Page("Module:A/testcases"), (Candidate("tap", Call("run")),))
    result = SuiteEvaluator(runner, strategies, plugins).evaluate(suite)
    assert result.state is None
    assert result.inconclusive == Inconclusive(
        InconclusiveCode.PLUGIN, ("plugin other: the parser of tap failed: ZeroDivisionError('division by zero')",)
    )


def test_a_parser_that_gives_no_report_is_named() -> None:
    plugins = loaded(picklebot_report_formats=lambda: {"odd": lambda text: text})
    with pytest.raises(PluginError, match="plugin other: the parser of odd gives no report: 'x'"):
        plugins.parse("odd", "x")


@pytest.mark.parametrize("state", ["splendid", 1, object()])
def test_a_state_that_there_is_not_is_no_verdict(state: object) -> None:
    plugins = loaded(picklebot_state=lambda report, strategy: state)  # noqa: ARG005
    with pytest.raises(PluginError, match="a plugin's picklebot_state failed"):
        plugins.state(Report("tap"), "tap")


def test_a_state_may_be_given_by_its_name_and_none_leaves_it_to_the_table() -> None:
    plugins = loaded(picklebot_state=lambda report, strategy: "good" if strategy == "tap" else None)  # noqa: ARG005
    assert plugins.state(Report("tap"), "tap") == (State.GOOD, Rule(RuleCode.PLUGIN))
    assert plugins.state(Report("tap"), "other") == (State.PENDING, Rule(RuleCode.EMPTY))


def test_a_folder_of_strategies_that_is_not_there_is_named(tmp_path: Path) -> None:
    plugins = loaded(picklebot_strategy_folders=lambda: [tmp_path / "gone"])
    with pytest.raises(PluginError, match=r"plugin other: there is no such folder of strategies: .*gone"):
        load_strategies(plugins)


@pytest.mark.parametrize("hook", ["picklebot_strategy_folders", "picklebot_report_formats"])
def test_a_hook_that_raises_is_named(hook: str) -> None:
    with pytest.raises(PluginError, match=f"plugin other: {hook} failed: ZeroDivisionError"):
        load_strategies(loaded(**{hook: lambda: 1 / 0}))


def test_formats_that_are_no_mapping_are_named() -> None:
    with pytest.raises(PluginError, match="plugin other: picklebot_report_formats gives no mapping: None"):
        loaded(picklebot_report_formats=lambda: None)


def a_recorder(name: object = "own", under: object = RecordedUnder.PAGE) -> SimpleNamespace:
    return SimpleNamespace(name=name, under=under)


@pytest.mark.parametrize(
    ("recorders", "words"),
    [
        ([a_recorder(name="tags")], "there is a recorder tags already"),
        ([a_recorder(), a_recorder()], "there is a recorder own already"),
        ([a_recorder(name=None)], "needs a name of small letters"),
        ([a_recorder(name="X" * 40)], "needs a name of small letters"),
        ([a_recorder(name="x" * 33)], "needs a name of small letters"),
        ([a_recorder(under="page")], "the recorder own does not say what it records under"),
    ],
)
def test_a_recorder_that_cannot_be_kept_apart_is_refused(recorders: list[SimpleNamespace], words: str) -> None:
    plugins = loaded(picklebot_recorders=lambda: recorders)
    with pytest.raises(PluginError, match=f"plugin other: .*{words}"):
        _ = plugins.recorders


def test_recorders_come_in_the_order_of_plugins() -> None:
    own = a_recorder()
    assert list(loaded(picklebot_recorders=lambda: [own]).recorders) == ["tags", "data", "log", "categories", "own"]


@pytest.mark.parametrize("code", ["def", "raise OSError('no')", "import nothing_of_this_name"])
def test_a_plugin_that_cannot_be_imported_is_told_in_one_line(tmp_path: Path, code: str) -> None:
    (tmp_path / "broken.py").write_text(code, encoding="utf-8")
    meta = tmp_path / "broken-1.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[picklebot]\nbroken = broken\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [SCRIPT, "strategies"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 3
    assert ran.stderr.startswith("picklebot: a plugin cannot be loaded: ")
    assert len(ran.stderr.splitlines()) == 1
