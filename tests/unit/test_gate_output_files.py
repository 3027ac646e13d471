"""Files of the gate's outputs: their option, and a disk that fails."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from picklebot.errors import UsageError
from picklebot.files import write_whole
from picklebot.gate.model import Decision, SuiteOutcome
from picklebot.output.gate import formats
from picklebot.output.gate.files import OutputFile, read_output_options, write_outputs
from picklebot.output.gate.formats import FormatEntry
from tests.decisions import a_decision


def written(decision: Decision, *outputs: OutputFile) -> list[str]:
    return list(write_outputs(decision, outputs))


def test_an_option_names_a_format_and_a_file_and_may_be_repeated(tmp_path: Path) -> None:
    outputs = read_output_options([f"json={tmp_path}/a=b.json", f"tap={tmp_path}/c.tap"])

    assert outputs == (OutputFile("json", tmp_path / "a=b.json"), OutputFile("tap", tmp_path / "c.tap"))


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("json", "expected FORMAT=FILE"),
        ("json=", "expected FORMAT=FILE"),
        ("=file", "there is no format ''. There are: json, ctrf"),
        ("juint=x.xml", "did you mean junit?"),
        ("JSON=x", "there is no format 'JSON'"),
        ("json=/", "is a folder"),
    ],
)
def test_a_wrong_option_says_what_was_expected(option: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read_output_options([option])
    assert said in str(error.value)


def test_two_formats_for_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="json goes to the same file"):
        read_output_options([f"json={tmp_path}/x", f"tap={tmp_path}/./x"])


def test_each_output_is_written_whole_with_its_folder_and_readable_for_others(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        told = written(a_decision(SuiteOutcome.PASSED), OutputFile("prometheus", tmp_path / "new" / "gate.prom"))
    finally:
        os.umask(before)

    assert told == []
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["gate.prom"]
    assert stat.S_IMODE((tmp_path / "new" / "gate.prom").stat().st_mode) == 0o644


def test_a_disk_that_fails_costs_one_output_and_a_line(tmp_path: Path) -> None:
    full, good = Path("/dev/full"), tmp_path / "good.tap"

    (line,) = written(a_decision(SuiteOutcome.PASSED), OutputFile("json", full), OutputFile("tap", good))

    assert line == "json was not written to /dev/full: No space left on device"
    assert good.exists()


def test_a_mistake_in_one_format_costs_that_output_and_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = FormatEntry("nosuch", "nosuch_text", "")
    monkeypatch.setattr(formats, "FORMATS", {**formats.FORMATS, "json": broken})
    monkeypatch.setattr("picklebot.output.gate.files.FORMATS", formats.FORMATS)
    good = tmp_path / "good.tap"

    (line,) = written(a_decision(SuiteOutcome.PASSED), OutputFile("json", tmp_path / "x"), OutputFile("tap", good))

    assert line.startswith(f"json was not written to {tmp_path}/x, by a mistake of its own: ModuleNotFoundError")
    assert good.exists()


def test_an_old_file_stays_where_the_new_one_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "gate.json"
    file.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (line,) = written(a_decision(SuiteOutcome.PASSED), OutputFile("json", file))

    assert line.endswith("No space left on device")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")

    write_whole(tmp_path / "link", b"text")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"text"


def test_a_pipe_gets_the_text_and_one_without_a_reader_holds_nothing_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert written(a_decision(SuiteOutcome.PASSED), OutputFile("tap", pipe)) == [
        f"tap was not written to {pipe}: No such device or address"
    ]
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    until = time.monotonic() + 10
    while written(a_decision(*[SuiteOutcome.PASSED] * 3000), OutputFile("tap", pipe)) and time.monotonic() < until:
        time.sleep(0.01)  # the reader is not there yet
    reader.join(10)
    assert got[0].startswith("TAP version 14\n1..3000\n")
    assert "ok 3000 " in got[0]
    assert pipe.is_fifo()
