"""Files of whoever keeps a gate: waivers, groups of wikis, ranges of hosts. Mistakes are told with line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from picklebot.errors import ConfigError
from picklebot.gate.config import read_group
from picklebot.gate.hosts import expand_hosts
from picklebot.gate.model import JudgedSuite, NewlyFailing, RegressionKind, SuiteOutcome, Waiver
from picklebot.gate.waivers import read_waivers, waive

TODAY = date(2026, 3, 4)
WAIVER = """[[waiver]]
suite = "Module:Foo"
point = "trims"
reason = "T123"
who = "Ann"
until = 2026-06-30
"""


def waivers(tmp_path: Path, text: str) -> tuple[Waiver, ...]:
    file = tmp_path / "waivers.toml"
    file.write_text(text)
    return read_waivers(file, TODAY)


def test_a_waiver_names_a_suite_a_point_a_reason_a_person_and_a_day(tmp_path: Path) -> None:
    found = waivers(tmp_path, f"# known\n{WAIVER}\n{WAIVER.replace('trims', '*').replace('Foo', 'bar_x')}")

    assert found == (
        Waiver("Module:Foo", "trims", "T123", "Ann", date(2026, 6, 30), 2),
        Waiver("Module:bar x", None, "T123", "Ann", date(2026, 6, 30), 9),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('who = "Ann"\n', "", 1, "who: expected who answers for it; it is missing"),
        ("until = 2026-06-30\n", "", 1, "until"),
        ('"T123"', '" "', 4, "reason"),
        ('"T123"', "7", 4, "reason"),
        ('"Module:Foo"', '"Module:*"', 2, "no pattern"),
        ('"Module:Foo"', '"Foo"', 2, "with its namespace"),
        ("2026-06-30", "2027-06-30", 6, "a day within a year"),
        ("2026-06-30", '"soon"', 6, "the last day"),
        ("point", "pont", 3, "one of suite, point"),
    ],
)
def test_a_wrong_waiver_is_refused_with_line_and_key(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        waivers(tmp_path, WAIVER.replace(old, new))

    assert f"waivers.toml:{line}: " in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("text", ["[waiver]\nsuite = 1\n", "x = 1\n", "[[waivers]]\n", "waiver = [1]\n", "[[waiver]\n"])
def test_a_file_of_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"waivers\.toml"):
        waivers(tmp_path, text)


def test_a_file_of_waivers_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_waivers(tmp_path / "none.toml", TODAY)


def a_regression(*points: str, kind: RegressionKind = RegressionKind.POINT) -> JudgedSuite:
    failing = tuple(map(NewlyFailing, points))
    return JudgedSuite("Module:Foo/testcases", "Module:Foo", SuiteOutcome.REGRESSION, kind=kind, points=failing)


def a_waiver(point: str | None = "trims", until: date = TODAY, suite: str = "Module:Foo") -> Waiver:
    return Waiver(suite, point, "T123", "Ann", until, 1)


def test_a_regression_is_waived_where_waivers_cover_all_of_it() -> None:
    both = [a_waiver(), a_waiver("pads", suite="Module:Foo/testcases")]

    assert waive([a_regression("trims")], [a_waiver()], TODAY).suites[0].outcome is SuiteOutcome.WAIVED
    assert waive([a_regression("trims", "pads")], both, TODAY).suites[0].outcome is SuiteOutcome.WAIVED
    left = waive([a_regression("trims", "pads")], [a_waiver()], TODAY).suites[0]
    assert (left.outcome, left.points) == (SuiteOutcome.REGRESSION, (NewlyFailing("pads"),))


def test_a_waiver_of_a_point_does_not_cover_a_suite_that_dies() -> None:
    dead = a_regression(kind=RegressionKind.SUITE)

    assert waive([dead], [a_waiver()], TODAY).suites == (dead,)
    assert waive([dead], [a_waiver(None)], TODAY).suites[0].outcome is SuiteOutcome.WAIVED


def test_waivers_that_are_past_match_nothing_or_hide_more_than_they_name_are_told_of() -> None:
    past = waive([a_regression("trims")], [a_waiver(until=date(2026, 3, 3))], TODAY)
    assert past.suites[0].outcome is SuiteOutcome.REGRESSION
    assert "past its date" in past.remarks[0]

    assert "matches no regression" in waive([], [a_waiver()], TODAY).remarks[0]
    assert "hides more than it names: 2 points" in waive([a_regression("a", "b")], [a_waiver(None)], TODAY).remarks[0]
    assert waive([a_regression("trims")], [a_waiver()], TODAY).remarks == ()


GROUP = """[[groups.group0]]
wiki = "https://test.wikipedia.org/w/api.php"
name = "test"
connect_to = ["mw[1-2].example:443"]
baseline = "test.json.gz"

[[groups.group0]]
wiki = "https://www.mediawiki.org/w/api.php"
baseline_url = "https://www.mediawiki.org/w/api.php"
"""


def test_a_group_names_its_wikis_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_text(GROUP)

    first, second = read_group(tmp_path / "gate.toml", "group0")

    assert (first.name, first.connect_to, first.baseline) == (
        "test",
        ("mw[1-2].example:443",),
        tmp_path / "test.json.gz",
    )
    assert second.baseline_url == "https://www.mediawiki.org/w/api.php"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("baseline_url", "baseline_ur", "gate.toml:9: baseline_ur"),
        ('"mw[1-2].example:443"', '"mw 1"', "gate.toml:4: connect_to"),
        ('name = "test"', "name = 3", "gate.toml:3: name"),
        ('wiki = "https://www.mediawiki.org/w/api.php"\n', "", "gate.toml:7: wiki"),
        ("[[groups.group0]]", "[[group.group0]]", "gate.toml:1: group"),
        ("[[groups.group0]]", "[[groups.other]]", "no group group0; there are: other"),
        ('"test"', '"test', "expected TOML"),
    ],
)
def test_a_wrong_group_is_refused_with_line_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "gate.toml").write_text(GROUP.replace(old, new))

    with pytest.raises(ConfigError) as caught:
        read_group(tmp_path / "gate.toml", "group0")

    assert told in str(caught.value)


def test_ranges_of_hosts_are_written_as_httpbb_has_them() -> None:
    assert expand_hosts("canary:443") == ["canary:443"]
    assert expand_hosts("mw[1261,1263-1264].eqiad:443") == ["mw1261.eqiad:443", "mw1263.eqiad:443", "mw1264.eqiad:443"]
    assert expand_hosts("a[1-2]b[08-09]") == ["a1b08", "a1b09", "a2b08", "a2b09"]
    assert expand_hosts("[::1]:80") == ["[::1]:80"]


@pytest.mark.parametrize("text", ["mw[9-1]", "mw[1-5000]", "mw[1-100][1-100]"])
def test_ranges_that_go_backwards_or_have_no_end_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        expand_hosts(text)
