"""The holder of a wiki is kept whole, and known by a token."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make room for them; a hold of now ends by itself, after its term."""
    op.add_column("wiki", sa.Column("lease_token", sa.String(length=32)))
    op.add_column("wiki", sa.Column("lease_process", sa.JSON()))
    op.drop_column("wiki", "lease_holder")
