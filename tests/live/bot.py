"""picklebot as an operator has it: the console script, in an empty folder, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from picklebot.sandbox import Sandbox, SandboxAccount
from tests.documents import check_output
from tests.live import prefork
from tests.live.livewiki import LiveWiki
from tests.ran import Ran

__all__ = ["Bot"]

SCRIPT = Path(sys.executable).with_name("picklebot")


@dataclass(frozen=True)
class Bot:
    """Runs commands. Two bots of one folder share store, cookies and settings.

    :param folder: holds ``work`` (the working folder), ``home`` and ``data``
    :param api: where the wiki is; empty to say nothing of it
    :param account: None to give none
    """

    folder: Path
    api: str
    account: SandboxAccount | None = None
    show: str = "doc-pages"
    command: tuple[str, ...] = (str(SCRIPT),)  # what ``run`` runs is the same, only sooner

    def __post_init__(self) -> None:
        for folder in (self.work, self.home):
            folder.mkdir(exist_ok=True)

    @classmethod
    def of(cls, wiki: LiveWiki, folder: Path) -> Self:
        """The observer's."""
        return cls(folder, wiki.api, wiki.sandbox.observer)

    def by_way_of(self, api: str) -> Self:
        """The same wiki, reached by another address."""
        return replace(self, api=api)

    def as_(self, account: SandboxAccount | None) -> Self:
        return replace(self, account=account)

    def as_module(self) -> Self:
        return replace(self, command=(sys.executable, "-m", "picklebot"))

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.folder / "work"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *arguments: str, **environment: str) -> Ran:
        """Run a command, whatever its exit status. Further variables of the environment are given by name."""
        variables = self.variables | environment
        if self.command == (str(SCRIPT),):
            ran = prefork.run([*arguments], self.work, variables)
        else:
            ran = subprocess.run(
                [*self.command, *arguments],
                cwd=self.work,
                env=variables,
                capture_output=True,
                text=True,
                check=False,
                timeout=180,
            )
        assert "Traceback" not in ran.stderr, ran.stderr
        check_output(arguments, ran.stdout)
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a command."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PICKLEBOT_")}
        variables |= {"HOME": str(self.home), "PICKLEBOT_DATA": str(self.folder / "data")}
        variables |= {"PICKLEBOT_EDITS_PER_MINUTE": "10000", "PICKLEBOT_EDITS_PER_HARVEST": "10000"}
        variables |= {
            "PICKLEBOT_ADDRESSES": "http*",  # of proxies before it
            "PICKLEBOT_SHOW": self.show,
            "XDG_DATA_HOME": "",
            "NO_COLOR": "1",
            "COLUMNS": "200",
        }
        if self.api:
            variables["PICKLEBOT_WIKI"] = self.api
        if self.account:
            variables |= {"PICKLEBOT_USER": self.account.user, "PICKLEBOT_PASSWORD": self.account.password}
        return variables

    def harvest(self, *arguments: str, **environment: str) -> Ran:
        """A harvest that does its work and tells it as JSON."""
        run = self.run("harvest", "--format", "json", *arguments, **environment)
        assert run.status == 0, run.err
        return run

    def setup(self) -> Ran:
        """The setup, run by a sysop once."""
        run = self.as_(Sandbox.admin).run("setup")
        assert run.status == 0, run.err
        return run
