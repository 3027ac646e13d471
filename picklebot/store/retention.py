"""The retention of harvests and results.

The rule, applied at the end of each harvest of a wiki (docs/operators.md, "Contents of the store"):

- Results of runs are deleted `KEPT` after they were had, but for each suite's newest and for those with which a suite
  came to another state than it had before.
- Rows of harvests are deleted after the same time.
- Transitions and their records are kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, select, update

from picklebot.failpoints import failpoint
from picklebot.store.rows import to_column
from picklebot.store.store import Store
from picklebot.store.tables import HARVEST, RESULT

__all__ = ["KEPT", "begin_harvest", "end_harvest", "prune"]

#: How long detail is kept.
KEPT = timedelta(days=90)

# Ids in one statement; databases bound their number.
_IDS_A_STATEMENT = 500


def begin_harvest(store: Store, now: datetime, software: str) -> int:
    """Note that a harvest begins; its row's id. One that never ends leaves a row without an end.

    :param now: UTC
    :param software: digest of the wiki's software
    """
    if store.database.read_only:
        return 0
    row = {"wiki_id": store.wiki, "started": to_column(now), "software": software}
    with store.writing() as connection:
        done = connection.execute(insert(HARVEST).values(**row, ran=0, inconclusive=0, changed=0, requests=0))
        return int(done.inserted_primary_key[0])  # type: ignore[index]  # of one row that was inserted


def end_harvest(
    store: Store, row: int, now: datetime, *, ran: int, inconclusive: int, changed: int, requests: int
) -> None:
    """Note the results of a harvest.

    :param row: as `begin_harvest` gave it
    :param now: UTC
    :param ran: suites that came to a state
    :param changed: how many transitions
    :param requests: made to read the wiki and to run suites
    """
    if store.database.read_only:
        return
    failpoint("before-harvest-row")
    counts = {"ran": ran, "inconclusive": inconclusive, "changed": changed, "requests": requests}
    with store.writing() as connection:
        connection.execute(update(HARVEST).where(HARVEST.c.id == row).values(ended=to_column(now), **counts))
    failpoint("after-harvest-row")


def prune(store: Store, now: datetime) -> int:
    """Delete results that are too old to be kept, by the rule above; returns their number.

    :param now: UTC
    """
    if store.database.read_only:
        return 0
    mine = RESULT.c.wiki_id == store.wiki
    old = and_(mine, RESULT.c.at < to_column(now - KEPT))
    newest = select(func.max(RESULT.c.id)).where(mine).group_by(RESULT.c.tester_id)
    # A result before an old one is old as well, so only old ones are compared.
    before = func.lag(RESULT.c.state).over(partition_by=RESULT.c.tester_id, order_by=RESULT.c.id).label("before")
    verdicts = select(RESULT.c.id, RESULT.c.state, before).where(old, RESULT.c.state.is_not(None)).subquery()
    turns = select(verdicts.c.id).where(verdicts.c.state.is_distinct_from(verdicts.c.before))
    with store.writing() as connection:
        kept = set(connection.scalars(newest)) | set(connection.scalars(turns))
        ids = [id_ for id_ in connection.scalars(select(RESULT.c.id).where(old)) if id_ not in kept]
        for start in range(0, len(ids), _IDS_A_STATEMENT):
            connection.execute(delete(RESULT).where(RESULT.c.id.in_(ids[start : start + _IDS_A_STATEMENT])))
        long_ago = HARVEST.c.started < to_column(now - KEPT)
        connection.execute(delete(HARVEST).where(HARVEST.c.wiki_id == store.wiki, long_ago))
    failpoint("after-thinning")
    return len(ids)
