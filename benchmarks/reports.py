"""How long parsers take over reports made to be slow, and how much memory (``make bench``).

Each measurement is a process of its own. The last column but one matters: time per character at 10 MB against
that at 2.5 MB, measured one after the other; 1 is linear, 4 would be quadratic. ``--markdown`` prints the table of
docs/performance.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import re2

from picklebot.discovery.calls import find_call
from picklebot.discovery.lua import mentioned_modules
from picklebot.invocation.output import script_error
from picklebot.model import Report
from picklebot.reports import PARSERS
from picklebot.reports.detail import merge, parse_detail
from picklebot.reports.patterns import CountPattern, Patterns, PointPattern, parse_patterns
from picklebot.reports.states import state_of
from picklebot.text.wikitext import CostlyWikitextError

SIZES = (1_250_000, 2_500_000, 5_000_000, 10_000_000)
TOO_SLOW = 15.0  # seconds
PEAK_IS_NOW = Path("/proc/self/clear_refs")  # proc(5): 5 resets the peak of memory
TOO_STEEP = 2.0  # times per character: a report too large for a cache alone came to 1.7
AGAIN = 2  # times to repeat a measurement that seems too steep

_HEAD = '<table class="wikitable scribunto-test-table unit-tests unit-tests-result"><tr>' + "<th> </th>" * 4 + "</tr>"
_ROW = "<tr><td>{icon}</td><td>{name}</td><td>1</td><td>2</td></tr>"
_ICON = '<img alt="Failed" src="x.png" style="color:red">'
_PATTERNS = Patterns(
    [
        PointPattern(re2.compile(r"(?m)^ok (?P<name>.*)$"), ok=True),
        PointPattern(re2.compile(r"(?s)not(?P<message>.*ok!)?"), ok=False),
    ],
    [CountPattern(re2.compile(r"(?s)(?P<failed>\d+).*of.*(?P<total>\d+).*end"))],
    [re2.compile("(?s)a.*b.*c.*d")],
)


def _lines(line: str) -> Callable[[int], str]:
    """A report of so many characters that repeats a line; ``{n}`` is its number."""
    return lambda size: (
        "".join(line.replace("{n}", str(n)) for n in range(size // len(line)))
        if "{n}" in line
        else (line * (size // len(line)))
    )


def _framed(head: str, part: str, tail: str = "") -> Callable[[int], str]:
    return lambda size: head + part * ((size - len(head) - len(tail)) // len(part)) + tail


_TAP = {
    "passes": _lines("ok {n} - it does what it says\n"),
    "failures": _lines("not ok {n} - it does not # TODO yet\n"),
    "one line": _lines("ok "),
    "hashes": _lines("ok 1 # \\# # TODO # SKIP "),
    "backslashes": _framed("ok 1 ", "\\"),
    "indents": lambda size: "".join(" " * (4 * (n % 200)) + "ok\n" for n in range(size // 403)),
    "subtests": _lines("    # Subtest: a\n        ok 1\n        1..1\n    ok 1 - a\n"),
    "yaml open": _framed("not ok 1\n  ---\n", "  a: [[[[[[[[\n"),
    "yaml blocks": _lines("not ok {n}\n  ---\n  a: &a [*a, *a]\n  ...\n"),
    "plans": _lines("1..{n}\n"),
    "pragmas": _lines("pragma +a,-b,"),
    "spaces": _lines(" \t"),
    "empty lines": _lines("\n"),
    "tags": _lines("<p><br>ok &lt;"),
    "entities": _lines("&amp;"),
}
_PICKLE = {
    "one line": _lines("ok {n} It does "),
    "summaries": _lines("not ok {n} Describe x "),
    "numbers that stay": _framed("ok 0 It ", "ok 0 It "),
    "hashes": _framed("ok 0 It ", "# "),
    "translations": _framed("ok 0 (a) It x ", "ok 1 (((((("),
    "spaces": _framed("ok 0 It", " "),
}
_PAGE = {
    "rows": _framed(
        "<b style='color:red'>3 of 10 tests failed.</b>" + _HEAD, _ROW.format(icon=_ICON, name="a"), "</table>"
    ),
    "open rows": _framed(_HEAD, "<tr><td>"),
    "icons": lambda size: (
        _HEAD + "".join(_ROW.format(icon=f"<b style='color:#{n:06x}'>", name=n) for n in range(size // 110))
    ),
    "tables in cells": _framed(_HEAD, "<tr><td><table><tr><td>x"),
    "tables": _framed("", _HEAD + _ROW.format(icon=_ICON, name="a") + "</table>"),
    "headlines": _framed("", '<strong class="error">12 échoué</strong>'),
    "deep": _framed("", "<b>"),
    "errors in errors": _framed(
        '<span class="scribunto-error">' * 200,
        "<b>x</b>",
        "</span>" * 200 + _HEAD + _ROW.format(icon=_ICON, name="a") + "</table>",
    ),
    "one cell": _framed(_HEAD + "<tr><td></td><td>", "x&lt;<i>y</i>", "</td></tr></table>"),
    "digits": _framed("<b>", "7"),
    "attributes": _framed("<table ", "a=b "),
    "angles": _framed("", "<"),
}
_CALLS = {
    "braces": _lines("{"),
    "calls of others": _lines("{{#invoke:Another|run}}"),
    "open calls": _lines("{{#invoke:A/testcases|"),
    "comments": _lines("{{#invoke:A/testcases|<!-- -->"),
}


def _short(make: Callable[[int], str]) -> Callable[[int], str]:
    return lambda size: make(size // 51)


_SHAPES: dict[str, dict[str, Callable[[int], str]]] = {
    "tap": _TAP,
    "pickle": _PICKLE,
    **dict.fromkeys(
        ("scribuntounit", "unittests-enwiki", "unittests-wiktionary", "unittests-frwiktionary", "unittests-forks"),
        _PAGE,
    ),
    "patterns": {
        "points": _lines("ok 1\n"),
        "looks ahead": _lines("not "),
        "headline": _lines("1 of "),
        "empty": _lines("abc "),
    },
    "detail": {
        "points": _framed('{"points": [', '{"name": "a", "ok": false},', '{"name": "a", "ok": false}]}'),
        "brackets": _lines("["),
        "marks": _lines("picklebot:{\n"),
        "halves": _framed('{"points": [{"ok": true, "name": "', "\\ud800", '"}]}'),
    },
    "script error": {
        "spans": _lines('<span class="scribunto-error">'),
        "errors": _lines('<strong class="error"><span class="scribunto-error">x</span></strong>'),
        "text": _framed('<span class="scribunto-error">', "x", "</span>"),
    },
    "source": {
        "brackets": _lines("[==["),
        "levels": lambda size: "".join(f"[{'=' * (n % 60)}[" for n in range(size // 32)),
        "comments": _lines("--[[ a ]] --[=[ b\n"),
        "quotes": _lines("'\\'"),
        "requires": _lines("require 'Module:A' "),
        "open quotes": _lines("require[[require'x'"),
        "invokes": _lines("{{#invoke: a "),
    },
    # Longer pages are not read at all.
    "call": {name: _short(make) for name, make in _CALLS.items()},
}


class _Site:
    invoke_words = ("invoke",)

    def module(self, name: str) -> str:
        return f"Module:{name.strip()}"

    def module_name(self, title: str) -> str:
        return title.removeprefix("Module:")


def _detail(text: str) -> Report | None:
    report = parse_detail(text)
    return merge(report, report) if report else None


def _call(text: str) -> object:
    with suppress(CostlyWikitextError):
        return find_call(text, "Module:A/testcases", _Site())  # type: ignore[arg-type]
    return None


def _parser(name: str) -> Callable[[str], object]:
    others: dict[str, Callable[[str], object]] = {
        "patterns": lambda text: parse_patterns(text, _PATTERNS),
        "detail": _detail,
        "script error": lambda text: script_error(text, "x"),
        "source": lambda text: sum(1 for _ in mentioned_modules(text)),
        "call": _call,
    }
    return {**PARSERS, **others}[name]


def measure(name: str, shape: str, size: int) -> tuple[float, int]:
    """Parse once in a process of its own: seconds of the processor, and MB of memory beyond the text's."""
    ran = subprocess.run(
        [sys.executable, __file__, "--one", name, shape, str(size)], capture_output=True, text=True, check=True
    )
    seconds, memory = ran.stdout.split()
    return float(seconds), int(memory)


