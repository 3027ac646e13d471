"""What holds for every page of the three families of UnitTests; the single cases are in tests/corpus/unittests-*."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.model import Report, State
from picklebot.plugins.manager import load_plugins
from picklebot.reports import parse
from picklebot.reports.states import state_of
from picklebot.strategy import load_strategies

FAMILIES = ("unittests-enwiki", "unittests-wiktionary", "unittests-frwiktionary")
FORMATS = ("scribuntounit", *FAMILIES, "unittests-forks")
SOURCES = ["unittests-enwiki", "unittests-wiktionary", "unittests-frwiktionary", "unittests-forks"]
CORPUS = Path(__file__).parent.parent / "corpus"
STRATEGIES = load_strategies(load_plugins())
CASES = [
    (path, tomllib.loads(path.read_text(encoding="utf-8")))
    for name in FORMATS
    for path in sorted((CORPUS / name).glob("*.toml"))
]

ICONS = {True: '<img alt="" src="/a.png">', False: '<img alt="" src="/b.png">'}
CLASSES = {"unittests-enwiki": "wikitable", "unittests-wiktionary": "unit-tests wikitable"}


def headline(family: str, failed: int) -> str:
    if family == "unittests-enwiki":
        return f'<b style="color:#{"800000" if failed else "008000"}">{failed or "All"} x.</b>'
    words = "Tous les tests ont réussi" if not failed else f"{failed} tests ont échoué"
    return f'<strong class="{"error" if failed else "success"}">{words}</strong>'


def page(family: str, functions: list[list[tuple[str, bool]]]) -> str:
    html = f"<p>{headline(family, sum(not ok for rows in functions for _, ok in rows))}\n</p>"
    for rows in functions:
        body = "".join(
            f"<tr{mark(family, ok)}><td>{ICONS[ok]}</td><td>{escape(name)}</td><td>1</td><td>{1 if ok else 2}</td></tr>"
            for name, ok in rows
        )
        head = "<tr><th></th><th>A</th><th>B</th><th>C</th></tr>"
        table = f'<table class="{CLASSES.get(family, "wikitable")}"><caption>test</caption><tbody>{head}'
        html += f"{table}{body}</tbody></table>"
    return html


def mark(family: str, ok: bool) -> str:
    return f' class="unit-test-{"pass" if ok else "fail"}"' if family == "unittests-wiktionary" else ""


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
functions = st.lists(st.lists(st.tuples(names, st.booleans()), max_size=8), min_size=1, max_size=5)


@pytest.mark.parametrize("family", FAMILIES)
@given(rows=functions)
def test_every_row_is_counted_as_it_went(family: str, rows: list[list[tuple[str, bool]]]) -> None:
    report = parse(family, page(family, rows))

    went = [ok for function in rows for _, ok in function]
    assert [point.ok for point in report.points] == went
    assert report.notes == ()
    expected = State.PENDING if not went else State.GOOD if all(went) else State.FAIL
    assert state_of(report)[0] is expected


@pytest.mark.parametrize("family", FAMILIES)
@given(text=st.text())
def test_no_text_raises_anything(family: str, text: str) -> None:
    assert isinstance(parse(family, text), Report)


pieces = st.sampled_from(
    [headline(family, failed) for family in FAMILIES for failed in (0, 2)]
    + ["<table class='wikitable'>", "<table class='unit-tests wikitable'>", "</table>", "<tr>", "<th>", "<td>", "<em>2"]
    + ["<tr class=unit-test-fail>", "<td rowspan=2>", "<strong>", "<caption>", "5/3 tests", "\x02", "\ud800", "✘"]
)


@pytest.mark.parametrize("family", FAMILIES)
@given(html=st.lists(pieces, max_size=40).map("".join))
def test_no_markup_raises_anything(family: str, html: str) -> None:
    report = parse(family, html)
    counts = report.counts
    assert counts.total == counts.passed + counts.failed + counts.skipped
    assert counts.passed >= 0
    state_of(report)


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{path.parent.name}/{path.stem}" for path, _ in CASES])
def test_what_one_format_reads_no_other_reads_otherwise(path: Path, case: dict[str, str]) -> None:
    report = parse(case["format"], case["input"])
    if not report.recognised:
        return
    for other in FORMATS:
        if other != case["format"]:
            assert not parse(other, case["input"]).recognised, f"{path.stem} is read as {other}"


# Forms in words of another language, and tables without their headlines: parsers read them where the source of a suite
# names the framework, but as marks of a framework whose name is not known they would fit anything.
UNMARKED = {"short-localised", "short-words-around", "short-words-behind", "nested", "no-headline"}


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{path.parent.name}/{path.stem}" for path, _ in CASES])
def test_the_pattern_of_a_strategy_finds_what_its_format_reads(path: Path, case: dict[str, str]) -> None:
    """The three families share name and entry: which strategy reads a page is up to these patterns.

    Forks look like anything: they are read on the word of the source alone.
    """
    if not parse(case["format"], case["input"]).recognised or path.stem in UNMARKED:
        return
    found = [
        strategy.name
        for strategy in STRATEGIES.ordered
        if any(pattern.search(case["input"]) for pattern in strategy.recognise.report)
    ]
    assert case["format"] in found or (case["format"] == "unittests-forks" not in found)


@pytest.mark.parametrize(
    "line",
    [
        "local {0} = require('Module:{0}')",
        'local tests = require "Module:{0}"',
        "p=require[[Module:{0}]]",
        "p = require ( [==[Module:{0}]==] )",
        "local {0} = require('Модуль:{0}')",
        "local {0} = require('Mô đun:{0}')",
        "local t = require('Dev:{0}')",
        "local t = require('Module:' .. prefix .. 'tools/{0}')",
        "local t = Lua.import('Module:{0}')",
        "local a = b - c; local t = require('Module:{0}')",
    ],
)
@pytest.mark.parametrize("framework", ["ScribuntoUnit", "UnitTests"])
def test_a_suite_is_told_by_the_framework_that_it_requires(line: str, framework: str) -> None:
    found = [strategy.name for strategy in STRATEGIES.by_source(f"\n{line.format(framework)}\n")]
    assert found == (["scribuntounit"] if framework == "ScribuntoUnit" else SOURCES)


@pytest.mark.parametrize(
    "line",
    [
        "-- local tests = require('Module:UnitTests')",
        "local x = mw.loadData('Module:ScribuntoUnit/config')",
        "return require('Module:UnitTests/doc')",
        "local s = 'see Module:UnitTests'",
        "local t = require('Module:MyUnitTests')",
    ],
)
def test_what_only_names_a_framework_is_no_suite_of_it(line: str) -> None:
    assert STRATEGIES.by_source(line) == []
