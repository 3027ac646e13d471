"""Which strategies a wiki's suites were made with: others may find others."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; an unknown digest counts as changed."""
    op.add_column("wiki", sa.Column("strategies", sa.String(length=64)))
