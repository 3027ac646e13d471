"""What fifty specs cost on a wiki, beside fifty tests of ScribuntoUnit's kind (``python benchmarks/specs.py``).

The wiki is made for it, in a folder. Times and memory are MediaWiki's own, of whole requests; each is the least of
several. Prints the table of docs/performance.md, and ends with status 1 where the cases cost more than they may.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import requests

from picklebot.sandbox import Home, Sandbox

CASES = 50
RUNS = 15
MOST_SECONDS = 0.020
MOST_BYTES = 5_000_000
SPEC = "it 'adds {n} and 1' (function (a, b) expect(a + b):toBe({sum}) end)"
TEST = "function suite:test{n}() self:assertEquals({sum}, {n} + 1) end"
NONE = "return { tap = function () return '1..0' end, run = function () return '' end }"


def _pages() -> dict[str, str]:
    specs = "\n".join(SPEC.format(n=n, sum=n + 1) for n in range(CASES))
    tests = "\n".join(TEST.format(n=n, sum=n + 1) for n in range(CASES))
    return {
        "Module%3ASpecs%2Fpickle": f"require('Module:Pickle')()\nreturn describe 'Sums' (function ()\n{specs}\nend)",
        "Module%3AUnits%2Ftestcases": f"local suite = require('Module:ScribuntoUnit'):new()\n{tests}\nreturn suite",
        "Module%3ANone%2Ftestcases": NONE,
    }


def _cost(api: str, call: str, shows: int = 0) -> tuple[float, int]:
    """Seconds and bytes of Lua, the least of several parses.

    :param shows: how many tests the page shows as passed, so that nothing else is measured
    """
    times, sizes = [], []
    for _ in range(RUNS):
        asked = {"text": f"{{{{#invoke:{call}}}}}", "contentmodel": "wikitext", "prop": "text|limitreportdata"}
        answer = requests.get(api, {"action": "parse", "format": "json", "formatversion": "2", **asked}, timeout=60)
        text = answer.json()["parse"]["text"]
        ticks = text.count("✔</span>\n</td>")
        if max(ticks, text.count("✓ "), text.count("\nok ")) != shows:
            raise SystemExit(f"{call} shows something else: {text}")
        report = {item["name"]: item.get("0") for item in answer.json()["parse"]["limitreportdata"]}
        times.append(float(report["scribunto-limitreport-timeusage"]))
        sizes.append(int(report["scribunto-limitreport-memusage"]))
    return min(times), min(sizes)


def main() -> int:
    """Measure on each release."""
    rows = {
        "Module:Pickle, full report": "Specs/pickle|tap",
        "Module:Pickle, vivid": "Specs/pickle|run",
        "Module:ScribuntoUnit": "Units/testcases|run",
    }
    fits = True
    print("| release | tests | Lua time | memory |\n| --- | --- | ---: | ---: |")
    for release in ("1.39", "1.43"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "pages").mkdir()
            for title, text in _pages().items():
                (folder / "pages" / f"{title}.lua").write_text(text, encoding="utf-8")
            (folder / "mediawiki").symlink_to(Home.default().mediawiki)
            sandbox = Sandbox.up("specs", release=release, pages=[folder / "pages"], home=Home(folder))
            try:
                none_time, none_size = _cost(sandbox.api, "None/testcases|tap")
                for tests, call in rows.items():
                    seconds, size = (value for value in _cost(sandbox.api, call, CASES))
                    seconds, size = seconds - none_time, size - none_size
                    fits = fits and seconds <= MOST_SECONDS and size <= MOST_BYTES
                    print(f"| {release} | {tests} | {seconds * 1000:.0f} ms | {size / 1e6:.1f} MB |")
            finally:
                sandbox.down(delete=True)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
