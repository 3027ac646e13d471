"""Processor time of commands with nothing to do, beside that of importing the libraries they stand on, in one run.

Everything is a process of its own, measured in turn; the median of each counts. Ratios do not depend on the machine,
and hardly on its other load.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from benchmarks.bench import PICKLEBOT, World, trivial, world

LIBRARIES = (sys.executable, "-c", "import sqlalchemy, requests, pydantic, click")
#: The limit of each way, as a multiple of importing the libraries.
AIMS = {"--version": 0.5, "--help": 0.5, "status": 1.5, "unchanged harvest": 2.0}


def measure(made: World, modules: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of the command's own processor time of each way, by round."""
    made.check(made.harvest(), suites=modules, ran=modules)
    found: dict[str, list[float]] = {way: [] for way in ("libraries", *AIMS)}
    for _ in range(rounds):
        found["libraries"].append(made.measure(*LIBRARIES).cpu)
        found["--version"].append(made.measure(*PICKLEBOT, "--version").cpu)
        found["--help"].append(made.measure(*PICKLEBOT, "--help").cpu)
        found["status"].append(made.measure(*PICKLEBOT, "status").cpu)
        found["unchanged harvest"].append(made.check(made.harvest(), suites=modules, ran=0).cpu)
    return found


def main() -> int:
    """Measure, and print; status 1 where a ratio is above its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    with world(trivial(given.modules)) as made:
        found = measure(made, given.modules, given.rounds)
    base = statistics.median(found["libraries"])
    print("\n| way | CPU s | times the libraries | at most |\n| --- | ---: | ---: | ---: |")
    print(f"| libraries | {base:.3f} | 1 | |")
    missed = False
    for way, aim in AIMS.items():
        seconds = statistics.median(found[way])
        missed |= seconds > aim * base
        print(f"| {way} | {seconds:.3f} | {seconds / base:.2f} | {aim} |")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
