"""Documents that commands print, held to the schema that the documentation gives for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

__all__ = ["check_output", "violations"]

SCHEMAS = Path(__file__).parent.parent / "docs" / "schema"


@cache
def _validator(command: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{command}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def violations(command: str, document: object) -> list[str]:
    """The parts of a document that its schema does not allow, and why."""
    return [f"{error.json_path}: {error.message}" for error in _validator(command).iter_errors(document)]


def check_output(arguments: Sequence[str], out: str) -> None:
    """See that a command which was asked for a document printed one as its schema has it."""
    command = "fleet" if "--all" in arguments else next(iter(arguments), "")
    if "json" not in arguments or not out or not (SCHEMAS / f"{command}.json").exists():
        return
    found = violations(command, json.loads(out))
    assert not found, found[:5]
