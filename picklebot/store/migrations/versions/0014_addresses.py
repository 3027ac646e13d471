"""The addresses at which wikis were harvested."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import VARCHAR

revision = "0014"
down_revision = "0013"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ADDRESS = sa.String(320).with_variant(VARCHAR(320, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    """Add the table, where it is not there yet."""
    if "wiki_address" in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        "wiki_address",
        sa.Column("address", ADDRESS, primary_key=True, comment="of api.php, without a password"),
        sa.Column("wiki_id", ID, sa.ForeignKey("wiki.id"), nullable=False),
    )
