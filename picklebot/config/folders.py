"""Folders of picklebot's files: states and sandboxes, and sessions of accounts."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

from picklebot.errors import ConfigError

__all__ = ["data_folder", "session_folder"]


def data_folder() -> Path:
    """Where picklebot keeps its files: ``PICKLEBOT_DATA``, else the user's data folder.

    :raises ConfigError: neither is known: a user without an entry in the system's list has no home
    """
    named = os.environ.get("PICKLEBOT_DATA")
    if named:
        return Path(named)
    try:
        return Path(platformdirs.user_data_dir("picklebot"))
    except RuntimeError as error:
        raise ConfigError(
            "there is no home folder to keep files in: PICKLEBOT_STORE names a database for states, and"
            " PICKLEBOT_DATA a folder for all files"
        ) from error


def session_folder() -> Path:
    """Where sessions of accounts are kept: the data folder, else a folder of this user's alone among temporary files.

    A session that is lost costs a login; states that are lost would be recorded anew.

    :raises ConfigError: neither can be used
    """
    try:
        folder = data_folder() / "pywikibot"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except (ConfigError, OSError):
        pass  # no home, or one that cannot be written
    return _temporary_folder()


def _temporary_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"picklebot-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ConfigError(f"{folder}: no folder for the session of the account: {error.strerror}") from error
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ConfigError(f"{folder}: others may read it, so no session is kept there: remove it")
    return folder
