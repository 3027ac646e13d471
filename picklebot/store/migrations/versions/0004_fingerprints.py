"""Batches confirm reports point by point, and are packed by all limits."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; a suite that ran before has no fingerprint, and runs alone once."""
    op.add_column("suite", sa.Column("fingerprint", sa.String(length=32)))
    op.add_column("suite", sa.Column("permille", sa.Integer(), nullable=False, server_default="0"))
