"""A short run of the fuzzer, and the seeds of the long one; ``make fuzz`` runs it longer."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz import targets

HERE = Path(__file__).parent
SECONDS = 6


@pytest.mark.parametrize("name", targets.NAMES)
def test_seeds_hold(name: str) -> None:
    number = targets.NAMES.index(name)
    mine = [seed for seed in targets.seeds() if seed[0] == number]
    assert mine, "there is a seed for every target"
    for seed in mine:
        targets.read(seed)
        targets.read(seed[: len(seed) // 2] + b"\xf0\x9f\0" + seed[len(seed) // 2 :])


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this Python or machine")
def test_a_short_fuzz_run_finds_nothing(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, HERE / "fuzz.py", "--seconds", str(SECONDS), "--found", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert (ran.returncode, found) == (0, {}), ran.stderr[-4000:]
    assert "stat::number_of_executed_units" in ran.stderr
