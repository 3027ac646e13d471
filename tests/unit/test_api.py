"""The public API: each name is there, is described, and costs nothing until it is used; scripts run with it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import picklebot

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"
NAMES = [name for name in picklebot.__all__ if name != "__version__"]
TAP = "1..3\nok 1 - adds\nok 2 - divides\nnot ok 3 - rounds # TODO halves\n"


def python(*arguments: str | Path, text: str = "") -> str:
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_the_object_of_its_module(name: str) -> None:
    found = getattr(picklebot, name)
    (home,) = [home for home, names in picklebot._HOMES.items() if name in names]
    assert found is getattr(import_module(home), name)
    assert name in dir(picklebot)


def test_types_are_imported_for_checkers_from_the_modules_that_values_come_from() -> None:
    tree = ast.parse(Path(picklebot.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert {str(node.module): tuple(name.name for name in node.names) for node in imports} == picklebot._HOMES


def test_a_name_that_is_not_public_is_told_as_python_tells_it() -> None:
    with pytest.raises(AttributeError, match="module 'picklebot' has no attribute 'Nothing'"):
        picklebot.Nothing  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'Nothing' from 'picklebot'"):
        python_import("from picklebot import Nothing")


def python_import(code: str) -> None:
    exec(compile(code, "test", "exec"), {})  # noqa: S102 (an import statement, whose error is the point)


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import picklebot;"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    assert python("-c", code).split() == ["picklebot"]


def test_report_nouns_load_no_store_no_client_and_no_pywikibot() -> None:
    code = "import sys; from picklebot import Report, State; print(*sys.modules)"
    assert not {"sqlalchemy", "requests", "pywikibot", "pydantic", "click"} & set(python("-c", code).split())


def test_the_manual_describes_each_public_name() -> None:
    described = set(re.findall(r"^\| `(\w+)", MANUAL, re.MULTILINE))
    assert described == set(picklebot.__all__)


def test_a_script_reads_reports_with_public_names_only(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TAP, encoding="utf-8")
    (tmp_path / "two.txt").write_text("prose", encoding="utf-8")
    out = python(EXAMPLES / "scripts" / "read_reports.py", "tap", tmp_path / "one.txt", tmp_path / "two.txt")
    states = [line.split("\t")[:2] for line in out.splitlines()]
    assert states == [["todo-fail", "2/3"], ["unknown", "0/0"]]


PUBLIC = [path for path in sorted(EXAMPLES.rglob("*.py")) if "adding" not in path.parts]


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_examples_import_public_names_only(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    modules = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    ours = {module for module in modules if module and module.split(".")[0] == "picklebot"}
    assert ours == {"picklebot"}
