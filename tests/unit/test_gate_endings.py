"""Ends of the gate without a verdict: told in every output as any decision, with the status of infrastructure."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from junitparser import JUnitXml

from picklebot.cli import gate
from picklebot.cli.main import main
from picklebot.cli.signals import asked_to_end, bell_of_signals, note_signals
from picklebot.errors import WorkError

WIKI = ("--wiki", "http://127.0.0.1:1/api.php")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No baseline of another test lies about."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["picklebot", "gate", *WIKI, "--baseline", "base.json", *arguments])
    monkeypatch.delenv("PICKLEBOT_WIKI", raising=False)
    with pytest.raises(SystemExit) as exit_:
        main()
    return int(exit_.value.code or 0)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(gate, "_gate", fail)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RuntimeError("oops"), "defect", "not checked: failed, by a mistake of its own; please report this: Runtime"),
        (MemoryError(), "defect", "not checked: failed, by a mistake of its own; please report this: MemoryError"),
        (WorkError("the name does not resolve"), "wiki", "not checked: the name does not resolve"),
    ],
)
def test_a_gate_that_fails_says_so_in_its_outputs_and_never_exits_1(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    error: Exception,
    code: str,
    said: str,
) -> None:
    failing(monkeypatch, error)
    files = {name: tmp_path / name for name in ("json", "junit", "tap")}
    outputs = [f"--output={name}={file}" for name, file in files.items()]

    assert run(monkeypatch, *outputs) == 3
    told = capfd.readouterr()
    assert told.out.startswith(said)
    assert told.err == ""
    document = json.loads(files["json"].read_text(encoding="utf-8"))
    assert [problem["code"] for problem in document["problems"]] == [code]
    assert JUnitXml.fromfile(str(files["junit"])).errors == 1
    assert files["tap"].read_text(encoding="utf-8").splitlines()[-1].startswith(f"Bail out! {said}")


def test_a_caller_that_knows_only_zero_gets_it_and_the_first_line_says_not_checked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, RuntimeError("oops"))

    assert run(monkeypatch, "--on-infrastructure-error", "pass") == 0
    assert capfd.readouterr().out.startswith("NOT CHECKED: ")


def test_a_gate_that_is_through_does_not_end_the_next_one_and_a_signal_ends_all() -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        note_signals()
        first, second = bell_of_signals(), bell_of_signals()
        first.ring()
        began = time.monotonic()
        second.wait(0.02)
        assert time.monotonic() - began >= 0.02
        signal.raise_signal(signal.SIGTERM)
        for bell in (second, bell_of_signals()):
            bell.wait(60)
        assert time.monotonic() - began < 30
        assert asked_to_end() == "SIGTERM"
    finally:
        note_signals()  # forgets that one
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_an_output_that_fails_costs_a_line_and_no_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gate.tap"

    assert run(monkeypatch, "--output", "json=/dev/full", "--output", f"tap={file}") == 3
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("not checked: base.json: there is no such baseline")
    assert lines[1:] == ["json was not written to /dev/full: No space left on device"]
    assert file.exists()


@pytest.mark.parametrize("output", ["json", "juint=x", "tap=/"])
def test_an_output_that_is_none_is_wrong_usage_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], output: str
) -> None:
    assert run(monkeypatch, "--output", output) == 2
    assert f"--output {output}" in capfd.readouterr().err
