"""Everything that reads a wiki's words, and the rules that hold for any words: nothing is raised, all is bounded."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import re2

from picklebot.discovery.calls import find_call
from picklebot.discovery.lua import mentioned_modules, without_comments
from picklebot.invocation.output import script_error
from picklebot.model import Directive, Point, Report
from picklebot.reports import PARSERS
from picklebot.reports.detail import merge, parse_detail
from picklebot.reports.limits import (
    MAX_DIAGNOSTICS,
    MAX_NOTABLE_POINTS,
    MAX_NOTES,
    MAX_POINTS,
    MAX_SUBTEST_DEPTH,
    MAX_TEXT_CHARACTERS,
)
from picklebot.reports.patterns import CountPattern, Patterns, PointPattern, parse_patterns
from picklebot.reports.states import state_of
from picklebot.text.terminal import plain
from picklebot.text.wikitext import CostlyWikitextError
from picklebot.text.wording import note_words

__all__ = ["NAMES", "TARGETS", "read", "seeds"]

_CORPUS: Final = Path(__file__).parent.parent / "corpus"
_ERROR: Final = (
    '<strong class="error"><span class="scribunto-error" id="mw-scribunto-error-0">Lua error: x</span></strong>'
)
_PATTERNS: Final = Patterns(
    [
        PointPattern(re2.compile(r"(?m)^ok (?P<name>.*)$"), ok=True),
        PointPattern(re2.compile(r"(?s)not(?P<message>.*ok)?"), ok=False),
        PointPattern(re2.compile(r"#\s*(?P<name>TODO|\b)"), ok=False, directive=Directive.TODO),
    ],
    [CountPattern(re2.compile(r"(?P<failed>\w+)/(?P<total>\pN+)|(?P<passed>\d+) passed"))],
    [re2.compile("^$")],
)
# As much of a site as a call is read by.
_SITE: Any = SimpleNamespace(invoke_words=("invoke", "ruf"), invoked=lambda name: f"Module:{name.strip()}")


def _report(report: Report) -> None:
    """The rules for every report."""
    state_of(report)
    counts = report.counts
    parts = (counts.passed, counts.failed, counts.skipped, counts.todo)
    assert all(type(number) is int and number >= 0 for number in (counts.total, *parts)), counts
    assert counts.failed >= sum(point.failed for point in report.points) or report.error is not None or report.declared
    assert sum(1 for _ in _all(report.points)) <= MAX_POINTS + MAX_NOTABLE_POINTS
    assert len(report.notes) <= MAX_NOTES + 10
    assert len(report.diagnostics) <= MAX_DIAGNOSTICS + 1
    assert all(len(line) <= 2 * MAX_TEXT_CHARACTERS for line in (*map(note_words, report.notes), *report.diagnostics))
    for point in _all(report.points):
        texts = (point.description, point.reason, point.expected, point.actual, point.message)
        assert all(text is None or len(text) <= MAX_TEXT_CHARACTERS for text in texts), point
        plain(point.description)
    json.dumps(asdict(report), ensure_ascii=False, default=str).encode()  # no half surrogates


def _all(points: tuple[Point, ...], depth: int = 0) -> Iterator[Point]:
    assert depth <= MAX_SUBTEST_DEPTH + 1
    for point in points:
        yield point
        yield from _all(point.subtests, depth + 1)


def _detail(text: str) -> None:
    report = parse_detail(text)
    if report is not None:
        _report(report)
        for other in (PARSERS["tap"](text), Report("tap", points=report.points[:2])):
            _report(merge(other, report))


def _error(text: str) -> None:
    for output in (text, f"{_ERROR}{text}", f"<p>{text}</p>"):
        error = script_error(output, "The time allocated for running scripts has expired.")
        assert error is None or isinstance(error.message, str)


def _comments(text: str) -> None:
    assert len(without_comments(text)) <= len(text)
    list(mentioned_modules(text))


def _call(text: str) -> None:
    for wikitext in (text, f"{{{{#invoke:{text}}}}}", f"{{{{#invoke:Foo/testcases|{text}}}}}"):
        try:
            call = find_call(wikitext, "Module:Foo/testcases", _SITE)
        except CostlyWikitextError:
            continue
        assert call is None or isinstance(call.function, str)


def _reading(parse: Callable[[str], Report]) -> Callable[[str], None]:
    return lambda text: _report(parse(text))


TARGETS: Final[Mapping[str, Callable[[str], None]]] = {
    **{name: _reading(parse) for name, parse in sorted(PARSERS.items())},
    "patterns": _reading(lambda text: parse_patterns(text, _PATTERNS)),
    "detail": _detail,
    "script-error": _error,
    "comments": _comments,
    "call": _call,
}
NAMES: Final = list(TARGETS)


def read(data: bytes) -> None:
    """Give bytes to one target: the first says which, the rest is its text."""
    if data:
        TARGETS[NAMES[data[0] % len(NAMES)]](data[1:].decode("utf-8", "replace"))


def seeds() -> Iterator[bytes]:
    """The cases of tests/corpus, each for its own format and for formats that read anything."""
    for path in sorted(_CORPUS.rglob("*.toml")):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        text = str(case.get("input", "")).encode("utf-8", "surrogatepass")
        for name in (case.get("format"), "patterns", "script-error"):
            if name in NAMES:
                yield bytes([NAMES.index(name)]) + text
    more = {
        "detail": '{"total": 3, "failed": 1, "skipped": 1, "points": [{"name": "a", "ok": false, "expected": "1"}]}',
        "comments": "--[==[ x ]==] local a = [[--]] .. '\\'--' -- b\nrequire('Module:A')",
        "call": "foo/testcases | run | a = {{{1|<nowiki>}}</nowiki>}}} }}",
        "script-error": _ERROR,
        "specs": "TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b &#91;x&#93; &#35; c\n  ---\n  expected: '1'\n  ...\n",
    }
    for name, text_ in more.items():
        yield bytes([NAMES.index(name)]) + text_.encode()
