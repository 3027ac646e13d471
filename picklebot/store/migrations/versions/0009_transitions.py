"""The basis of a new state is a code with counts, and software has names and versions."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

from picklebot.store.migrations.steps import JSON_OR_NULL, add_column, columns, in_parts
from picklebot.text.sentences import read_software, read_summary

revision = "0009"
down_revision = "0008"

TEXT = sa.Text().with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    """Add the columns, translate what they replace, and drop that."""
    add_column("transition", sa.Column("basis", sa.String(length=32), nullable=False, server_default="unknown"))
    add_column("transition", sa.Column("counts", JSON_OR_NULL))
    add_column("transition", sa.Column("errors", JSON_OR_NULL))
    add_column("transition", sa.Column("detail", TEXT))
    if "summary" in columns("transition"):
        _translate(op.get_bind())
        op.drop_column("transition", "summary")


def _translate(connection: sa.Connection) -> None:
    names = ("basis", "counts", "errors", "detail", "cause")
    table = sa.Table(
        "transition",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("summary", sa.Text),
        sa.Column("basis", sa.String),
        sa.Column("counts", JSON_OR_NULL),
        sa.Column("errors", JSON_OR_NULL),
        sa.Column("detail", sa.Text),
        sa.Column("cause", sa.JSON),
    )
    software = sa.table("software", sa.column("versions", sa.JSON))
    versions = list(connection.scalars(sa.select(software.c.versions)))
    update = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    for rows in in_parts(connection.execute(sa.select(table)).all()):
        changes: list[dict[str, Any]] = []
        for row in rows:
            found = read_summary(row.summary)
            changes.append(
                {
                    "row": row.id,
                    "new_basis": found.basis,
                    "new_counts": asdict(found.counts) if found.counts else None,
                    "new_errors": list(found.errors) or None,
                    "new_detail": found.detail or None,
                    "new_cause": _cause(row.cause, versions),
                }
            )
        connection.execute(update, changes)


def _cause(cause: dict[str, Any] | None, versions: list[dict[str, str]]) -> dict[str, Any] | None:
    """A cause whose software is two sentences, with their names and versions instead."""
    if cause is None or not isinstance(cause["software"], list):
        return cause
    before, now = cause["software"]
    return {**cause, "software": asdict(read_software(before, now, versions))}
