"""A sandbox: made, started, reset, stopped."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from picklebot.errors import SandboxError, UsageError
from picklebot.sandbox import installation, server
from picklebot.sandbox.installation import ADMIN, OBSERVER, SandboxAccount
from picklebot.sandbox.mediawiki import RELEASES, StepCallback, check_php, fetch, open_tree, version_key
from picklebot.sandbox.pages import SEEDS, SeedPage, read_pages
from picklebot.sandbox.places import Home, locked
from picklebot.sandbox.state import SandboxState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

__all__ = ["DEFAULT_RELEASE", "Sandbox"]

DEFAULT_RELEASE = "1.39"
_LOCAL_SETTINGS = Path(__file__).with_name("LocalSettings.php")


def _quiet(_line: str) -> None:
    """Say nothing of the progress."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A real MediaWiki in a folder. The folder is the truth: two objects of one name are the same wiki."""

    name: str
    folder: Path

    admin: ClassVar[SandboxAccount] = ADMIN
    observer: ClassVar[SandboxAccount] = OBSERVER

    @classmethod
    def find(cls, name: str, *, home: Home | None = None) -> Sandbox:
        """A sandbox that was made before, running or not.

        :raises UsageError: there is none of that name
        """
        home = home or Home.default()
        sandbox = cls(name, home.sandbox(name))
        if SandboxState.load(sandbox.folder) is None:
            names = ", ".join(other.name for other in cls.all(home=home)) or "none"
            raise UsageError(f"there is no sandbox {name!r}. Sandboxes there are: {names}")
        return sandbox

    @classmethod
    def all(cls, *, home: Home | None = None) -> tuple[Sandbox, ...]:
        """Every sandbox of this user, by name."""
        home = home or Home.default()
        return tuple(cls(path.parent.name, path.parent) for path in sorted(home.sandboxes.glob("*/state.json")))

    @classmethod
    def up(
        cls,
        name: str | None = None,
        *,
        release: str | None = None,
        port: int | None = None,
        pages: Iterable[Path] = (),
        mediawiki: Path | None = None,
        settings: Path | None = None,
        seeds: bool = True,
        keep: bool = False,
        progress: StepCallback = _quiet,
        home: Home | None = None,
    ) -> Sandbox:
        """Make a pristine wiki and serve it on loopback; one that runs already is left as it is.

        :param name: the release if left out
        :param release: one of ``RELEASES``; ``DEFAULT_RELEASE`` if left out
        :param port: the one it had before, or a free one, if left out
        :param pages: folders with further pages (``read_pages``); a page takes the place of a seed of its title
        :param mediawiki: an unpacked MediaWiki to use instead of a release
        :param settings: a PHP file with settings that come after the sandbox's own
        :param keep: start a stopped sandbox as it was left, instead of anew
        :raises UsageError: such a wiki cannot be, or another one runs under that name
        :raises SandboxError: packages are missing, or MediaWiki or its server failed
        """
        home = home or Home.default()
        if release is not None and release not in RELEASES:
            raise UsageError(f"there is no release {release!r} to be had; there is: {', '.join(RELEASES)}")
        tree = open_tree(mediawiki) if mediawiki else None
        name = name or (tree.version if tree else release or DEFAULT_RELEASE)
        sandbox = cls(name, home.sandbox(name))
        wanted = tuple(page for folder in pages for page in read_pages(folder))
        given = {
            "release": str(tree.path) if tree else release or "",
            "pages": _digest(f"{page.title}\n{page.text}" for page in wanted),
            "settings": _digest([settings.read_text(encoding="utf-8")] if settings else []),
            "seeds": "" if seeds else "none",
        }
        with sandbox._locked():
            before = SandboxState.load(sandbox.folder)
            if before and sandbox.running:
                _must_be(name, before, {**given, "port": str(port or "")}, "runs already")
                progress(f"sandbox {name} is running already")
                return sandbox
            check_php()
            if before and keep:
                _must_be(name, before, given, "is there already")
                sandbox._start(before, port or before.port, progress)
                return sandbox
            tree = tree or fetch(release or DEFAULT_RELEASE, home, progress)
            everything = {page.title: page for page in (*(read_pages(SEEDS) if seeds else ()), *wanted)}
            with ExitStack() as unfinished:
                unfinished.callback(sandbox._remove)  # half a wiki would be taken for a whole one
                state = sandbox._make(SandboxState.of(tree, given), tuple(everything.values()), settings, progress)
                sandbox._start(state, port or (before.port if before else 0), progress, insist=port is not None)
                sandbox._check(everything.values())
                unfinished.pop_all()
        return sandbox

    @property
    def url(self) -> str:
        """The address for a browser."""
        return self._state.url

    @property
    def api(self) -> str:
        """The address of the API."""
        return f"{self.url}api.php"

    @property
    def version(self) -> str:
        """The version of its MediaWiki, such as ``1.39.17``."""
        return self._state.version

    @property
    def wiki_id(self) -> str:
        """The wiki's own id, another one after every reset."""
        return self._state.wiki_id

    @property
    def access_log(self) -> Path:
        """A line for every request, by PHP's server."""
        return self.folder / "access.log"

    @property
    def running(self) -> bool:
        """Whether its server runs."""
        return bool(server.processes(self._command(self._state)))

    def reset(self) -> None:
        """Bring back the pristine wiki, under a new wiki id; a running server goes on."""
        with self._locked():
            before = self._state
            after = before.renewed()
            installation.copy_databases(self._pristine, self._data(after), target_id=after.wiki_id)
            after.save(self.folder)
            shutil.rmtree(self._data(before), ignore_errors=True)

    def upgrade(
        self, *, release: str | None = None, mediawiki: Path | None = None, progress: StepCallback = _quiet
    ) -> None:
        """Bring the wiki to a newer MediaWiki in place: pages, accounts, wiki id and port stay.

        A running server is stopped for that time, and runs again afterwards. The databases are replaced when all is
        done: an upgrade that fails leaves the wiki as it was. Resets bring back the pristine wiki on the new MediaWiki.

        :param release: one of ``RELEASES``
        :param mediawiki: an unpacked MediaWiki to use instead of a release
        :raises UsageError: it would be a way back
        :raises SandboxError: MediaWiki or its server failed
        """
        if release is not None and release not in RELEASES:
            raise UsageError(f"there is no release {release!r} to be had; there is: {', '.join(RELEASES)}")
        with self._locked():
            before = self._state
            check_php()
            home = Home(self.folder.parent.parent)
            tree = open_tree(mediawiki) if mediawiki else fetch(release or _newest_release(), home, progress)
            if str(tree.path) == before.tree:
                progress(f"sandbox {self.name} is MediaWiki {tree.version} already")
                return
            if version_key(tree.version) < version_key(before.version):
                raise UsageError(
                    f"sandbox {self.name} is MediaWiki {before.version}, and no MediaWiki goes back to {tree.version}:"
                    f" make it anew (picklebot sandbox down {self.name}, then up --release)"
                )
            running = server.stop(self._command(before))
            given = {**before.given, "release": str(tree.path) if mediawiki else release or _newest_release()}
            after = replace(before, version=tree.version, tree=str(tree.path), extensions=tree.extensions, given=given)
            with ExitStack() as unfinished:
                if running:
                    unfinished.callback(self._start, before, before.port, progress)
                self._bring_up(before, after, progress)
                unfinished.pop_all()
            if running:
                self._start(after, after.port, progress)

    def _bring_up(self, before: SandboxState, after: SandboxState, progress: StepCallback) -> None:
        """Bring copies of both wikis, this one and the pristine one, to another MediaWiki, and put them in place."""
        stage = self.folder / "upgrade"
        shutil.rmtree(stage, ignore_errors=True)
        try:
            for name in ("cache", "images", "tmp"):
                (stage / name).mkdir(parents=True)
            for settings in self.folder.glob("*.php"):
                shutil.copyfile(settings, stage / settings.name)
            pristine = after.renewed()
            wikis = ((after, self._data(before), before.wiki_id), (pristine, self._pristine, "wiki"))
            for state, source, source_id in wikis:
                which = "the wiki" if state is after else "its pristine copy"
                progress(f"bringing {which} from MediaWiki {before.version} to {after.version}")
                installation.copy_databases(
                    source, stage / "data" / state.wiki_id, source_id=source_id, target_id=state.wiki_id
                )
                state.save(stage)
                installation.run_script(after.mediawiki, stage, "update", "--quick")
            self._put_in_place(stage, after, pristine)
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _put_in_place(self, stage: Path, after: SandboxState, pristine: SandboxState) -> None:
        installation.copy_databases(stage / "data" / pristine.wiki_id, self._pristine, source_id=pristine.wiki_id)
        installation.copy_databases(
            stage / "data" / after.wiki_id, self._data(after), source_id=after.wiki_id, target_id=after.wiki_id
        )
        # Texts of the interface, which the old MediaWiki compiled.
        shutil.rmtree(self.folder / "cache")
        (self.folder / "cache").mkdir()
        after.save(self.folder)

    def down(self, *, delete: bool = False) -> bool:
        """Stop the server; with ``delete`` the wiki's folder goes too. False when it was not running."""
        with self._locked():
            stopped = server.stop(self._command(self._state))
            if delete:
                self._remove()
        return stopped

    def maintenance(self, script: str, *args: str, stdin: str = "") -> str:
        """Run one of MediaWiki's maintenance scripts, by name or by path, and return its output.

        It is a process of its own: its changes may show late where the running server has the old state in its cache.

        :raises SandboxError: the script failed
        """
        return installation.run_script(self._state.mediawiki, self.folder, script, *args, stdin=stdin)

    @property
    def _state(self) -> SandboxState:
        state = SandboxState.load(self.folder)
        if state is None:
            raise SandboxError(f"sandbox {self.name} is gone: picklebot sandbox up makes a new one")
        return state

    @property
    def _pristine(self) -> Path:
        return self.folder / "pristine"

    def _data(self, state: SandboxState) -> Path:
        return self.folder / "data" / state.wiki_id

    def _locked(self) -> AbstractContextManager[None]:
        return locked(self.folder.with_name(f"{self.name}.lock"))

    def _command(self, state: SandboxState) -> list[str]:
        errors = self.folder / "php-errors.log"
        options = ("-d", "display_errors=0", "-d", "log_errors=1", "-d", f"error_log={errors}")
        return [*server.PHP, *options, "-S", f"127.0.0.1:{state.port}", "-t", state.tree]

    def _make(
        self, state: SandboxState, pages: tuple[SeedPage, ...], settings: Path | None, progress: StepCallback
    ) -> SandboxState:
        """Install a wiki in place of whatever was there, and keep a copy of it as it is then."""
        progress(f"installing MediaWiki {state.version} in {self.folder}")
        self._remove()
        for name in ("cache", "images", "tmp"):
            (self.folder / name).mkdir(parents=True)
        installation.install(state.mediawiki, self._pristine)
        installation.copy_databases(self._pristine, self._data(state), target_id=state.wiki_id)
        shutil.copyfile(_LOCAL_SETTINGS, self.folder / "LocalSettings.php")
        if settings:
            shutil.copyfile(settings, self.folder / "extra-settings.php")
        state.save(self.folder)
        if settings:  # an extension may want tables
            self.maintenance("update", "--quick")
        installation.add_accounts(state.mediawiki, self.folder)
        if pages:
            progress(f"adding {len(pages)} pages")
            installation.add_pages(state.mediawiki, self.folder, pages)
        installation.copy_databases(self._data(state), self._pristine, source_id=state.wiki_id)
        return state

    def _start(self, state: SandboxState, port: int, progress: StepCallback, *, insist: bool = True) -> None:
        """Serve the wiki on ``port``; unless one insists, on another where that is taken or 0."""
        if not insist and not (port and server.is_free(port)):
            port = server.free_port()
        state = replace(state, port=port).save(self.folder)
        progress(f"starting the server at {state.url}")
        settings = {"MW_CONFIG_FILE": str(self.folder / "LocalSettings.php")}
        server.start(self._command(state), self.api, state.wiki_id, self.access_log, settings)

    def _check(self, pages: Iterable[SeedPage]) -> None:
        """See that every page is there: an import passes over pages that it does not like."""
        titles = [page.title for page in pages]
        missing = server.missing_pages(self.api, titles)
        if missing:
            raise UsageError(f"the wiki did not take these pages: {', '.join(sorted(missing))}")

    def _remove(self) -> None:
        if SandboxState.load(self.folder):
            server.stop(self._command(self._state))
        shutil.rmtree(self.folder, ignore_errors=True)


