"""When the latest edits were made is remembered."""

import sqlalchemy as sa

from picklebot.store.migrations.steps import add_column

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    add_column("wiki", sa.Column("edits", sa.JSON))
