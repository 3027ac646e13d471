"""Why suites run, and why they run alone, is a code; columns have the names of today's words."""

import json

import sqlalchemy as sa
from alembic import op

from picklebot.store.migrations.steps import JSON_OR_NULL, add_column, columns, in_parts
from picklebot.text.sentences import read_run_alone_reason, read_run_reason

revision = "0008"
down_revision = "0007"

_RENAMED = (
    ("wiki", "anchor_at", "cursor_at"),
    ("wiki", "anchor_rows", "cursor_rows"),
    ("suite", "shown", "page_counts"),
    ("suite", "solo", "run_alone_reason"),
)


def upgrade() -> None:
    """Add columns, translate what they replace, and drop that."""
    for table, old, new in _RENAMED:
        if old in columns(table):
            op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}"))
    add_column("suite", sa.Column("must_run_reason", sa.String(length=32)))
    add_column("suite", sa.Column("must_run_detail", JSON_OR_NULL))
    add_column("result", sa.Column("run_reason", sa.String(length=32), nullable=False, server_default="other"))
    add_column("result", sa.Column("run_reason_detail", JSON_OR_NULL))
    _translate("suite", ("wiki_id", "tester_id"), "must_run_reason", "must_run_detail")
    _translate("result", ("id",), "run_reason", "run_reason_detail")
    _rename_codes()


def _translate(name: str, key: tuple[str, ...], code: str, detail: str) -> None:
    """Read the sentences of a table, and drop their column."""
    if "reason" not in columns(name):
        return
    connection = op.get_bind()
    text = sa.Column("reason", sa.Text)
    table = sa.Table(
        name,
        sa.MetaData(),
        *(sa.Column(each, sa.BigInteger, primary_key=True) for each in key),
        *(sa.Column(each, sa.BigInteger) for each in ("wiki_id", "tester_id") if each not in key),
        text,
        sa.Column(code, sa.String(32)),
        sa.Column(detail, JSON_OR_NULL),
    )
    titles = _titles(connection)
    update = (
        sa.update(table)
        .where(*(table.c[each] == sa.bindparam(f"of_{each}") for each in key))
        .values({code: sa.bindparam("code"), detail: sa.bindparam("detail")})
    )
    for rows in in_parts(connection.execute(sa.select(table).where(text.is_not(None))).all()):
        changes = []
        for row in rows:
            reason = read_run_reason(row.reason, titles.get(row.wiki_id, ()))
            words = {"words": reason.detail} if reason.detail else None
            kept = {"titles": list(reason.titles)} if reason.titles else words
            changes.append({**{f"of_{each}": getattr(row, each) for each in key}, "code": reason.code, "detail": kept})
        connection.execute(update, changes)
    op.drop_column(name, "reason")


def _titles(connection: sa.Connection) -> dict[int, set[str]]:
    """Titles that are known of each wiki."""
    dependency = sa.table("dependency", sa.column("wiki_id"), sa.column("title"))
    titles: dict[int, set[str]] = {}
    for row in connection.execute(sa.select(dependency).distinct()):
        titles.setdefault(row.wiki_id, set()).add(row.title)
    return titles


def _rename_codes() -> None:
    """Translate the reasons to run suites alone, and the declarations in their testers' sources."""
    connection = op.get_bind()
    suite = sa.table(
        "suite",
        sa.column("wiki_id"),
        sa.column("tester_id"),
        sa.column("run_alone_reason", sa.String),
        sa.column("candidates", sa.Text),
    )
    alone = suite.c.run_alone_reason
    for sentence in connection.scalars(sa.select(alone).where(alone.is_not(None)).distinct()).all():
        if sentence not in ("near-limit", "different-output", "other"):
            code = read_run_alone_reason(sentence)
            connection.execute(sa.update(suite).where(alone == sentence).values(run_alone_reason=code))
    for row in connection.execute(sa.select(suite).where(suite.c.candidates.like('%"told"%'))).all():
        candidates = json.loads(row.candidates)
        for candidate in candidates:
            if "told" in candidate:
                candidate["declared_in_source"] = candidate.pop("told")
        mine = sa.and_(suite.c.wiki_id == row.wiki_id, suite.c.tester_id == row.tester_id)
        connection.execute(sa.update(suite).where(mine).values(candidates=json.dumps(candidates)))
