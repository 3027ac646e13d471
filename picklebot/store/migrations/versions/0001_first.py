"""The first schema.

Types are written out here: later changes of the tables are other migrations' business.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT, VARCHAR

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime().with_variant(DATETIME(fsp=6), "mysql", "mariadb")
TITLE = sa.String(320).with_variant(VARCHAR(320, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
TEXT = sa.Text().with_variant(LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "software",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "wiki",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("anchor_at", TIME, nullable=True),
        sa.Column("anchor_rows", sa.JSON(), nullable=True),
        sa.Column("swept_at", TIME, nullable=True),
        sa.Column("lease_holder", sa.String(length=64), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "dependency",
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("tester_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("wiki_id", "tester_id", "kind", "title"),
    )
    op.create_index("dependency_title", "dependency", ["wiki_id", "title"], unique=False)
    op.create_table(
        "harvest",
        sa.Column("id", ID, nullable=False),
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("ended", TIME, nullable=True),
        sa.Column("software", sa.String(length=64), nullable=False),
        sa.Column("ran", sa.Integer(), nullable=False),
        sa.Column("inconclusive", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "module",
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("page_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("previous", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("wiki_id", "page_id"),
    )
    op.create_table(
        "result",
        sa.Column("id", ID, nullable=False),
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("tester_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error_kind", sa.String(length=16), nullable=True),
        sa.Column("error_message", TEXT, nullable=True),
        sa.Column("failing", sa.JSON(), nullable=False),
        sa.Column("inconclusive", TEXT, nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("lua_ms", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("result_tester", "result", ["wiki_id", "tester_id"], unique=False)
    op.create_table(
        "suite",
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("tester_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tester_title", TITLE, nullable=False),
        sa.Column("tester_revision", sa.BigInteger(), nullable=False),
        sa.Column("testee_id", sa.BigInteger(), nullable=False),
        sa.Column("testee_title", TITLE, nullable=False),
        sa.Column("testee_revision", sa.BigInteger(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("functions", sa.JSON(), nullable=True),
        sa.Column("strategy", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error_kind", sa.String(length=16), nullable=True),
        sa.Column("error_message", TEXT, nullable=True),
        sa.Column("failing", sa.JSON(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("title_dependent", sa.Boolean(), nullable=True),
        sa.Column("lua_ms", sa.Integer(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=True),
        sa.Column("ran_at", TIME, nullable=True),
        sa.Column(
            "software", sa.String(length=64), nullable=False, comment="digest of the wiki's software at the last run"
        ),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("solo", sa.String(length=64), nullable=True),
        sa.Column("flaky", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("wiki_id", "tester_id"),
    )
    op.create_table(
        "transition",
        sa.Column("id", ID, nullable=False),
        sa.Column("wiki_id", ID, nullable=False),
        sa.Column("token", sa.String(length=16), nullable=False),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("old", sa.String(length=16), nullable=True),
        sa.Column("new", sa.String(length=16), nullable=True),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("testers", sa.JSON(), nullable=False),
        sa.Column("cause", sa.JSON(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["wiki_id"], ["wiki.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("transition_page", "transition", ["wiki_id", "page_id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("transition_id", ID, nullable=False),
        sa.Column("recorder", sa.String(length=32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["transition_id"], ["transition.id"]),
        sa.PrimaryKeyConstraint("transition_id", "recorder"),
    )
    # ### end Alembic commands ###
