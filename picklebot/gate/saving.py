"""Saves the baseline of a wiki: runs all of its suites, or takes what is known of them, and writes the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from picklebot.errors import WorkError
from picklebot.gate.baseline_file import BaselineFile, write_baseline
from picklebot.gate.machine import Machine
from picklebot.gate.save import make_baseline
from picklebot.gate.software import Description
from picklebot.gate.wiki_gate import Equipment, WikiGate, WikiPlan

__all__ = ["save_baseline"]


def save_baseline(
    plan: WikiPlan,
    equipment: Equipment,
    file: Path,
    known: Callable[[Machine, Description], BaselineFile] | None = None,
) -> str:
    """Make the baseline of a wiki, as its first machine shows it, and write it; a sentence about it.

    :param known: makes it without running suites; None to run them
    :raises WikiError: the wiki could not be read
    :raises WorkError: the time was over, there is no suite with a passing point, or the file cannot be written
    """
    machine, found = WikiGate(plan, equipment).opened_candidate()
    if known is not None:
        baseline = known(machine, found)
    else:
        baseline = make_baseline(machine, found, plan.selection, concurrency=equipment.concurrency)
    at_stake = sum(suite.at_stake for suite in baseline.suites)
    if not at_stake:
        raise WorkError(f"no baseline is made: of {len(baseline.suites)} suites none has a passing point to lose")
    write_baseline(baseline, file)
    points = sum(suite.passed for suite in baseline.suites)
    return (
        f"{file}: {len(baseline.suites)} suites, {at_stake} of them with something to lose, {points} passing points,"
        f" under {found.side.software}"
    )
