"""The bot's own pages are remembered, and how far recorders have caught up with what is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME, VARCHAR

from picklebot.store.migrations.steps import add_column

revision = "0012"
down_revision = "0011"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")
TITLE = sa.String(320).with_variant(VARCHAR(320, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    """Add tables and column."""
    add_column("wiki", sa.Column("changes", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "own_page",
        sa.Column("wiki_id", ID, sa.ForeignKey("wiki.id"), primary_key=True),
        sa.Column("title", TITLE, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("overwritten_at", TIME),
        if_not_exists=True,
    )
    op.create_table(
        "caught_up",
        sa.Column("wiki_id", ID, sa.ForeignKey("wiki.id"), primary_key=True),
        sa.Column("recorder", sa.String(32), primary_key=True),
        sa.Column("changes", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
