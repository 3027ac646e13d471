"""A harvest of a wiki on which nothing changed, for wikis of several sizes: requests, time, memory."""

from __future__ import annotations

import argparse

from benchmarks.bench import HEADINGS, Cost, trivial, world


def measure(modules: int, rounds: int) -> dict[str, Cost]:
    """The cost of a first harvest, of one with nothing to do, and of one after a single edit."""
    with world(trivial(modules)) as made:
        costs = {"first": made.check(made.harvest(), suites=modules, ran=modules)}
        quiet = [made.check(made.harvest(), suites=modules, ran=0) for _ in range(rounds)]
        costs["unchanged"] = min(quiet, key=lambda cost: cost.busy)
        made.edit("Module:Bench 00001", "return { double = function ( x ) return x + x end }")
        costs["one edit"] = made.check(made.harvest(), suites=modules, ran=1)
        costs["sweep"] = made.check(made.harvest("--sweep"), suites=modules, ran=0)
        return costs


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=int, nargs="+", default=[200, 2_000])
    parser.add_argument("--large", action="store_true", help="10,000 modules too, which takes minutes")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"\n| modules | harvest | {HEADINGS}\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for modules in [*given.modules, *([10_000] if given.large else [])]:
        for name, cost in measure(modules, given.rounds).items():
            print(f"| {modules:,} | {name} | {cost.row}", flush=True)


if __name__ == "__main__":
    main()
