"""Folders for picklebot's files, also for a user without a home."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs
import pytest

from picklebot.config import Settings, data_folder, session_folder
from picklebot.errors import ConfigError


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"picklebot-{os.getuid()}"


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> str:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("PICKLEBOT_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_dir", fail)


@pytest.mark.usefixtures("no_home")
def test_without_a_home_the_place_of_states_has_to_be_named() -> None:
    with pytest.raises(ConfigError, match=r"there is no home folder .*PICKLEBOT_STORE .*PICKLEBOT_DATA"):
        _ = Settings().store_url
    assert Settings(store="sqlite:///x").store_url == "sqlite:///x"


@pytest.mark.usefixtures("no_home")
def test_without_a_home_sessions_are_kept_among_temporary_files_for_this_user_alone(temporary: Path) -> None:
    assert session_folder() == temporary == session_folder()
    assert temporary.stat().st_mode & 0o777 == 0o700


def test_sessions_are_kept_in_the_data_folder_where_it_can_be_written(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path / "data"))
    assert session_folder() == data_folder() / "pywikibot"
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path / "file" / "data"))
    assert session_folder() == temporary


@pytest.mark.usefixtures("no_home")
@pytest.mark.parametrize("trap", ["open to all", "a link", "a file"])
def test_a_folder_that_others_can_read_keeps_no_session(temporary: Path, tmp_path: Path, trap: str) -> None:
    if trap == "open to all":
        temporary.mkdir()
        temporary.chmod(0o755)
    elif trap == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        temporary.symlink_to(tmp_path / "elsewhere")
    else:
        temporary.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=str(temporary)):
        session_folder()
