"""Installing a wiki: its databases, its accounts, its pages."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from picklebot.errors import SandboxError
from picklebot.sandbox.pages import SeedPage, dump

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from picklebot.sandbox.mediawiki import Tree

__all__ = [
    "ADMIN",
    "OBSERVER",
    "SandboxAccount",
    "add_accounts",
    "add_pages",
    "copy_databases",
    "install",
    "run_script",
]


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """The name and password of a login; ``user`` is the login name, which for a bot password is ``User@appid``."""

    user: str
    password: str

    @property
    def name(self) -> str:
        """The user's name, without the suffix of a bot password."""
        return self.user.partition("@")[0]


# Well known on purpose: the wiki holds nothing of worth and listens on loopback only, and so documentation can show
# commands that work as they stand, after a reset too.
ADMIN = SandboxAccount("Admin", "sandbox-admin-password")
OBSERVER = SandboxAccount("PickleBot@harvest", "harvest" * 4 + "0000")
_EDITOR = "Seed editor"

_GRANTS = "basic,highvolume,editpage,createeditmovepage,editmyoptions"
# Compiling for the cache of a server that is none takes longer than it saves; the settings ask for APCu.
_PHP = ("php", "-d", "apc.enable_cli=1")
# An import takes more and more memory and time for each page, gigabytes for thousands.
_PAGES_AT_A_TIME = 500
_MAIN = "wiki.sqlite"
_OTHERS = ("jobqueue.sqlite", "wikicache.sqlite")

# Scripts that pass over finished steps.
_REPEATABLE = ("importDump", "runJobs")


def run_script(tree: Tree, folder: Path, script: str, *args: str, stdin: str = "") -> str:
    """Run a maintenance script of MediaWiki for the wiki whose LocalSettings.php is in ``folder``.

    :returns: its standard output
    :raises SandboxError: it failed; with its output
    """
    for _ in range(2):
        ran = subprocess.run(
            [*_PHP, "-d", "display_errors=stderr", *tree.script(script), *args],
            cwd=tree.path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "MW_CONFIG_FILE": str(folder / "LocalSettings.php")},
        )
        # PHP that has run Lua was seen to crash at its very end, its work done: a timer of LuaSandbox outlives it.
        if ran.returncode >= 0 or script not in _REPEATABLE:
            break
    if ran.returncode:
        said = "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-12:])
        raise SandboxError(f"MediaWiki {tree.version}: {script} failed with status {ran.returncode}:\n{said}")
    return ran.stdout


def install(tree: Tree, pristine: Path) -> None:
    """Make the databases of a new wiki in the folder ``pristine``, with one account, the sysop's.

    :raises SandboxError: MediaWiki's installer failed
    """
    work = pristine.with_name("installing")
    shutil.rmtree(work, ignore_errors=True)
    (work / "settings").mkdir(parents=True)
    run_script(
        tree,
        work,  # without a LocalSettings.php, or the installer would refuse
        "install",
        "--dbtype=sqlite",
        "--dbname=wiki",
        f"--dbpath={work}",
        f"--confpath={work / 'settings'}",
        "--server=http://127.0.0.1",
        "--scriptpath=",
        f"--pass={ADMIN.password}",
        "Picklebot sandbox",
        ADMIN.user,
    )
    pristine.mkdir(parents=True, exist_ok=True)
    (work / "wiki_jobqueue.sqlite").replace(pristine / "jobqueue.sqlite")
    for name in (_MAIN, "wikicache.sqlite"):
        (work / name).replace(pristine / name)
    shutil.rmtree(work)


def copy_databases(source: Path, target: Path, *, source_id: str = "wiki", target_id: str = "wiki") -> None:
    """Copy a wiki's databases from one folder to another, under another wiki id."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / f"{source_id}.sqlite", target / f"{target_id}.sqlite")
    for name in _OTHERS:
        shutil.copyfile(source / name, target / name)


def add_accounts(tree: Tree, folder: Path) -> None:
    """Make the observer, in the group ``bot`` with a bot password, and the editor whose pages the seeds are."""
    run_script(tree, folder, "createAndPromote", "--bot", OBSERVER.name, secrets.token_hex(16))
    run_script(tree, folder, "createAndPromote", _EDITOR, secrets.token_hex(16))
    appid = OBSERVER.user.partition("@")[2]
    run_script(
        tree, folder, "createBotPassword", f"--appid={appid}", f"--grants={_GRANTS}", OBSERVER.name, OBSERVER.password
    )


def add_pages(tree: Tree, folder: Path, pages: Iterable[SeedPage]) -> None:
    """Import pages, and bring links, categories and counts up to date."""
    left = iter(pages)
    while some := list(islice(left, _PAGES_AT_A_TIME)):
        run_script(tree, folder, "importDump", stdin=dump(some, _EDITOR))
    run_script(tree, folder, "runJobs")
    run_script(tree, folder, "initSiteStats", "--update")
