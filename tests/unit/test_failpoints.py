"""Fault points: a process dies where it was told to, and nowhere else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import picklebot
from picklebot.errors import ConfigError
from picklebot.failpoints import POINTS, VARIABLE, check, failpoint
from picklebot.model import BUILT_IN_RECORDERS

SOURCES = [path.read_text(encoding="utf-8") for path in Path(picklebot.__file__).parent.rglob("*.py")]


def run(named: str) -> subprocess.CompletedProcess[str]:
    code = """
from picklebot.failpoints import failpoint
for n in range(3):
    failpoint("after-tags")
    print(n, flush=True)
"""
    environment = {**os.environ, VARIABLE: named}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("named", "printed", "status"),
    [
        ("", "0\n1\n2\n", 0),
        ("after-log", "0\n1\n2\n", 0),
        ("after-tags", "", -signal.SIGKILL),
        ("after-tags:3", "0\n1\n", -signal.SIGKILL),
        ("after-tags:4", "0\n1\n2\n", 0),
    ],
)
def test_a_process_dies_at_the_point_that_is_named_and_the_time_that_is_counted(
    named: str, printed: str, status: int
) -> None:
    ran = run(named)
    assert (ran.stdout, ran.returncode) == (printed, status)


def test_without_the_variable_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    for point in POINTS:
        failpoint(point)


@pytest.mark.parametrize("named", ["after-nothing", "after-tags:x", "after-tags:-1", ":1"])
def test_a_point_that_is_none_is_refused(named: str) -> None:
    with pytest.raises(ConfigError, match="expected one of after-lease, "):
        check(named)


def test_every_point_that_is_listed_is_in_the_code_and_every_one_in_the_code_is_listed() -> None:
    called = set(re.findall(r'failpoint\(\s*"([a-z-]+)"', "\n".join(SOURCES)))
    called |= set(re.findall(r'"(in-[a-z]+-commit)"\)', "\n".join(SOURCES)))
    of_recorders = re.findall(r'failpoint\(\s*f"([a-z-]+)\{(?:recorder\.)?name\}([a-z-]*)"', "\n".join(SOURCES))
    called |= {f"{before}{name}{after}" for before, after in of_recorders for name in BUILT_IN_RECORDERS}
    assert called == set(POINTS)
