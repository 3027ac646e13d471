"""Writes those tables of the documentation that the code knows better: settings, modules, keys of a harvest's document.

Run it after adding one: .venv/bin/python tools/docs_tables.py. A test sees that they are up to date.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel

from picklebot.config import Settings
from picklebot.output.documents import HarvestDocument

ROOT = Path(__file__).parent.parent
_BY_STATE = "as in [states.md](states.md)"


def settings_table() -> str:
    """The settings, their variables, their meanings and their defaults."""
    return "\n".join(["| Setting | Variable | Meaning | Default |", "| --- | --- | --- | --- |", *_settings()])


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = getattr(Settings(), name)
        shown = _BY_STATE if name == "categories" else f"`{default}`" if str(default) and _given(default) else ""
        variable = "only in the file" if name == "categories" else f"`PICKLEBOT_{name.upper()}`"
        yield f"| `{name}` | {variable} | {field.description} | {shown} |"


def _given(default: object) -> bool:
    return default is not None and default != ()


def modules_table() -> str:
    """The modules of the package with their first lines, and of each package its own modules."""
    package = ROOT / "picklebot"
    rows = []
    for path in sorted(package.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.is_dir() and not path.is_symlink() and (path / "__init__.py").exists():
            rows.append(f"| **`{path.name}/`** | {_about(path / '__init__.py')} |")
            inside = sorted(p for p in path.iterdir() if p.name != "__init__.py" and (p.suffix == ".py" or _package(p)))
            rows += [f"| `{path.name}/{p.name}{'/' if p.is_dir() else ''}` | {_about(p)} |" for p in inside]
        elif path.suffix == ".py" and path.name != "__init__.py":
            rows.append(f"| `{path.name}` | {_about(path)} |")
    return "\n".join(["| Module | Purpose |", "| --- | --- |", *rows])


def _package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def _about(path: Path) -> str:
    """The first sentences of a docstring, as Markdown in a cell."""
    source = path / "__init__.py" if path.is_dir() else path
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")


def document_table() -> str:
    """The keys of a harvest's document, and their meanings."""
    return "\n".join(["| Key | Meaning |", "| --- | --- |", *_keys(HarvestDocument)])


def _keys(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        lists = "[]" if get_origin(field.annotation) is list else ""
        yield f"| `{path}{name}` | {field.description} |"
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _keys(part, f"{path}{name}{lists}.")


TABLES = {
    "operators.md": {"settings": settings_table, "document": document_table},
    "architecture.md": {"modules": modules_table},
}


def with_tables(name: str, text: str) -> str:
    """A page of the documentation with its tables as they should be."""
    for mark, table in TABLES[name].items():
        pattern = re.compile(rf"(<!-- {mark}: [^\n]*-->\n)(?:.*?\n)?(<!-- end of {mark} -->)", re.DOTALL)
        if not pattern.search(text):
            raise SystemExit(f"docs/{name}: there is no place for the table of {mark}")
        text = pattern.sub(partial(_filled, table()), text)
    return text


def _filled(table: str, place: re.Match[str]) -> str:
    return f"{place[1]}{table}\n{place[2]}"


def main(arguments: Sequence[str]) -> int:
    """Write all tables; with ``--check`` write none, and exit 1 where one is out of date."""
    stale = 0
    for name in TABLES:
        path = ROOT / "docs" / name
        text = path.read_text(encoding="utf-8")
        if (right := with_tables(name, text)) == text:
            continue
        if arguments == ["--check"]:
            print(f"docs/{name}: a table is out of date: run .venv/bin/python tools/docs_tables.py", file=sys.stderr)
            stale = 1
        else:
            path.write_text(right, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
