"""A gate that finds nothing, beside one request a suite through plain requests, on one wiki and in one run.

Trivial and heavy suites, and those of the sandbox's seeds; on loopback, and behind a network of 50 ms. For each its
cost, the number of requests beside the promise of 4 + suites/40 + pages/50, and the time of the first request.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time

from benchmarks.bench import HEADINGS, PICKLEBOT, RELEASE, RIVALS, World, heavy, trivial, world
from tests.live.proxy import Asked, Fault, proxy_before

_DELAYS_MS = (0, 50)
_HEAVY_TURNS = 3_000_000


def measured(made: World, what: str) -> None:
    """Measure a wiki's suites at each delay, and print a table."""
    baseline = made.folder / "baseline.json.gz"
    saved = made.measure(*PICKLEBOT, "gate", "--save", str(baseline), "--deadline", "3000")
    known = json.loads(gzip.decompress(baseline.read_bytes()))
    suites, pages = len(known["suites"]), len(known["pages"])
    lua = sum(suite.get("cost", {}).get("lua_ms", 0) for suite in known["suites"]) / 1000
    print(f"\n{what}: {suites} suites, {pages} pages, {lua:.2f} s of Lua; saving took {saved.seconds:.1f} s\n")
    print(f"| way | {HEADINGS} first request s |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    for delay in _DELAYS_MS:
        with proxy_before(made.sandbox.api) as proxy:
            came: list[float] = []

            def late(_: Asked, delay: int = delay, came: list[float] = came) -> Fault | None:
                came.append(time.monotonic())
                return Fault(delay=delay / 1000) if delay else None

            proxy.fault = late
            began = time.monotonic()
            options = ("--wiki", proxy.api, "--baseline", str(baseline))
            cost = made.measure(*PICKLEBOT, "gate", *options)
            first = came[0] - began
            print(f"| gate, {delay} ms | {cost.row} {first:.2f} |")
            promise = 4 + suites / 40 + pages / 50
            print(f"| promise | | | | | | {promise:.1f} | 0.70 |")
            if what != "Seeds":
                came.clear()
                given = "\n".join(made.testers)
                rival = made.measure(*_RIVAL, proxy.api, stdin=given)
                print(f"| requests, {delay} ms | {rival.row} |")


_RIVAL = (PICKLEBOT[0], str(RIVALS), "requests")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trivial", type=int, default=300, help="suites that take next to no time")
    parser.add_argument("--heavy", type=int, default=10, help="suites of some hundred ms of Lua each")
    parser.add_argument("--seeds", action=argparse.BooleanOptionalAction, default=True, help="the sandbox's own suites")
    given = parser.parse_args()
    if given.trivial:
        with world(trivial(given.trivial), release=RELEASE) as made:
            measured(made, "Trivial")
    if given.heavy:
        with world(heavy(given.heavy), release=RELEASE) as made:
            made.edit("Module:Turns", f"return {{ turns = {_HEAVY_TURNS} }}")
            measured(made, "Heavy")
    if given.seeds:
        with world({}, release=RELEASE, seeds=True) as made:
            measured(made, "Seeds")


if __name__ == "__main__":
    main()
