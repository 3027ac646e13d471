"""Commands without the half second in which Python imports them: a process that has done so forks for each.

Each command is a process of its own that can be killed, and ends as one that was started from nothing would. It runs
``picklebot.cli.main.main`` as the console script does; that the script itself works is for other tests to say.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import picklebot

__all__ = ["run"]

_RUN_BY_ALEMBIC = "picklebot.store.migrations."
_IMPORTED_LATE = ("dotenv", "encodings.utf_8_sig", "lxml.html", "structlog")
"""By functions, of modules that are not our own."""

_LONGEST_SECONDS = 180
"""Seconds; longer commands are ended by SIGALRM."""


@cache
def _server() -> str:
    """Start the process that forks, once; the address of its socket."""
    folder = tempfile.TemporaryDirectory(prefix="prefork-")
    address = f"{folder.name}/socket"
    process = subprocess.Popen([sys.executable, __file__, address], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.kill()
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return address


def run(arguments: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``picklebot`` with these arguments in a folder; its environment holds these variables and no others."""
    with (
        tempfile.NamedTemporaryFile() as out,
        tempfile.NamedTemporaryFile() as err,
        socket.socket(socket.AF_UNIX) as connection,
    ):
        connection.connect(_server())
        connection.sendall(json.dumps([arguments, str(folder), environment, out.name, err.name]).encode() + b"\n")
        status = int(connection.makefile().readline())
        return subprocess.CompletedProcess(arguments, status, out.read().decode(), err.read().decode())


def _import_everything() -> None:
    """Import the modules that commands import only when they come to them: most of the time of a short one."""
    for module in pkgutil.walk_packages(picklebot.__path__, "picklebot."):
        if module.name != "picklebot.__main__" and not module.name.startswith(_RUN_BY_ALEMBIC):
            importlib.import_module(module.name)
    for name in _IMPORTED_LATE:
        importlib.import_module(name)


def _serve(address: str) -> None:
    """Fork for each connection: a process that runs the command, and one that waits for its end and tells of it."""
    from picklebot.account import sessions  # noqa: PLC0415
    from picklebot.account.framework import import_pywikibot  # noqa: PLC0415
    from picklebot.cli.main import main  # noqa: PLC0415 (an importer of run() has no need of it)
    from picklebot.store.database import Database  # noqa: PLC0415

    _import_everything()
    import_pywikibot(Path(address).parent, "picklebot", 0.0)
    Database(f"sqlite:///{Path(address).with_name('store.sqlite')}").close()
    sessions._SCRYPT_COST = 2  # passwords need not be hard to guess here, and that takes a third of a command
    gc.freeze()  # no child copies memory that it never changes
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for waiting processes
    os.write(1, b"ready\n")
    while True:
        connection, _ = listening.accept()
        if os.fork():
            connection.close()
            continue
        listening.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        arguments, folder, environment, out, err = json.loads(connection.makefile().readline())
        pid = os.fork()
        if pid:
            _, ended = os.waitpid(pid, 0)
            connection.sendall(f"{os.waitstatus_to_exitcode(ended)}\n".encode())
            os._exit(0)
        connection.close()
        signal.alarm(_LONGEST_SECONDS)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
            os.dup2(os.open(name, flags), number)
        sys.argv = ["picklebot", *arguments]
        try:
            main()
        except SystemExit as ended:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            os._exit(ended.code if isinstance(ended.code, int) else 0)  # takes down no module one by one


if __name__ == "__main__":
    _serve(sys.argv[1])
