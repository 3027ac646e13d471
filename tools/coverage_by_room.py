"""Prints how much of the flow unit, store and flow tests run, room by room, and fails where that is too little.

It reads the JSON report of coverage.py: ``make coverage`` writes one and runs this script.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: The rooms that carry a suite from the wiki to the record, as paths of folders and files below ``picklebot``.
ROOMS = (
    "account/",
    "discovery/sync.py",
    "evaluation/",
    "harvest.py",
    "rebuild.py",
    "recording/",
    "scheduling/",
    "store/",
    "tracking/",
    "watch/",
)
#: Lines and branches of each room that tests must run, in percent.
LEAST_PERCENT = 90


def percent(summaries: list[Mapping[str, int]]) -> float:
    """Lines and branches that were run, of all there are, in percent."""
    done = sum(each["covered_lines"] + each["covered_branches"] for each in summaries)
    there = sum(each["num_statements"] + each["num_branches"] for each in summaries)
    return 100 * done / there if there else 100.0


def by_room(report: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Each room with its figure, in percent; at last all rooms together, then the whole package.

    :raises SystemExit: a room has no file in the report
    """
    files = {name.partition("picklebot/")[2]: found["summary"] for name, found in report["files"].items()}
    inside = {room: [summary for name, summary in files.items() if name.startswith(room)] for room in ROOMS}
    for room, summaries in inside.items():
        if not summaries:
            raise SystemExit(f"coverage: picklebot/{room} is not in the report: was it moved?")
        yield room, percent(summaries)
    yield "these rooms", percent([summary for summaries in inside.values() for summary in summaries])
    yield "all of picklebot", percent(list(files.values()))


def main(path: str) -> int:
    """Print the figures; exit 1 where a room is below the least."""
    figures = dict(by_room(json.loads(Path(path).read_text(encoding="utf-8"))))
    for name, figure in figures.items():
        print(f"{figure:6.1f} %  {name}")
    if low := [room for room in ROOMS if figures[room] < LEAST_PERCENT]:
        print(f"coverage: less than {LEAST_PERCENT} % of {', '.join(low)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
