"""Verdicts of other calls of suites, and testers that hold data."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; suites of before are made anew, since the strategies are others."""
    op.add_column("suite", sa.Column("data", sa.Boolean))
    op.add_column("suite", sa.Column("other", sa.JSON))
