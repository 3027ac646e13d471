"""picklebot in this very process, as an operator calls it: arguments and environment in, status and output out."""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from picklebot.cli.main import main
from tests.documents import check_output
from tests.ran import Ran

__all__ = ["Bot"]


@dataclass
class Bot:
    """Runs commands in a folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    url: str
    user: str = "Bot@test"
    show: str = "doc-pages"
    edits_per_minute: int = 10_000
    edits_per_harvest: int = 10_000

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    def run(self, *arguments: str, check: bool = True, **environment: str) -> Ran:
        """Run a command.

        :param check: whether it would be a mistake of the program's to speak of one
        """
        out, err = io.StringIO(), io.StringIO()
        variables = {
            "PICKLEBOT_WIKI": self.url,
            "PICKLEBOT_USER": self.user,
            "PICKLEBOT_PASSWORD": "secret",
            "PICKLEBOT_SHOW": self.show,
            "PICKLEBOT_EDITS_PER_MINUTE": str(self.edits_per_minute),
            "PICKLEBOT_EDITS_PER_HARVEST": str(self.edits_per_harvest),
            "PICKLEBOT_STORE": f"sqlite:///{self.store}",
            "PICKLEBOT_DATA": str(self.folder / "data"),
            "HOME": str(self.folder),
            "COLUMNS": "200",
            "NO_COLOR": "1",
            **environment,
        }
        log = logging.getLogger()
        before = log.handlers[:], log.propagate, log.level, structlog.get_config()
        with self.monkeypatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            for name in [name for name in os.environ if name.startswith("PICKLEBOT_")]:
                patched.delenv(name)
            for name, value in variables.items():
                patched.setenv(name, value)
            patched.chdir(self.folder)
            patched.setattr(sys, "argv", ["picklebot", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        log.handlers, log.propagate, log.level, config = before
        structlog.configure(**config)
        structlog.contextvars.clear_contextvars()
        assert not check or "please report" not in err.getvalue(), err.getvalue()
        check_output(arguments, out.getvalue())
        return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    def harvest(self, *arguments: str) -> Ran:
        """A harvest that does its work, told as JSON."""
        ran = self.run("harvest", "--format", "json", *arguments)
        assert ran.status == 0, ran.err
        return ran

    def unrecorded(self, *arguments: str) -> Ran:
        """A harvest that leaves the wiki alone."""
        return self.harvest("--no-record", *arguments)
