"""What is installed holds what picklebot reads at run time, in a wheel and in an editable install alike."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("strategies", "onwiki")


def data_files() -> set[str]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_a_wheel_that_is_built_from_an_sdist_holds_the_strategies_and_the_pages_for_the_wiki(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"picklebot/{name}" for name in data_files()} <= names
    seeds = {path.name for path in (ROOT / "picklebot/sandbox/seeds").iterdir()}
    assert {f"picklebot/sandbox/seeds/{name}" for name in seeds} <= names
    assert not any(name.startswith(("tests/", "docs/", "strategies/")) for name in names)


def test_an_editable_install_finds_them_through_links() -> None:
    for name in data_files():
        assert (files("picklebot") / name).is_file()
