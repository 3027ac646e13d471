"""Processes, named so that one can be told from any other, and known to be dead only where that can be seen.

A number of a process means something only inside its PID namespace, and only until the machine is started anew:
pods may all be process 1 of hosts with one name (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html).
"""

from __future__ import annotations

import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

__all__ = ["Process"]

_PROC = Path("/proc")
# A kernel may know no namespaces of time.
_NAMESPACES = tuple(_PROC / "self" / "ns" / name for name in ("pid", "time"))
# Where its birth stands after its name (proc(5): ``starttime``, the 22nd of all).
_START_TIME_FIELD = 19
# States of a process that is over and waits for its parent to notice (proc(5), ``stat``).
_OVER = frozenset("ZXx")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of some machine.

    :param host: the machine's name, whole
    :param boot: the kernel's id of this start of the machine; empty where it does not say
    :param namespaces: those in which number and birth are counted; empty where nothing can be said of others
    :param pid: its number
    :param birth: when it began, in the kernel's ticks: tells it from a later one of the same number
    """

    host: str
    boot: str
    namespaces: str
    pid: int
    birth: str

    @classmethod
    def this(cls) -> Self:
        """The process that asks."""
        pid = os.getpid()
        _, birth = _state_and_birth(pid)
        return cls(
            socket.gethostname(), _read_process_file("sys/kernel/random/boot_id").strip(), _namespaces(), pid, birth
        )

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """A process as `to_json` wrote it; None where it is none."""
        try:
            return cls(**value)  # type: ignore[arg-type]  # or else it is none
        except TypeError:
            return None

    def to_json(self) -> dict[str, Any]:
        """For the store."""
        return asdict(self)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    @property
    def is_dead(self) -> bool:
        """Whether it is known to be over. False where that cannot be seen from here."""
        here = Process.this()
        if not (here.boot and here.namespaces) or (here.boot, here.namespaces) != (self.boot, self.namespaces):
            return False
        try:
            os.kill(self.pid, 0)  # sends nothing; others' files in /proc may be hidden from us, their numbers are not
        except ProcessLookupError:
            return True
        except OSError:
            pass
        state, birth = _state_and_birth(self.pid)
        return state in _OVER or bool(birth and self.birth and birth != self.birth)


def _state_and_birth(pid: int) -> tuple[str, str]:
    """One letter, and when it began; both empty where that is not to be seen."""
    fields = _read_process_file(f"{pid}/stat").rpartition(")")[2].split()
    return (fields[0], fields[_START_TIME_FIELD]) if len(fields) > _START_TIME_FIELD else ("", "")


def _namespaces() -> str:
    """Where numbers and births of processes are counted; empty where ``/proc`` shows those of another namespace."""
    numbers = next(
        (line for line in _read_process_file("self/status").splitlines() if line.startswith("NSpid:")), ""
    ).split()
    if numbers[1:] != [str(os.getpid())]:
        return ""
    try:
        return " ".join(str(link.readlink()) for link in _NAMESPACES if link.is_symlink())
    except OSError:
        return ""


def _read_process_file(path: str) -> str:
    """The text of a file of ``/proc``; empty where it cannot be read."""
    try:
        return (_PROC / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
