"""A canary: a second tree of the same release, on the same database, at another port, that can be broken."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from picklebot.sandbox import Sandbox
from picklebot.sandbox.server import PHP, free_port

__all__ = ["Canary", "canary_of"]


@dataclass(frozen=True)
class Canary:
    """A second code tree of a sandbox.

    :param tree: its own copy of MediaWiki: files are linked, so that they are replaced and never written into
    :param lua: the folder of what Scribunto's engines have in common
    """

    folder: Path
    tree: Path
    port: int
    lua: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def broken(self, file: Path, old: str, new: str) -> Iterator[None]:
        """The tree with a change in one file, for as long as the block runs."""
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{file} has changed"
        self._write(file, text.replace(old, new, 1))
        try:
            yield
        finally:
            self._write(file, text)

    @contextmanager
    def where(self, title: str, code: str) -> Iterator[None]:
        """The tree with PHP that runs whenever the page of a title is loaded into a run."""
        settings = self.folder / "LocalSettings.php"
        hook = (
            "$wgHooks['BeforeParserFetchTemplateRevisionRecord'][] = static function ( $context, $title ) {"
            f" if ( $title->getDBkey() === '{title}' ) {{ {code} }} return true; }};\n"
        )
        skin = "wfLoadSkin( 'Vector' );"
        with self.broken(settings, skin, hook + skin):
            yield

    @contextmanager
    def without_scribunto(self) -> Iterator[None]:
        settings = self.folder / "LocalSettings.php"
        with self.broken(settings, "'ParserFunctions', 'Scribunto'", "'ParserFunctions'"):
            yield

    def _write(self, file: Path, text: str) -> None:
        """Replace a file by a newer one, also in whole seconds: Scribunto keeps libraries until theirs is another."""
        new = file.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        newer = max(time.time(), file.stat().st_mtime) + 2
        os.utime(new, (newer, newer))
        new.replace(file)


@contextmanager
def canary_of(sandbox: Sandbox, folder: Path, workers: int = 3) -> Iterator[Canary]:
    """A canary beside a running sandbox.

    :param workers: processes that answer; PHP's server does not make up for those that die
    """
    state = json.loads((sandbox.folder / "state.json").read_text(encoding="utf-8"))
    tree = folder / "tree"
    shutil.copytree(state["tree"], tree, symlinks=True, copy_function=os.link)
    own = folder / "own"
    own.mkdir()
    shutil.copy(sandbox.folder / "LocalSettings.php", own / "LocalSettings.php")
    for name in ("data", "images", "tmp"):
        (own / name).symlink_to(sandbox.folder / name)
    (own / "cache").mkdir()
    (own / "state.json").write_text(json.dumps({**state, "tree": str(tree)}), encoding="utf-8")
    port = free_port()
    command = [*PHP, "-d", "opcache.revalidate_freq=0", "-S", f"127.0.0.1:{port}", "-t", str(tree)]
    variables = {**os.environ, "MW_CONFIG_FILE": str(own / "LocalSettings.php"), "PHP_CLI_SERVER_WORKERS": str(workers)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(port)
        includes = tree / state["extensions"] / "Scribunto" / "includes"
        engines = next(path for path in includes.iterdir() if path.name.lower() == "engines")
        yield Canary(own, tree, port, engines / "LuaCommon")
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the canary does not start")
