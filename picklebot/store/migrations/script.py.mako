"""${message}."""

import sqlalchemy as sa
from alembic import op

from picklebot.tracking.tables import ID, STATE, TEXT, TIME, TITLE

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}
