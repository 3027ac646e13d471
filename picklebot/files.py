"""Files written whole or not at all: a reader sees the old content or the new one."""

from __future__ import annotations

import os
import secrets
import select
import stat
import time
from pathlib import Path

__all__ = ["write_whole"]

# To readers of a pipe, seconds in all: one that does not read must not hold the process.
_PIPE_SECONDS = 1.0
_PIPE_FULL = "nobody reads from it"


def write_whole(file: Path, data: bytes) -> None:
    """Write a file in one step, its folder with it; a device or a pipe is written to as it is.

    A link stays one: the file that it leads to is written. Modes are those of any new file of this user.

    :raises OSError: it cannot be written; an old file is left as it was
    """
    target = file.resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        _write_through(file, data)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Another suffix than the file's, and a dot in front: collectors of a folder's files pass over it.
    part = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)  # it is there only where something went wrong


def _write_through(file: Path, data: bytes) -> None:
    """Write to a pipe or a device, and wait for a reader no longer than it is worth."""
    descriptor = os.open(file, os.O_WRONLY | os.O_NONBLOCK)
    try:
        left = memoryview(data)
        until = time.monotonic() + _PIPE_SECONDS
        while left:
            try:
                left = left[os.write(descriptor, left) :]
            except BlockingIOError:
                wait = until - time.monotonic()
                if wait <= 0 or not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                    raise TimeoutError(_PIPE_FULL) from None
                select.select((), (descriptor,), (), wait)
    finally:
        os.close(descriptor)
