"""CONTRIBUTING.md, RELEASING.md, docs/adding: their commands run in a copy of the repository, with the examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from picklebot import __version__

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
EXAMPLES = ROOT / "docs" / "examples" / "adding"
ADDING = sorted((ROOT / "docs" / "adding").glob("*.md"))
COPIED = ("docs", "onwiki", "picklebot", "strategies", "tests", "tools")
COMMANDS = re.compile(r"^ *```console test ([\w-]+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINES = re.compile(r"^```python (picklebot/\S+\.py): (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the repository, without the pages of live tests."""
    folder = tmp_path / "copy"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "lab", "small")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=ignored)
    for pattern in ("*.toml", "*.md", "LICENSE", "user-config.py.sample"):
        for path in ROOT.glob(pattern):
            shutil.copy(path, folder)
    return folder


def run(folder: Path, command: str, **variables: str) -> str:
    """Run a command as it stands, with the Python of this test as the one of .venv; its output."""
    command = command.replace(".venv/bin/", f"{BIN}/")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))}
    ran = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env={**environment, "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def commands(page: Path) -> list[str]:
    """What is typed behind the prompts of a page's blocks."""
    blocks = "".join(block for _, block in COMMANDS.findall(page.read_text(encoding="utf-8")))
    found = [line.strip().removeprefix("$ ") for line in blocks.splitlines() if line.strip().startswith("$ ")]
    assert found, f"{page.name} has no commands"
    return found


@pytest.mark.parametrize("page", ADDING, ids=lambda page: page.stem)
def test_following_a_page_on_adding_something_works(page: Path, copy: Path) -> None:
    if (EXAMPLES / page.stem).exists():
        shutil.copytree(EXAMPLES / page.stem, copy, dirs_exist_ok=True)
    for name, table, line in LINES.findall(page.read_text(encoding="utf-8")):
        source = (copy / name).read_text(encoding="utf-8")
        (opened,) = re.finditer(rf"^{table}\b.*[{{(\[]\n", source, re.MULTILINE)
        (copy / name).write_text(source[: opened.end()] + line + source[opened.end() :], encoding="utf-8")
    for command in commands(page):
        out = run(copy, command, PYTHONPATH=str(copy))
        assert " passed" in out or "pytest" not in command, f"{command} ran no test"


@pytest.mark.parametrize("name", ["command", "recorder", "report-format", "strategy"])
def test_each_thing_to_add_has_a_page_that_contributing_leads_to(name: str) -> None:
    page = ROOT / "docs" / "adding" / f"{name}.md"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 120
    assert f"(docs/adding/{name}.md)" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_commands_of_contributing_run(copy: Path) -> None:
    for command in commands(ROOT / "CONTRIBUTING.md"):
        run(copy, command, PYTHONPATH=str(copy))


def test_the_commands_of_releasing_build_install_and_run_what_was_built(copy: Path) -> None:
    """As written, but for the network: what picklebot depends on is taken from this test's own environment."""
    outputs = {}
    for command in commands(ROOT / "RELEASING.md"):
        here = command.replace("pip install", "pip install --no-index --no-deps --disable-pip-version-check")
        outputs[command] = run(copy, here, PYTHONPATH=sysconfig.get_path("purelib"))
    assert outputs["build/try/bin/picklebot --version"].split()[-1] == __version__
    assert "scribuntounit" in outputs["build/try/bin/picklebot strategies"]
    installed = list((copy / "build" / "try").rglob("site-packages/picklebot/strategies/tap.toml"))
    assert len(installed) == 1


def test_hooks_call_tools_of_the_repository_and_fetch_nothing() -> None:
    (repository,) = HOOKS["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in repository["hooks"])


@pytest.mark.parametrize("hook", HOOKS["repos"][0]["hooks"], ids=lambda hook: hook["id"])
def test_the_tool_of_a_hook_is_there(hook: dict[str, str]) -> None:
    assert run(ROOT, f"{hook['entry'].split()[0]} --version")


def test_the_hook_for_tables_sees_one_that_is_out_of_date(copy: Path) -> None:
    (entry,) = [each["entry"] for each in HOOKS["repos"][0]["hooks"] if each["id"] == "docs-tables"]
    run(copy, entry, PYTHONPATH=str(copy))
    page = copy / "docs" / "architecture.md"
    page.write_text(page.read_text(encoding="utf-8").replace("| `errors.py` |", "| `mistakes.py` |"), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"docs/architecture\.md: a table is out of date"):
        run(copy, entry, PYTHONPATH=str(copy))


@pytest.mark.parametrize("hook", ["ruff-check", "ruff-format"])
def test_a_hook_refuses_a_file_with_a_mistake(hook: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import  os\n", encoding="utf-8")
    (entry,) = [each["entry"] for each in HOOKS["repos"][0]["hooks"] if each["id"] == hook]
    with pytest.raises(AssertionError):
        run(ROOT, f"{entry} {tmp_path / 'bad.py'}")


def test_supported_pythons_are_the_same_in_classifiers_manual_and_the_required_version() -> None:
    prefix = "Programming Language :: Python :: 3."
    named = [each.removeprefix(prefix[:-2]) for each in PROJECT["classifiers"] if each.startswith(prefix)]
    assert PROJECT["requires-python"] == f">={named[0]}"
    manual = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"{', '.join(named[:-1])} and {named[-1]}, on Linux" in manual
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in named


def test_the_changelog_knows_this_version_and_each_says_how_to_upgrade() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(
        r"^## (\S+)(?: - (\d{4}-\d{2}-\d{2}))?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    assert sections[0][:2] == ("Unreleased", "")
    assert all(date for _, date, _ in sections[1:])
    assert all(text.startswith("\n### Upgrading\n\n- ") for _, _, text in sections)
    newest, released = Version(sections[1][0]), Version(__version__)
    assert released == newest or (released.is_devrelease and released > newest)
