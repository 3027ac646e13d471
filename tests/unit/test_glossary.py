"""docs/glossary.md: names in the code are its words; one name means one thing, and old names do not come back."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "picklebot"
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if not {"seeds", "migrations"} & set(path.parts)]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

#: Names that were given up, with the word that took their place.
BANNED = {
    "Advance": "StoreUpdate",
    "Anchor": "ChangesCursor",
    "Beside": "BatchMiss",
    "Followed": "SyncState",
    "Found": "DiscoveredSuite",
    "Judge": "SuiteEvaluator",
    "Pending": "OutboxEntry",
    "Rehearsal": "UnsavedRun",
    "Sync": "SyncResult",
    "Taken": "RunOutcome",
    "Told": "ProgressCallback, RecordedTransition",
    "Use": "MentionKind, LimitUsage",
    "_LONGEST": "a limit with its unit",
    "_MOST": "a limit with its unit",
    "_PATIENCE": "a limit with its unit",
    "_settle": "accept_stable_runs",
    "_text": "the text that it gives",
    "apart": "invocations_isolated",
    "family_of": "suites_for_module",
    "harvest_held": "harvest_under_lease",
    "judge": "evaluate",
    "looked_at": "needs_title_probe",
    "seen_by": "with_evaluator_version",
    "SuiteResult": "RunResult",
    "solo": "run_alone_reason",
    "strain": "limit_usage",
    "thin": "prune",
    "worth_a_look": "needs_title_probe",
}
#: Methods and values that the same protocol gives to several modules.
SHARED = {"FORMAT", "check"}


def defined(tree: ast.Module) -> Iterator[str]:
    """Names that a module defines for others: classes, functions, types, constants."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def bound(tree: ast.Module) -> Iterator[str]:
    """All names that a module gives to anything: also arguments, fields, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_names_that_were_given_up_do_not_come_back(path: Path) -> None:
    assert {name: BANNED[name] for name in bound(TREES[path]) if name in BANNED} == {}


def test_a_public_name_is_defined_in_one_module_alone() -> None:
    homes = defaultdict(set)
    for path, tree in TREES.items():
        for name in defined(tree):
            if not name.startswith("_") and name not in SHARED:
                homes[name].add(path.relative_to(PACKAGE).as_posix())
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


def test_the_main_nouns_of_the_model_are_words_of_the_glossary() -> None:
    words = set(
        re.findall(r"^\| ([\w -]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {"suite", "report", "point", "state", "transition", "cause", "baseline", "schedule", "outcome"} <= words


def test_docstrings_name_parameters_that_exist() -> None:
    stray = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                named = set(
                    re.findall(r"^\s*:(?:param|ivar) (\w+):", ast.get_docstring(node, clean=False) or "", re.MULTILINE)
                )
                stray += [f"{path.relative_to(PACKAGE)}: {node.name}: {name}" for name in named - parameters(node)]
    assert stray == []


def parameters(node: ast.ClassDef | ast.FunctionDef) -> set[str]:
    """Names of a function's arguments, or of a class's fields, properties and arguments."""
    if isinstance(node, ast.FunctionDef):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        return {argument.arg for argument in every if argument}
    fields = {
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    made = {name for each in methods if each.name in ("__init__", "__new__") for name in parameters(each)}
    attributes = {
        each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
    }
    return fields | made | attributes | {each.name for each in methods}
