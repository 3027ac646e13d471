"""Why runs came to no state is a code."""

import sqlalchemy as sa
from alembic import op

from picklebot.store.migrations.steps import JSON_OR_NULL, add_column, columns, in_parts
from picklebot.text.sentences import read_inconclusive

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns, translate what they replace, and drop that."""
    add_column("result", sa.Column("inconclusive_code", sa.String(length=32)))
    add_column("result", sa.Column("inconclusive_details", JSON_OR_NULL))
    if "inconclusive" in columns("result"):
        _translate(op.get_bind())
        op.drop_column("result", "inconclusive")


def _translate(connection: sa.Connection) -> None:
    table = sa.Table(
        "result",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("inconclusive", sa.Text),
        sa.Column("inconclusive_code", sa.String),
        sa.Column("inconclusive_details", JSON_OR_NULL),
    )
    names = ("inconclusive_code", "inconclusive_details")
    update = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    told = sa.select(table).where(table.c.inconclusive.is_not(None))
    for rows in in_parts(connection.execute(told).all()):
        changes = []
        for row in rows:
            found = read_inconclusive(row.inconclusive)
            details = list(found.details) or None
            changes.append({"row": row.id, "new_inconclusive_code": found.code, "new_inconclusive_details": details})
        connection.execute(update, changes)
