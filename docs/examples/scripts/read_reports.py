"""Prints the state of each report that is given as a file: ``read_reports.py STRATEGY FILE…``."""

from __future__ import annotations

import sys
from pathlib import Path

from picklebot import Report, StrategyError, load_plugins, load_strategies


def main(name: str, files: list[str]) -> None:
    """Read each file with the formats of a strategy, in their order, and print state, counts and file."""
    plugins = load_plugins()
    strategies = load_strategies(plugins)
    if name not in strategies:
        raise StrategyError(f"there is no strategy {name!r}")
    for file in files:
        text = Path(file).read_text(encoding="utf-8")
        reports = (plugins.parse(report_format, text) for report_format in strategies[name].report.formats)
        report = next((report for report in reports if report.recognised), Report(""))
        state, _ = plugins.state(report, name)
        print(f"{state}\t{report.counts.passed}/{report.counts.total}\t{file}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
