"""Where sandboxes live: one folder of data, never the checkout."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from picklebot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Home", "locked"]

# Beside the folder of each sandbox lies a file with its name and this.
_LOCK = ".lock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that all sandboxes of a user share.

    ::

        mediawiki/<release>/   an unpacked MediaWiki; read only, every sandbox of that release is served from it
        sandboxes/<name>/      the files of one sandbox
    """

    root: Path

    @classmethod
    def default(cls) -> Home:
        """``PICKLEBOT_DATA`` if it is set, else the user's data folder (``~/.local/share/picklebot``)."""
        given = os.environ.get("PICKLEBOT_DATA")
        return cls(Path(given).expanduser().absolute() if given else platformdirs.user_data_path("picklebot"))

    @property
    def mediawiki(self) -> Path:
        """Unpacked MediaWikis."""
        return self.root / "mediawiki"

    @property
    def sandboxes(self) -> Path:
        """One folder a sandbox."""
        return self.root / "sandboxes"

    def sandbox(self, name: str) -> Path:
        """The folder of one sandbox, whether it exists or not.

        :raises UsageError: the name cannot be a folder's
        """
        if not _NAME.fullmatch(name) or name.endswith(_LOCK):
            raise UsageError(
                f"a sandbox cannot be named {name!r}: use up to 40 letters, digits, dots, dashes and underscores, and"
                f" not {_LOCK} at the end"
            )
        return self.sandboxes / name


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold ``path`` as a lock against other processes; waits for as long as another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
