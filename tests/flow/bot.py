"""picklebot in this very process, as an operator calls it: arguments and environment in, status and output out."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from picklebot.cli.main import main
from tests.documents import check_output

__all__ = ["Bot", "Ran"]


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.out))

    @property
    def states(self) -> dict[str, str]:
        """The state of every module, by title without namespace."""
        return {each["title"].removeprefix("Module:"): each["state"] for each in self.document["modules"]}

    @property
    def transitions(self) -> list[tuple[str, str | None, str | None]]:
        """Title without namespace, old and new state of every transition."""
        found = self.document["transitions"]
        return [(each["title"].removeprefix("Module:"), each["old"], each["new"]) for each in found]

    @property
    def ran(self) -> list[str]:
        """Titles of the testers that came to a verdict in this harvest."""
        return sorted(each["tester"] for each in self.document["suites"] if each["ran"])

    @property
    def inconclusive(self) -> dict[str, str]:
        """Why suites came to none, by their testers."""
        return {each["tester"]: each["inconclusive"] for each in self.document["suites"] if each["inconclusive"]}

    def suite(self, tester: str) -> dict[str, Any]:
        return next(dict(each) for each in self.document["suites"] if each["tester"] == tester)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a watch's log that have this name."""
        lines: Iterable[dict[str, Any]] = map(json.loads, self.out.splitlines())
        return [line for line in lines if line["event"] == name]


@dataclass
class Bot:
    """Runs commands in a folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    url: str
    user: str = "Bot@test"

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
