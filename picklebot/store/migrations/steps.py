"""Steps of migrations that look whether they were done already.

MariaDB has no transactions around changes of a schema: a migration that was killed begins anew on its own remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["JSON_OR_NULL", "add_column", "columns", "in_parts"]

JSON_OR_NULL = sa.JSON(none_as_null=True)
# Rows that change in one statement.
_AT_A_TIME = 1000


def columns(table: str) -> set[str]:
    """Names of the columns that a table has now."""
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column, where it is not there yet."""
    if column.name not in columns(table):
        op.add_column(table, column)


def in_parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Rows, a thousand at a time."""
    return (rows[start : start + _AT_A_TIME] for start in range(0, len(rows), _AT_A_TIME))
