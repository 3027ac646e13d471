"""A plugin of picklebot: testers of ``Module:Ledger`` return JSON, and this wiki is strict about skipped tests."""

from __future__ import annotations

from pathlib import Path

from picklebot import Directive, Parse, Point, Report, State, hookimpl, read_json


def parse_ledger(text: str) -> Report:
    """Read ``[{"name": "…", "result": "pass" | "fail" | "skip"}, …]``; anything else is none of ours."""
    try:
        entries = read_json(text)
        points = tuple(_point(entry["name"], entry["result"]) for entry in entries)
    except (ValueError, TypeError, KeyError):
        return Report("")
    return Report("ledger", points=points)


def _point(name: object, result: object) -> Point:
    return Point(
        ok=result in ("pass", "skip"),
        description=str(name)[:2000],
        directive=Directive.SKIP if result == "skip" else None,
    )


@hookimpl
def picklebot_report_formats() -> dict[str, Parse]:
    """``formats = ["ledger"]`` in a strategy file leads here."""
    return {"ledger": parse_ledger}


@hookimpl
def picklebot_strategy_folders() -> list[Path]:
    """The strategy files that come with this package."""
    return [Path(__file__).parent / "strategies"]


@hookimpl
def picklebot_state(report: Report, strategy: str) -> State | None:
    """A ledger more than half of which is skipped counts as not run; all else is left to picklebot's own table."""
    if strategy == "ledger" and report.error is None and report.counts.skipped * 2 > report.counts.total:
        return State.PENDING
    return None
