"""The memory that an unchanged harvest of very many modules takes, and `picklebot status` of them.

A wiki of 200 modules is harvested, and its store multiplied: what else is in it the wiki is not asked about, as nothing
there changed. A wiki of that size takes a quarter of an hour to make (`benchmarks/unchanged.py --large`).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from pathlib import Path

from benchmarks.bench import PICKLEBOT, trivial, world

_SUITES = 200
_AT_MOST_MB = 100
_APART = 1_000_000
_PAGES = {"suite": ("tester", "testee"), "module": ("page",), "dependency": ("tester",)}


def multiply(store: Path, times: int) -> None:
    """Let a store know so many times as many suites, under other titles and page ids."""
    with sqlite3.connect(store) as database:
        for table, pages in _PAGES.items():
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            ids = {f"{page}_id" for page in pages}
            for n in range(1, times):
                values = [_value(column, n, ids) for column in columns]
                query = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608
                database.execute(f"{query} WHERE {pages[0]}_id < {_APART}")
    database.close()


def _value(column: str, n: int, ids: set[str]) -> str:
    if column in ids:
        return f"{column} + {n * _APART}"
    named = column == "title" or column.endswith("_title") or column == "candidates"
    return f"replace({column}, 'Module:Bench 0', 'Module:Bench {n}-0')" if named else column


def main() -> int:
    """Measure, and print; status 1 where it is more than the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=int, default=10_000)
    given = parser.parse_args()
    with world(trivial(_SUITES)) as made:
        made.check(made.harvest(), suites=_SUITES, ran=_SUITES)
        few = made.check(made.harvest(), suites=_SUITES, ran=0)
        multiply(made.store, given.modules // _SUITES)
        many = made.harvest()
        status = made.measure(*PICKLEBOT, "status")
    known = json.loads(many.out)
    if len(known["suites"]) != given.modules or any(suite["ran"] for suite in known["suites"]):
        raise RuntimeError(f"{len(known['suites'])} suites are known, and some ran")
    print("\n| modules | command | own CPU s | peak MB | at most |\n| ---: | --- | ---: | ---: | ---: |")
    print(f"| {_SUITES} | unchanged harvest | {few.cpu:.2f} | {few.memory_mb:.0f} | |")
    print(f"| {given.modules:,} | unchanged harvest | {many.cpu:.2f} | {many.memory_mb:.0f} | {_AT_MOST_MB} |")
    print(f"| {given.modules:,} | status | {status.cpu:.2f} | {status.memory_mb:.0f} | {_AT_MOST_MB} |")
    return int(max(many.memory_mb, status.memory_mb) > _AT_MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
