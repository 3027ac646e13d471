"""Writes docs/schema/: the JSON Schema of each document that a command prints or keeps, and of data pages.

Run it after changing their models (picklebot/output/documents.py, output/gate/document_model.py, gate/baseline_file.py,
recording/datapage.py):
.venv/bin/python tools/json_schema.py. A test sees that they are up to date.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from picklebot.gate.baseline_file import BaselineFile
from picklebot.output.documents import DOCUMENTS
from picklebot.output.fleet import FleetDocument
from picklebot.output.gate.document_model import DecisionDocument
from picklebot.recording.datapage import DataPage

FOLDER = Path(__file__).parent.parent / "docs" / "schema"


def schemas() -> dict[str, str]:
    """The text of each file, by its name."""
    others: dict[str, type[BaseModel]] = {
        "baseline": BaselineFile,
        "decision": DecisionDocument,
        "data-page": DataPage,
        "fleet": FleetDocument,
    }
    models = {**DOCUMENTS, **others}
    return {f"{name}.json": _text(name, model) for name, model in models.items()}


def _text(name: str, model: type[BaseModel]) -> str:
    # A file may leave out keys with a default; a printed document never does.
    schema = model.model_json_schema(mode="validation" if model is BaselineFile else "serialization")
    first = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"picklebot-{name}.json"}
    return json.dumps({**first, **schema}, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
