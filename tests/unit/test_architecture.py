"""The house: import-linter holds its layers, and these tests all else that it should be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "picklebot"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "seeds" not in path.parts)


def part_of(path: Path) -> str:
    """The module or package at the top of the house that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """What a file imports, in full."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "picklebot":
                yield from (f"picklebot.{alias.name}" for alias in node.names)


def outside(path: Path) -> set[str]:
    """The packages of others that a file imports."""
    return {name.split(".")[0] for name in imports(path)} - {"picklebot"}


def test_parts_import_only_those_that_they_may() -> None:
    """The contracts of pyproject.toml, ``[tool.importlinter]``: layers, and who may know which library."""
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=PACKAGE.parent, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "0 broken" in ran.stdout


def test_reading_and_judging_reports_is_pure() -> None:
    forbidden = {
        "os",
        "io",
        "pathlib",
        "socket",
        "ssl",
        "http",
        "urllib",
        "urllib3",
        "requests",
        "subprocess",
        "sqlite3",
    }
    forbidden |= {
        "sqlalchemy",
        "pywikibot",
        "click",
        "rich",
        "logging",
        "random",
        "time",
        "tempfile",
        "shutil",
        "threading",
    }
    for path in FILES:
        if part_of(path) == "reports":
            assert not outside(path) & forbidden, path
            calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            assert not {"open", "print", "input"} & {call.id for call in calls if isinstance(call, ast.Name)}, path


def test_reading_a_wiki_never_loads_pywikibot() -> None:
    code = "import sys, picklebot.cli.main; sys.exit('pywikibot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_can_be_held_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
