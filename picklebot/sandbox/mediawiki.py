"""MediaWiki itself: fetching Debian's package, and the parts of a folder with a MediaWiki."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from picklebot.errors import SandboxError, UsageError
from picklebot.sandbox.places import Home, locked
from picklebot.sandbox.sources import sources_for

__all__ = ["RELEASES", "StepCallback", "Tree", "check_php", "fetch", "open_tree", "version_key"]

StepCallback = Callable[[str], None]
"""Called with one line on the current step."""

RELEASES = {"1.39": "bookworm", "1.43": "trixie"}
"""Releases of MediaWiki, and the Debian that packages each."""

_DEBS = ("mediawiki", "mediawiki-classes")

_PHP_EXTENSIONS = {
    "apcu": "php-apcu",
    "dom": "php-xml",
    "gmp": "php-gmp",
    "intl": "php-intl",
    "luasandbox": "php-luasandbox",
    "mbstring": "php-mbstring",
    "pdo_sqlite": "php-sqlite3",
}


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder with a MediaWiki in it, only ever read.

    :param extensions: the folder's name of the extensions: Debian calls it ``extensions-core``
    """

    path: Path
    version: str
    extensions: str

    def script(self, name: str) -> list[str]:
        """The arguments for php that run a maintenance script, by name or by path."""
        runner = self.path / "maintenance" / "run.php"
        if runner.exists():
            return [str(runner), name]
        return [name if "/" in name else str(self.path / "maintenance" / f"{name}.php")]


def version_key(version: str) -> tuple[int, ...]:
    """Orders versions such as ``1.39.17``; of a release, such as ``1.43``, it is less than of its versions."""
    return tuple(map(int, re.findall(r"\d+", version)))


def check_php() -> None:
    """See that PHP and its extensions that MediaWiki needs are installed.

    :raises SandboxError: naming the missing Debian packages and the command that installs them
    """
    missing = ["php-cli", *_PHP_EXTENSIONS.values()]
    if shutil.which("php"):
        listed = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False).stdout.lower().split()
        missing = [package for extension, package in _PHP_EXTENSIONS.items() if extension not in listed]
    if missing:
        names = " ".join(sorted(missing))
        raise SandboxError(f"these Debian packages are missing: {names}\nInstall them: sudo apt-get install {names}")


def open_tree(folder: Path) -> Tree:
    """Look at an unpacked MediaWiki: a source tree, or the root that a Debian package was unpacked into.

    :raises UsageError: there is no MediaWiki with Scribunto in it
    """
    for path in (folder, folder / "usr" / "share" / "mediawiki"):
        defines = path / "includes" / "Defines.php"
        if not defines.exists():
            continue
        found = re.search(r"MW_VERSION',\s*'([^']+)'", defines.read_text(encoding="utf-8"))
        for name in ("extensions", "extensions-core"):
            if found and (path / name / "Scribunto" / "extension.json").exists():
                return Tree(path.resolve(), found[1], name)
        raise UsageError(f"{path} holds a MediaWiki without Scribunto: unpack Scribunto in its folder extensions")
    raise UsageError(f"{folder} holds no MediaWiki: includes/Defines.php is not there")


def fetch(release: str, home: Home, progress: StepCallback) -> Tree:
    """The MediaWiki of a release, downloaded from Debian when it is not there yet (about 40 MB).

    :raises SandboxError: the package cannot be had
    """
    target = home.mediawiki / release
    with locked(home.mediawiki / f"{release}.lock"):
        if not target.exists():
            _download(release, target, progress)
    return open_tree(target)


def _download(release: str, target: Path, progress: StepCallback) -> None:
    codename = RELEASES[release]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{release}.") as temporary:
        work = Path(temporary)
        for folder in ("lists/partial", "cache/archives/partial", "debs", "root"):
            (work / folder).mkdir(parents=True)
        (work / "list.sources").write_text(sources_for(codename), encoding="utf-8")
        options = {
            "Dir::Etc::sourcelist": str(work / "list.sources"),
            "Dir::Etc::sourceparts": "-",
            "Dir::State::Lists": str(work / "lists"),
            "Dir::Cache": str(work / "cache"),
            "Acquire::Languages": "none",
            "APT::Sandbox::User": "root",  # _apt cannot look into a home folder
        }
        apt = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in options.items())]
        progress(f"asking Debian {codename} for MediaWiki {release}")
        # One mirror less (a security archive that dropped the release) is no reason to give up: the download decides.
        updated = _run([*apt, "update"], work)
        progress(f"downloading MediaWiki {release} from Debian {codename}")
        downloaded = _run([*apt, "download", *_DEBS], work / "debs")
        if downloaded.returncode:
            said = "\n".join((updated.stderr + downloaded.stderr).strip().splitlines()[-6:])
            raise SandboxError(f"MediaWiki {release} cannot be downloaded from Debian {codename}:\n{said}")
        progress(f"unpacking MediaWiki {release}")
        for deb in sorted((work / "debs").glob("*.deb")):
            unpacked = _run(["dpkg", "-x", str(deb), str(work / "root")], work)
            if unpacked.returncode:
                raise SandboxError(f"{deb.name} cannot be unpacked: {unpacked.stderr.strip()}")
        (work / "root").rename(target)


def _run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    try:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError as error:
        raise SandboxError(
            f"{command[0]} is not on this machine: the sandbox uses Debian's packages."
            " Give an unpacked MediaWiki instead: --mediawiki DIR"
        ) from error
