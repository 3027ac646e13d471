"""Wikis for tests: each kind is installed once in a run, and every worker serves a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picklebot.sandbox import Home, Sandbox, server
from picklebot.sandbox.installation import copy_databases
from picklebot.sandbox.places import locked

__all__ = ["Wikis", "hash_password_anew"]


def hash_password_anew(sandbox: Sandbox) -> None:
    """Let a wiki's own settings say how dear it is to check the sysop's password: its installer knew none of them."""
    sysop = sandbox.admin
    sandbox.maintenance("changePassword", f"--user={sysop.user}", f"--password={sysop.password}")


@dataclass(frozen=True)
class Wikis:
    """Makes sandboxes.

    :param home: the worker's own
    :param installed: of all workers of this run
    """

    home: Home
    installed: Home

    @classmethod
    def of(cls, own: Path, everybodys: Path) -> Wikis:
        """In two folders, with MediaWikis that were downloaded once for all runs."""
        shared = Home.default().mediawiki
        shared.mkdir(parents=True, exist_ok=True)
        homes = [Home(own), Home(everybodys)]
        for home in homes:
            home.root.mkdir(exist_ok=True)
            with locked(home.root / "mediawiki.lock"):
                if not home.mediawiki.exists():
                    home.mediawiki.symlink_to(shared)
        return cls(*homes)

    def up(
        self,
        name: str,
        kind: str,
        release: str,
        *,
        then: Callable[[Sandbox], object] = lambda _: None,
        **options: Any,  # noqa: ANN401 (of `Sandbox.up`)
    ) -> Sandbox:
        """A running copy of the wiki of a kind and release, which is installed if nobody asked for it before.

        :param then: called with the wiki once it is installed
        """
        with locked(self.installed.root / f"{kind}-{release}.lock"):
            original = self.installed.sandbox(f"{kind}-{release}")
            whole = self.installed.root / f"{original.name}.whole"
            if not whole.exists():
                made = Sandbox.up(original.name, release=release, home=self.installed, **options)
                then(made)
                copy_databases(made._data(made._state), made._pristine, source_id=made.wiki_id)
                made.down()
                whole.touch()
        shutil.copytree(original, self.home.sandbox(name), copy_function=shutil.copyfile)
        return Sandbox.up(name, home=self.home, keep=True, port=server.free_port())
