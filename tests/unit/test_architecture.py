"""The house: which part may import which, and that no part grows past what one can hold in the head."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
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


def parts_imported(path: Path) -> set[str]:
    """The parts of the house that a file imports, but its own."""
    found = {name.split(".")[1] for name in imports(path) if name.startswith("picklebot.")}
    known = {part_of(other) for other in FILES}
    return found & known - {part_of(path)}


ARROWS: dict[str, set[str]] = {}
for file in FILES:
    ARROWS.setdefault(part_of(file), set()).update(parts_imported(file))


def outside(path: Path) -> set[str]:
    """The packages of others that a file imports."""
    return {name.split(".")[0] for name in imports(path)} - {"picklebot"}


def where(package: str) -> set[str]:
    """The parts of the house that import somebody else's package."""
    return {part_of(path) for path in FILES if package in outside(path)}


def test_arrows_go_in_no_circle() -> None:
    TopologicalSorter(ARROWS).prepare()


@pytest.mark.parametrize("part", ["model", "errors"])
def test_the_nouns_import_nothing_of_the_house(part: str) -> None:
    assert ARROWS[part] == set()


def test_nothing_imports_the_command_line() -> None:
    assert {part for part, parts in ARROWS.items() if "cli" in parts} == {"__main__"}


@pytest.mark.parametrize("part", ["reports"])
def test_what_reads_and_judges_reports_is_pure(part: str) -> None:
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
    assert ARROWS[part] <= {"model", "text"}
    for path in FILES:
        if part_of(path) == part:
            assert not outside(path) & forbidden, path
            calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
            assert not {"open", "print", "input"} & {call.id for call in calls if isinstance(call, ast.Name)}, path


def test_pywikibot_is_imported_where_something_is_recorded_or_a_stream_is_read_and_nowhere_else() -> None:
    # What reads a stream runs in a process of its own, and imports pywikibot there only.
    assert where("pywikibot") == {"account", "watch"}


def test_only_the_store_knows_its_database() -> None:
    assert where("sqlalchemy") == {"store"}


def test_wikitext_is_taken_apart_in_one_place() -> None:
    assert where("mwparserfromhell") == {"text"}


def test_reading_a_wiki_never_loads_pywikibot() -> None:
    code = "import sys, picklebot.cli.main; sys.exit('pywikibot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_can_be_held_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
