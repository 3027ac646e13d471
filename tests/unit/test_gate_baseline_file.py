"""The file of a baseline: written whole or not at all, and refused in words that say what to do."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from picklebot.errors import WorkError
from picklebot.gate.baseline_file import (
    BaselineCall,
    BaselineError,
    BaselineFile,
    BaselinePage,
    BaselineSuite,
    PointTally,
    SoftwareEntry,
    WikiEntry,
    age_of,
    read_baseline,
    write_baseline,
)
from picklebot.gate.model import ProblemCode
from picklebot.model import State

HOW = "picklebot gate --save FILE"
MADE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def a_baseline() -> BaselineFile:
    suite = BaselineSuite(
        tester="Module:Foo/testcases",
        testee="Module:Foo",
        strategy="tap",
        call=BaselineCall(function="tap"),
        state=State.GOOD,
        passed=1,
        total=1,
        points=[PointTally(name="<b>\u2028 ok", passed=1)],
        pages=["Module:Foo"],
    )
    return BaselineFile(
        format="picklebot-baseline",
        version=1,
        made=MADE,
        picklebot="1.0",
        strategies="ab",
        wiki=WikiEntry(key="//localhost/w#wiki", url="http://localhost/w/api.php"),
        software=SoftwareEntry(generator="MediaWiki 1.43.9", extensions={"Scribunto": ""}),
        pages={"Module:Foo": BaselinePage(revision=10, page_id=1, sha1="ab")},
        suites=[suite],
    )


@pytest.mark.parametrize("name", ["baseline.json", "baseline.json.gz"])
def test_a_baseline_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    write_baseline(a_baseline(), tmp_path / name)

    assert read_baseline(tmp_path / name, how=HOW) == a_baseline()
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_baseline_is_compressed_where_its_name_says_so(tmp_path: Path) -> None:
    write_baseline(a_baseline(), tmp_path / "baseline.json.gz")

    assert json.loads(gzip.decompress((tmp_path / "baseline.json.gz").read_bytes()))["version"] == 1


def refusal(file: Path) -> BaselineError:
    with pytest.raises(BaselineError) as caught:
        read_baseline(file, how=HOW)
    assert HOW in str(caught.value)
    assert str(file) in str(caught.value)
    return caught.value


def test_a_baseline_that_is_missing_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.json").code is ProblemCode.BASELINE_MISSING


@pytest.mark.parametrize("name", ["baseline.json", "baseline.json.gz"])
@pytest.mark.parametrize("kept", [0, 1, 20, 100, -1])
def test_a_baseline_that_is_cut_short_is_refused(tmp_path: Path, name: str, kept: int) -> None:
    file = tmp_path / name
    write_baseline(a_baseline(), file)
    file.write_bytes(file.read_bytes()[:kept])

    assert refusal(file).code is ProblemCode.BASELINE_UNREADABLE


def test_a_damaged_compressed_baseline_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json.gz"
    write_baseline(a_baseline(), file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)

    assert refusal(file).code is ProblemCode.BASELINE_UNREADABLE


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": "other", "version": 1}', "null", "7"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)

    assert "no baseline" in str(refusal(file))


def test_a_baseline_of_another_version_is_refused_and_both_are_named(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    write_baseline(a_baseline(), file)
    file.write_text(file.read_text().replace('"version":1', '"version":2'))

    error = refusal(file)

    assert error.code is ProblemCode.BASELINE_VERSION
    assert "version 2" in str(error)


def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    write_baseline(a_baseline(), file)
    file.write_text(file.read_text().replace('"state":"good"', '"state":"splendid"'))

    assert "suites.0.state" in str(refusal(file))


def test_keys_of_a_newer_picklebot_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    write_baseline(a_baseline(), file)
    file.write_text(file.read_text().replace('"version":1', '"version":1,"weather":"fine"'))

    assert read_baseline(file, how=HOW) == a_baseline()


def test_a_baseline_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "baseline.json"
    (folder / "inside").mkdir(parents=True)

    with pytest.raises(WorkError, match="cannot be written"):
        write_baseline(a_baseline(), folder)
    assert [file.name for file in tmp_path.iterdir()] == ["baseline.json"]


def test_the_age_of_a_baseline_is_counted_from_when_its_making_began() -> None:
    assert age_of(a_baseline(), MADE + timedelta(days=8)) == timedelta(days=8)
    assert age_of(a_baseline(), MADE - timedelta(days=1)) == timedelta()
