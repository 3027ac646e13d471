"""Findings of picklebot's own about errors and points are codes, apart from the words of wikis and reports."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from picklebot.model import ErrorKind, Note
from picklebot.store.migrations.steps import JSON_OR_NULL, add_column, in_parts
from picklebot.text.sentences import read_finding, read_point_finding

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns, and move the sentences that are findings into them."""
    for name, key in (("suite", ("wiki_id", "tester_id")), ("result", ("id",))):
        add_column(name, sa.Column("error_code", sa.String(length=32)))
        add_column(name, sa.Column("error_details", JSON_OR_NULL))
        table = sa.Table(
            name,
            sa.MetaData(),
            *(sa.Column(each, sa.BigInteger, primary_key=True) for each in key),
            sa.Column("error_kind", sa.String),
            sa.Column("error_message", sa.Text),
            sa.Column("error_code", sa.String),
            sa.Column("error_details", JSON_OR_NULL),
            sa.Column("failing", sa.Text),
        )
        _translate_errors(op.get_bind(), table)
        _translate_points(op.get_bind(), table)


def _translate_errors(connection: sa.Connection, table: sa.Table) -> None:
    changes = []
    for row in connection.execute(sa.select(table).where(table.c.error_message.is_not(None))).all():
        note = read_finding(ErrorKind(row.error_kind), row.error_message)
        if note is not None:
            changes.append({**_key(table, row), "code": note.code, "details": list(note.details) or None})
    values: dict[str, Any] = {
        "error_message": None,
        "error_code": sa.bindparam("code"),
        "error_details": sa.bindparam("details"),
    }
    _update(connection, table, values, changes)


def _translate_points(connection: sa.Connection, table: sa.Table) -> None:
    changes = []
    for row in connection.execute(sa.select(table).where(table.c.failing.like('%"message": "%'))).all():
        points = [_with_note(point, read_point_finding(point["message"])) for point in json.loads(row.failing)]
        if any("note" in point for point in points):
            changes.append({**_key(table, row), "points": json.dumps(points)})
    _update(connection, table, {"failing": sa.bindparam("points")}, changes)


def _with_note(point: dict[str, Any], note: Note | None) -> dict[str, Any]:
    if note is None:
        return point
    return {**point, "message": None, "note": {"code": note.code, "details": list(note.details)}}


def _key(table: sa.Table, row: sa.Row[Any]) -> dict[str, Any]:
    return {f"of_{column.name}": getattr(row, column.name) for column in table.primary_key}


def _update(connection: sa.Connection, table: sa.Table, values: dict[str, Any], changes: list[dict[str, Any]]) -> None:
    mine = (column == sa.bindparam(f"of_{column.name}") for column in table.primary_key)
    update = sa.update(table).where(*mine).values(values)
    for some in in_parts(changes):
        connection.execute(update, some)
