"""A harvest of all suites against one request per suite, side by side on one wiki.

Everything is measured as a process, from its start to its end, a few times in turn; the best of each counts, as the
others were disturbed.
"""

from __future__ import annotations

import argparse

from benchmarks.bench import HEADINGS, Cost, World, heavy, trivial, world

_HEAVY_MS = 300


def first_and_full(made: World, suites: int, rounds: int) -> dict[str, Cost]:
    """The best of each: a first harvest, a full one of known suites, and the rivals."""
    ways = ("first", "full", "requests", "pywikibot", "full's start-up", "pywikibot's start-up")
    found: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(rounds):
        for suffix in ("", "-wal", "-shm"):
            made.store.with_name(made.store.name + suffix).unlink(missing_ok=True)
        found["first"].append(made.check(made.harvest(), suites=suites, ran=suites))
        found["requests"].append(made.rival("requests"))
        found["pywikibot"].append(made.rival("pywikibot"))
        found["full"].append(made.check(made.harvest("--full"), suites=suites, ran=suites))
        found["full's start-up"].append(made.check(made.harvest(), suites=suites, ran=0))
        found["pywikibot's start-up"].append(made.rival("pywikibot", []))
    return {name: min(costs, key=lambda cost: cost.busy) for name, costs in found.items()}


def report(what: str, suites: int, costs: dict[str, Cost]) -> None:
    """Print the costs of each way, and the ratios that matter."""
    print(f"\n{what}: {suites} suites\n")
    print(f"| way | {HEADINGS}\n| --- | --- | --- | --- | --- | --- | --- |")
    for name, cost in costs.items():
        print(f"| {name} | {cost.row}")
    print()
    ratio("one request per suite through pywikibot / full sweep", costs["pywikibot"], costs["full"])
    ratio("one request per suite through requests / full sweep", costs["requests"], costs["full"])
    more = costs["pywikibot"].busy - costs["pywikibot's start-up"].busy
    less = costs["full"].busy - costs["full's start-up"].busy
    print(f"one request per suite through pywikibot / full sweep, start-up apart: busy {more / less:.2f}")
    ratio("first sweep / one request per suite through requests", costs["first"], costs["requests"])


def ratio(what: str, one: Cost, other: Cost) -> None:
    """Print how one compares to another, by both measures of time."""
    print(f"{what}: busy {one.busy / other.busy:.2f}, elapsed {one.seconds / other.seconds:.2f}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trivial", type=int, default=200, help="suites that take next to no time")
    parser.add_argument("--heavy", type=int, default=20, help=f"suites of about {_HEAVY_MS} ms of Lua each")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.trivial:
        with world(trivial(given.trivial)) as made:
            report("Trivial", given.trivial, first_and_full(made, given.trivial, given.rounds))
    if given.heavy:
        with world(heavy(given.heavy)) as made:
            turns = round(1_000_000 * _HEAVY_MS * given.heavy / float(made.rival("requests").out))
            made.edit("Module:Turns", f"return {{ turns = {turns} }}")
            costs = first_and_full(made, given.heavy, given.rounds)
            report("Heavy", given.heavy, costs)
            lua = float(costs["requests"].out) / 1000
            full = costs["full"]
            print(f"full sweep / Lua time ({lua:.2f} s): busy {full.busy / lua:.2f}, elapsed {full.seconds / lua:.2f}")


if __name__ == "__main__":
    main()
