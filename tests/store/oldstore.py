"""A store as the code before schema 0008 made it, loaded into any database.

``store-0007.json`` holds two wikis: one that was really harvested, with testers whose titles hold commas, and one with
every sentence that was ever stored as a reason, with an outbox that recorders had worked through in part.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, MetaData, create_engine, insert, null
from sqlalchemy.types import JSON

__all__ = ["load", "rows"]


@cache
def _dump() -> dict[str, Any]:
    return dict(json.loads(Path(__file__).with_name("store-0007.json").read_text()))


def rows(table: str) -> list[dict[str, Any]]:
    """The rows of one table, as they were."""
    kept = _dump()["tables"][table]
    return [dict(zip(kept["columns"], values, strict=True)) for values in kept["rows"]]


def load(url: str) -> None:
    """Fill an empty database with the old store."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("picklebot.store") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, _dump()["schema"])
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name in _dump()["tables"]:
            table = tables.tables[name]
            for row in rows(name):
                connection.execute(insert(table).values({key: _value(table.c[key].type, row[key]) for key in row}))
    engine.dispose()


def _value(kind: Any, value: Any) -> Any:  # noqa: ANN401 (of a column of any type)
    """A value for a column: MariaDB's JSON is text, and {"json": null} stands for the JSON value null."""
    if isinstance(value, dict) and "json" in value:
        return JSON.NULL if isinstance(kind, JSON) else "null"
    if value is None:
        return null()
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, (dict, list)) and not isinstance(kind, JSON):
        return json.dumps(value)
    return value
