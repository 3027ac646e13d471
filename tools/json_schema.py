"""Writes docs/schema/: the JSON Schema of each document that a command prints, from its model.

Run it after changing picklebot/output/documents.py: .venv/bin/python tools/json_schema.py. A test sees that they are up
to date.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import json
from pathlib import Path

from picklebot.output.documents import DOCUMENTS

FOLDER = Path(__file__).parent.parent / "docs" / "schema"


def schemas() -> dict[str, str]:
    """The text of each file, by its name."""
    return {f"{command}.json": _text(command) for command in DOCUMENTS}


def _text(command: str) -> str:
    schema = DOCUMENTS[command].model_json_schema(mode="serialization")
    first = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"picklebot-{command}.json"}
    return json.dumps({**first, **schema}, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
