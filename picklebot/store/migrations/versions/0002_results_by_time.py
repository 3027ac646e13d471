"""Results are looked for by their time, to be thinned."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index."""
    op.create_index("result_at", "result", ["wiki_id", "at"], unique=False)
