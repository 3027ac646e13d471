"""Every file below tests/corpus is one case: a report and what it comes to. Adding a case means adding a file.

Keys of a case: ``name`` (the file's), ``why``, ``format``, ``input``; under ``expected``: ``state``, ``counts`` (what
is not given is 0), and where they matter ``error`` (its kind; not given: none), ``error_message``, ``plan``,
``skip_reason``, ``notes`` and ``diagnostics`` (each stands in one; an empty list: there are none), ``points`` (of each
only what is given is compared; of a ``note`` its code), ``marks``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from picklebot.model import Counts
from picklebot.reports import parse
from picklebot.reports.states import state_of
from picklebot.text.wording import error_words
from tests.factories import notes_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from picklebot.model import Point

CORPUS = Path(__file__).parent.parent / "corpus"
CASES = sorted(CORPUS.glob("*/**/*.toml"))
KEYS = {"name", "why", "format", "input", "expected"}
EXPECTED = {
    "state",
    "counts",
    "error",
    "error_message",
    "plan",
    "skip_reason",
    "notes",
    "diagnostics",
    "points",
    "marks",
}


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.relative_to(CORPUS).with_suffix("").as_posix())
def test_report(path: Path) -> None:
    case = load(path)
    expected = case["expected"]

    report = parse(case["format"], case["input"])

    state, rule = state_of(report)
    assert str(state) == expected["state"], f"{rule}; {report}"
    assert report.counts == Counts(**expected.get("counts", {}))
    assert (report.error.kind if report.error else None) == expected.get("error")
    if "error_message" in expected:
        assert report.error is not None
        assert expected["error_message"] == error_words(report.error)
    if "plan" in expected:
        assert report.plan is not None
        assert expected["plan"] == report.plan.count
    if "marks" in expected:
        assert report.marks == expected["marks"]
    if "skip_reason" in expected:
        assert report.plan is not None
        assert report.plan.skip_all
        assert expected["skip_reason"] == report.plan.reason
    for name, lines in (("notes", notes_in_words(report)), ("diagnostics", report.diagnostics)):
        assert bool(lines) == bool(expected.get(name, lines))
        for part in expected.get(name, ()):
            assert any(part in line for line in lines), f"{part!r} is in none of {lines}"
    if "points" in expected:
        compare(report.points, expected["points"])


def compare(points: tuple[Point, ...], expected: list[Mapping[str, Any]]) -> None:
    assert len(points) == len(expected)
    for point, wanted in zip(points, expected, strict=True):
        for key, value in wanted.items():
            if key == "subtests":
                compare(point.subtests, value)
            else:
                found = (point.note and point.note.code) if key == "note" else getattr(point, key)
                assert found == value, f"{key} of {point}"


def test_the_cases_are_well_formed() -> None:
    assert len(CASES) >= 130
    for path in CASES:
        case = load(path)
        assert set(case) == KEYS, path
        assert case["name"] == path.stem, path
        assert case["why"].strip(), path
        assert set(case["expected"]) <= EXPECTED, path