def one(name: str, shape: str, size: int) -> None:
    """Print the seconds and the MB of one measurement."""
    text, parse = _SHAPES[name][shape](size), _parser(name)
    PEAK_IS_NOW.write_text("5", encoding="ascii")
    before = _memory("VmRSS")
    started = time.process_time()
    report = parse(text)
    if isinstance(report, Report):
        state_of(report)
    seconds = time.process_time() - started
    print(seconds, (_memory("VmHWM") - before) // 1024)


def _memory(what: str) -> int:
    """The memory of this process, as Linux has it, in kB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


def results(only: str) -> Iterator[tuple[str, str, list[tuple[float, int]], float]]:
    """Measure; the last value is the ratio of times per character."""
    for name, shapes in _SHAPES.items():
        for shape in shapes:
            if only in f"{name}: {shape}":
                found, ratio = _measured(name, shape)
                for _ in range(AGAIN):
                    if ratio > TOO_STEEP:  # or something else was using the machine
                        again, _ = _measured(name, shape)
                        found = [min(pair) for pair in zip(found, again, strict=True)]
                        ratio = _ratio(found)
                yield name, shape, found, ratio


def _measured(name: str, shape: str) -> tuple[list[tuple[float, int]], float]:
    found = [measure(name, shape, size) for size in SIZES]
    return found, _ratio(found)


def _ratio(found: list[tuple[float, int]]) -> float:
    per_character = [seconds / size for (seconds, _), size in zip(found, SIZES, strict=True)]
    return per_character[3] / max(per_character[1], 1e-12)


def main() -> None:
    """Print the table; end with status 1 if something is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="TEXT", help="only parsers and shapes whose names hold TEXT")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/performance.md")
    parser.add_argument("--one", nargs=3, metavar=("PARSER", "SHAPE", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], given.one[1], int(given.one[2]))
        return
    row = "| {} | {} | {} | {} | {} | {} | {} | {} |" if given.markdown else "{:24}{:20}{:>9}{:>9}{:>9}{:>9}{:>8}{:>8}"
    print(row.format("parser", "made of", "1.25 MB", "2.5 MB", "5 MB", "10 MB", "ratio", "memory"))
    if given.markdown:
        print("| --- | --- " + "| ---: " * 6 + "|")
    bad = []
    for name, shape, found, ratio in results(given.only):
        times = [f"{seconds:.2f} s" for seconds, _ in found]
        print(row.format(name, shape, *times, f"{ratio:.2f}", f"{found[3][1]} MB"), flush=True)
        if found[3][0] > TOO_SLOW or (ratio > TOO_STEEP and found[3][0] > 1):
            bad.append(f"{name}: {shape}")
    if bad:
        sys.exit(f"too slow: {', '.join(bad)}")


if __name__ == "__main__":
    main()
