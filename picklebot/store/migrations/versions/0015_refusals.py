"""Refused writes are remembered, and changes that are held back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT, VARCHAR

from picklebot.store.migrations.steps import JSON_OR_NULL, add_column

revision = "0015"
down_revision = "0014"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")
TITLE = sa.String(320).with_variant(VARCHAR(320, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
TEXT = sa.Text().with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    """Add the table and the column."""
    add_column("wiki", sa.Column("held", JSON_OR_NULL))
    op.create_table(
        "refusal",
        sa.Column("wiki_id", ID, sa.ForeignKey("wiki.id"), primary_key=True),
        sa.Column("recorder", sa.String(32), primary_key=True),
        sa.Column("subject", TITLE, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("depends_on", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        if_not_exists=True,
    )
