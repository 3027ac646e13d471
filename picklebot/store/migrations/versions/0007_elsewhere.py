"""Which testers stand elsewhere than below the module that they test."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; suites of before are made anew by the next harvest, and then it is known."""
    op.add_column("suite", sa.Column("elsewhere", sa.Boolean))
    op.add_column("suite", sa.Column("stands_alone", sa.Boolean))