def _must_be(name: str, state: SandboxState, asked: Mapping[str, str], how: str) -> None:
    """See that the sandbox is as is asked for now, as far as anything is asked for.

    :param how: the sandbox that is there stands in the way of another
    :raises UsageError: it is not, and only the user can say which of the two is wanted
    """
    there = {**state.given, "release": state.given["release"] or DEFAULT_RELEASE, "port": str(state.port)}
    if other := [what for what, value in asked.items() if value and there.get(what, "") != value]:
        address = f" at {state.url}" if state.port else ""
        newer = asked.get("release", "")
        upgrade = f" bring it to MediaWiki {newer} in place (picklebot sandbox upgrade {name} --release {newer});"
        raise UsageError(
            f"sandbox {name} {how}, with other {' and '.join(other)} (MediaWiki {state.version}{address}). Take it as"
            f" it is, without asking for others;{upgrade if _is_newer(newer, state) else ''}"
            f" make it anew (picklebot sandbox down {name}, then up without --keep); or give another --name"
        )


def _is_newer(release: str, state: SandboxState) -> bool:
    """Whether an upgrade leads there: a release that is newer than the sandbox's."""
    return release in RELEASES and version_key(release) > version_key(state.version)


def _newest_release() -> str:
    return max(RELEASES, key=version_key)


def _digest(texts: Iterable[str]) -> str:
    """Empty where there is no text."""
    joined = "\0".join(texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:12] if joined else ""
