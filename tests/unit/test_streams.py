"""An output that cannot be written never changes what was done, nor its exit status without need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from picklebot.cli.streams import standard_streams

SCRIPT = Path(sys.executable).with_name("picklebot")
SAY = """
import json, sys, click
from picklebot.cli.streams import standard_streams
with standard_streams():
    click.echo(json.dumps({text!a}, ensure_ascii=False))
    print({text!a}, file=sys.stderr)
"""
TEXT = "naïve 数 🥒 \udc80"


def run(
    *arguments: str, stdout: int = subprocess.PIPE, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[bytes]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.run(
        arguments, stdout=stdout, stderr=subprocess.PIPE, env={**variables, **environment}, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "ascii"),
        ({"PYTHONIOENCODING": "ascii:strict"}, "ascii"),
        ({"PYTHONIOENCODING": "iso-8859-1"}, "iso-8859-1"),
        ({"PYTHONIOENCODING": "utf-8"}, "utf-8"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "ascii"),
        ({"LC_ALL": "POSIX"}, "utf-8"),
    ],
)
def test_what_an_encoding_lacks_is_escaped_so_that_json_stays_json(environment: dict[str, str], encoding: str) -> None:
    ran = run(sys.executable, "-c", SAY.format(text=TEXT), environment=environment)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.decode(encoding)) == TEXT
    assert ran.stderr.decode(encoding).startswith("na")
    assert ran.stderr.decode(encoding).endswith("\\udc80\n")


def test_a_reader_that_left_is_no_reason_to_say_anything(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = run(str(SCRIPT), "strategies", stdout=writing, environment={"HOME": str(tmp_path)})
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_told_of_and_ends_it_with_3(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run(str(SCRIPT), "strategies", stdout=full.fileno(), environment={"HOME": str(tmp_path)})
    assert ran.returncode == 3
    assert ran.stderr == b"picklebot: not all of the output could be written: No space left on device\n"


def test_without_any_standard_output_a_command_does_its_work(tmp_path: Path) -> None:
    ran = run("sh", "-c", f"'{SCRIPT}' strategies >&- 2>&-", environment={"HOME": str(tmp_path)})
    assert ran.returncode == 0


def test_a_stream_that_somebody_else_put_there_is_left_alone() -> None:
    before = sys.stdout
    with standard_streams():
        assert sys.stdout is before
